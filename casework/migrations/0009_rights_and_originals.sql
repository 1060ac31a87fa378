-- Who may what never changes silently: these tables speak inside the door too, where a deed never writes them.
CREATE OR REPLACE FUNCTION casework_journal_direct() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    watched text[] := string_to_array(TG_ARGV[1], ',');
BEGIN
    IF coalesce(current_setting('casework.door', true), '') = 'on'
       AND TG_TABLE_NAME NOT IN ('orders_user', 'orders_membership', 'orders_apitoken', 'orders_shop', 'casework_policy') THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        -- An import leaves one row for the run and one per changed, not per new, order.
        IF coalesce(current_setting('casework.channel', true), '') <> 'import' OR TG_TABLE_NAME NOT IN ('orders_order', 'orders_line', 'orders_importrun') THEN
            PERFORM casework_journal_change(TG_ARGV[0], 'insert', NULL, casework_watched(to_jsonb(n), watched), to_jsonb(n)) FROM fresh n;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM casework_journal_change(TG_ARGV[0], 'delete', casework_watched(to_jsonb(o), watched), NULL, to_jsonb(o)) FROM stale o;
    ELSE
        -- A row whose key itself was changed stands on one side only and is journalled whole, gone and come.
        PERFORM casework_journal_change(TG_ARGV[0], 'update', casework_only_changed(o.row, n.row), casework_only_changed(n.row, o.row), coalesce(n.whole, o.whole))
        FROM (SELECT casework_watched(to_jsonb(t), watched) AS row, to_jsonb(t) ->> TG_ARGV[2] AS key, to_jsonb(t) AS whole FROM fresh t) n
        FULL JOIN (SELECT casework_watched(to_jsonb(t), watched) AS row, to_jsonb(t) ->> TG_ARGV[2] AS key, to_jsonb(t) AS whole FROM stale t) o ON o.key = n.key
        WHERE o.row IS DISTINCT FROM n.row;
    END IF;
    RETURN NULL;
END $$;

-- The original of a note comes with its journal row or never: what a purge took away is not replaced by other words.
CREATE FUNCTION casework_check_text() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh f WHERE NOT EXISTS (
        SELECT FROM casework_unsealed u WHERE u.journal_id = f.journal_id AND u.txid = pg_current_xact_id()::text::bigint)) THEN
        RAISE EXCEPTION 'the row of this text was written before' USING ERRCODE = 'check_violation', CONSTRAINT = 'text_comes_with_its_row', TABLE = 'casework_text';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER text_comes_with_its_row AFTER INSERT ON casework_text REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION casework_check_text();
