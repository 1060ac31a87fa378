-- The journal: partitioned by month from the first row on; a default partition catches what no month took.
CREATE SEQUENCE casework_journal_id_seq AS bigint;
CREATE TABLE casework_journal (
    id bigint NOT NULL DEFAULT nextval('casework_journal_id_seq'),
    at timestamptz NOT NULL,
    shop_id bigint NULL REFERENCES orders_shop (id) DEFERRABLE INITIALLY DEFERRED,
    case_id bigint NULL REFERENCES casework_case (id) DEFERRABLE INITIALLY DEFERRED,
    object_type varchar(40) NOT NULL,
    object_id varchar(40) NOT NULL,
    step varchar(60) NOT NULL,
    from_state varchar(30) NOT NULL,
    to_state varchar(30) NOT NULL,
    actor_id bigint NULL REFERENCES orders_user (id) DEFERRABLE INITIALLY DEFERRED,
    actor_name varchar(150) NOT NULL,
    role varchar(20) NOT NULL,
    channel varchar(20) NOT NULL,
    facts jsonb NOT NULL,
    before jsonb NULL,
    after jsonb NULL,
    note text NOT NULL,
    request_id varchar(64) NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
ALTER SEQUENCE casework_journal_id_seq OWNED BY casework_journal.id;
CREATE TABLE casework_journal_default PARTITION OF casework_journal DEFAULT;
CREATE INDEX journal_by_case ON casework_journal (case_id, at, id);
CREATE INDEX journal_by_object ON casework_journal (object_type, object_id);

-- Make the partitions of this month and the following ones. Called daily by the application.
CREATE FUNCTION casework_ensure_partitions(of_day date, months int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date;
    name text;
    made int := 0;
BEGIN
    FOR i IN 0 .. least(months, 36) LOOP
        month := (date_trunc('month', of_day) + make_interval(months => i))::date;
        name := 'casework_journal_' || to_char(month, 'YYYYMM');
        CONTINUE WHEN to_regclass(name) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE TABLE %I PARTITION OF casework_journal FOR VALUES FROM (%L) TO (%L)', name, month, (month + interval '1 month')::date);
            made := made + 1;
        EXCEPTION WHEN check_violation THEN
            -- The default partition already holds rows of that month; they stay there and verify_invariants says so.
            RAISE WARNING 'rows of % lie in the default partition', to_char(month, 'YYYY-MM');
        END;
    END LOOP;
    RETURN made;
END $$;

-- Every new row waits for its seal together with the transaction that wrote it.
CREATE FUNCTION casework_journal_to_seal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO casework_unsealed (journal_id, journal_at, txid) SELECT id, at, pg_current_xact_id()::text::bigint FROM fresh;
    RETURN NULL;
END $$;
CREATE TRIGGER journal_to_seal AFTER INSERT ON casework_journal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_to_seal();

-- The sealer takes rows from the queue, but only those that have their seal: nothing leaves it unsealed.
CREATE FUNCTION casework_sealed(ids bigint[]) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM casework_unsealed u WHERE u.journal_id = ANY (ids) AND EXISTS (SELECT FROM casework_seal s WHERE s.journal_id = u.journal_id)
$$;

-- A row and its place in the queue become visible together, so a row with neither place nor seal lost it by accident. Looks at
-- everything behind the last sealed row and at 20,000 numbers before it; a whole walk is verify_audit's.
CREATE FUNCTION casework_queue_for_seal() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH lost AS (
        INSERT INTO casework_unsealed (journal_id, journal_at, txid)
        SELECT id, at, pg_current_xact_id()::text::bigint FROM casework_journal j
        WHERE id > (SELECT coalesce(max(journal_id), 0) - 20000 FROM casework_seal)
          AND NOT EXISTS (SELECT FROM casework_seal s WHERE s.journal_id = j.id)
          AND NOT EXISTS (SELECT FROM casework_unsealed u WHERE u.journal_id = j.id)
        RETURNING 1
    )
    SELECT count(*)::int FROM lost
$$;

-- Writes past the door leave a row as well. Silent inside the door, which writes its own.
-- Arguments: object type, and the columns that matter, comma-separated ("" = all but secrets).
CREATE FUNCTION casework_journal_direct() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    watched text[] := string_to_array(TG_ARGV[1], ',');
BEGIN
    IF coalesce(current_setting('casework.door', true), '') = 'on' THEN
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
