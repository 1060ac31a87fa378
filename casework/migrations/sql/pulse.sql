-- What every open page asks again and again (casework/live.py). Planning it takes five times as long as running it, since the journal has a
-- partition a month: a function keeps its plan as long as the connection (CONN_MAX_AGE), one for all partitions.

-- The shops that a person sees, as Actor.shop_ids says it.
CREATE FUNCTION casework_shops_of(of_user bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    SELECT s.id FROM orders_shop s WHERE EXISTS (SELECT FROM orders_membership m JOIN orders_user u ON u.id = m.user_id
        WHERE m.user_id = of_user AND (m.shop_id = s.id OR m.shop_id IS NULL AND u.all_shops))
$$;

-- Their lists are known by the newest hundred entries of each shop, their notices by the unread ones as far as the bell counts them.
-- Older changes of the case than of the last day no open page waits for.
CREATE FUNCTION casework_pulse(of_user bigint, of_case bigint, now timestamptz)
RETURNS TABLE (lists text, lists_at timestamptz, unread int, notices text, is_told boolean, is_seen boolean, newest bigint)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    yesterday timestamptz := now - interval '1 day';
    -- A month is a partition: read from its end, it is left as soon as there are enough, however long ago the last ones were.
    month timestamptz := date_trunc('month', yesterday, 'UTC');
    soon timestamptz := now + interval '1 hour';
BEGIN
    RETURN QUERY
    WITH shops AS MATERIALIZED (SELECT s.id FROM casework_shops_of(of_user) s (id)), mine AS (
        SELECT e.id, e.at FROM shops CROSS JOIN LATERAL (
            SELECT j.id, j.at FROM casework_journal j WHERE j.shop_id = shops.id AND j.case_id IS NOT NULL AND j.at BETWEEN month AND soon
            ORDER BY j.id DESC LIMIT 100) e
    ), told AS (
        SELECT n.id, n.count, n.case_id FROM casework_notice n JOIN casework_case c ON c.id = n.case_id
        WHERE n.user_id = of_user AND n.read_at IS NULL AND c.shop_id IN (SELECT shops.id FROM shops) ORDER BY n.at DESC, n.id DESC LIMIT 100
    ), here AS (
        SELECT c.id FROM casework_case c WHERE c.id = of_case AND c.shop_id IN (SELECT shops.id FROM shops)
    )
    SELECT (SELECT coalesce(sum(mine.id), 0)::text FROM mine), (SELECT max(mine.at) FROM mine),
           cardinality(ARRAY(SELECT told.id FROM told)), (SELECT coalesce(sum(told.id * told.count), 0)::text FROM told),
           EXISTS (SELECT FROM told WHERE told.case_id = of_case), EXISTS (SELECT FROM here),
           (SELECT coalesce(max(j.id), 0) FROM here JOIN casework_journal j ON j.case_id = here.id WHERE j.at BETWEEN yesterday AND soon);
END $$;
