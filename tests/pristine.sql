-- The database as it was migrated: `keep` remembers it once, `restore` brings it back after a test that truly committed something.
DROP SCHEMA IF EXISTS pristine CASCADE;
CREATE SCHEMA pristine;
-- Every table, and what its rows were; tables that had some have their copy here, under their number.
CREATE TABLE pristine.kept (name regclass PRIMARY KEY, copy text, columns text, digest text);

CREATE FUNCTION pristine.digest_of(name regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
    EXECUTE format('SELECT count(*) || '':'' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM %s t', name) INTO found;
    RETURN found;
END $$;

CREATE FUNCTION pristine.has_rows(name regclass, past int) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE found boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s OFFSET %s)', name, past) INTO found;
    RETURN found;
END $$;

CREATE FUNCTION pristine.keep() RETURNS void LANGUAGE plpgsql AS $$
DECLARE each record;
BEGIN
    INSERT INTO pristine.kept
    SELECT c.oid, CASE WHEN pristine.has_rows(c.oid, 0) THEN 'pristine.t' || c.oid END,
           (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''),
           pristine.digest_of(c.oid)
    FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'django_migrations';
    FOR each IN SELECT * FROM pristine.kept WHERE copy IS NOT NULL LOOP
        EXECUTE format('CREATE TABLE %s AS TABLE %s', each.copy, each.name);
    END LOOP;
END $$;

-- Triggers sleep meanwhile: some tables refuse to be emptied, and the journal would tell of it. From `many` rows on it is faster to cut
-- everything off than to ask of each row who points at it.
CREATE FUNCTION pristine.restore(many int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    changed regclass[] := ARRAY(SELECT name FROM pristine.kept WHERE CASE WHEN copy IS NULL THEN pristine.has_rows(name, 0) ELSE digest <> pristine.digest_of(name) END);
    each record;
    name regclass;
BEGIN
    IF changed = '{}' THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM pristine.kept k WHERE k.name = ANY (changed) AND k.copy IS NULL AND pristine.has_rows(k.name, many)) THEN
        changed := ARRAY(SELECT k.name FROM pristine.kept k);
        EXECUTE 'TRUNCATE ' || array_to_string(changed, ', ');
    END IF;
    FOREACH name IN ARRAY changed LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', name);
    END LOOP;
    -- One statement: rows that point at one another go together.
    EXECUTE 'WITH ' || (
        SELECT string_agg(format('gone_%s AS (DELETE FROM %s t %s)', k.name::oid, k.name,
                                 CASE WHEN copy IS NOT NULL THEN format('WHERE t::text NOT IN (SELECT c::text FROM %s c)', copy) END), ', ')
        FROM pristine.kept k WHERE k.name = ANY (changed)) || ' SELECT';
    FOR each IN SELECT * FROM pristine.kept k WHERE k.name = ANY (changed) AND copy IS NOT NULL LOOP
        EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM %s c WHERE c::text NOT IN (SELECT t::text FROM %1$s t)',
                       each.name, each.columns, each.copy);
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
    FOREACH name IN ARRAY changed LOOP
        EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', name);
    END LOOP;
END $$;

SELECT pristine.keep();
