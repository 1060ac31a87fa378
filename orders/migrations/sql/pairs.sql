-- A text as the set of its pairs of neighbouring characters, in small letters: what an index of words inside a text keeps (orders/pairs.py).
CREATE OR REPLACE FUNCTION orders_pairs(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT substr(lower(words), place, 2)), '{}') FROM generate_series(1, length(words) - 1) place
$$;
