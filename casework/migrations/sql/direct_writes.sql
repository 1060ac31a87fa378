-- The columns that are journalled, secrets never.
CREATE FUNCTION casework_watched(whole jsonb, watched text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE WHEN key IN ('password', 'digest') OR key LIKE '%\_enc' OR key LIKE '%\_index' THEN to_jsonb('*' || left(md5(value::text), 8)) ELSE value END), '{}')
    FROM jsonb_each(whole) WHERE cardinality(watched) = 0 OR key = ANY (watched)
$$;

CREATE FUNCTION casework_only_changed(this jsonb, other jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(coalesce(this, '{}')) WHERE value IS DISTINCT FROM coalesce(other, '{}') -> key
$$;

-- One journal row for one direct change, signed by the transaction's actor if there is one.
CREATE FUNCTION casework_journal_change(kind text, what text, was jsonb, is_now jsonb, whole jsonb) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO casework_journal (at, shop_id, case_id, object_type, object_id, step, from_state, to_state, actor_id, actor_name, role, channel, facts, before, after, note, request_id)
    SELECT casework_now(),
           coalesce((whole ->> 'shop_id')::bigint,
                    (SELECT shop_id FROM orders_order WHERE id = (whole ->> 'order_id')::bigint),
                    (SELECT shop_id FROM casework_case WHERE id = (whole ->> 'case_id')::bigint)),
           CASE WHEN kind = 'case' THEN (SELECT id FROM casework_case WHERE id = (whole ->> 'id')::bigint) ELSE (whole ->> 'case_id')::bigint END,
           kind, coalesce(whole ->> 'id', ''), what, '', '',
           nullif(current_setting('casework.actor_id', true), '')::bigint,
           coalesce(nullif(current_setting('casework.actor', true), ''), 'database:' || session_user), '',
           coalesce(nullif(current_setting('casework.channel', true), ''), 'direct'), '{}', was, is_now, '',
           coalesce(current_setting('casework.request_id', true), '')
$$;

-- Writes past the door leave a row as well. Silent inside the door, which writes its own; but who may what never changes silently: those tables
-- speak inside the door too, where a deed never writes them. Arguments: object type, the columns that matter, comma-separated ("" = all but
-- secrets), and the key column.
CREATE FUNCTION casework_journal_direct() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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

-- Hang the three triggers on a table: whoever writes it past the door leaves a journal row (DESIGN 11). `columns`: the ones that the row tells, all
-- where empty. `is_import`: an import tells of its run instead of each row that it brings.
CREATE FUNCTION casework_leave_rows(of_table regclass, kind text, columns text DEFAULT '', key text DEFAULT 'id', is_import boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    unless_import text := CASE WHEN is_import THEN $c$WHEN (coalesce(current_setting('casework.channel', true), '') <> 'import')$c$ ELSE '' END;
    what text := format('EXECUTE FUNCTION casework_journal_direct(%L, %L, %L)', kind, columns, key);
BEGIN
    EXECUTE format('CREATE TRIGGER journal_direct_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT %s %s', of_table, unless_import, what);
    EXECUTE format('CREATE TRIGGER journal_direct_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT %s', of_table, what);
    EXECUTE format('CREATE TRIGGER journal_direct_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS stale FOR EACH STATEMENT %s', of_table, what);
END $$;

SELECT casework_leave_rows(tbl::regclass, kind, columns, key) FROM (VALUES
    ('casework_case', 'case', '', 'id'),
    ('casework_deadline', 'deadline', '', 'id'),
    ('casework_task', 'task', '', 'id'),
    ('casework_contactattempt', 'contact', '', 'id'),
    ('casework_evidence', 'evidence', '', 'id'),
    -- The digest of a link is no business of the journal.
    ('casework_uploadlink', 'link', 'id,case_id,kinds,expires_at,revoked_at', 'id'),
    ('casework_ledger', 'ledger', '', 'id'),
    ('casework_policy', 'policy', '', 'id'),
    ('casework_holiday', 'holiday', '', 'day'),
    ('orders_membership', 'membership', '', 'id'),
    ('orders_apitoken', 'token', '', 'id'),
    ('orders_user', 'user', 'id,username,password,is_active,is_staff,is_superuser,email,first_name,last_name,code,all_shops', 'id'),
    ('orders_shop', 'shop', '', 'id'),
    ('orders_order', 'order', 'status,paid,freight_paid,reserved,refunded,platform_refunded,approved_total,freight_reserved,freight_refunded,province,city,district,name_enc,phone_enc,street_enc', 'id'),
    ('orders_line', 'line', 'paid,reserved,refunded,platform_refunded,quantity', 'id'),
    ('orders_importrun', 'import', 'id,shop_id,state,read,new,changed,unchanged,held', 'id')
) AS t (tbl, kind, columns, key);
