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

-- A journal row carries its transaction's own name and instant and no other: who signed (orders.access.sign) wrote it, when the deed says
-- that it happens. A deed's instant may lie apart from the database's clock only where it came by command, clock or import, which stands in
-- the row; what people do by page, admin or API is dated by the clock, give or take what two machines' clocks and a long wait differ.
CREATE FUNCTION casework_check_journal() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    whose bigint := nullif(current_setting('casework.actor_id', true), '')::bigint;
    by_whom text := coalesce(nullif(current_setting('casework.actor', true), ''), 'database:' || session_user);
    through text := coalesce(nullif(current_setting('casework.channel', true), ''), 'direct');
    request text := coalesce(current_setting('casework.request_id', true), '');
    inside boolean := coalesce(current_setting('casework.door', true), '') = 'on';
    instant timestamptz := CASE WHEN inside THEN current_setting('casework.now')::timestamptz ELSE casework_now() END;
    apart interval := CASE WHEN inside THEN interval '0' ELSE interval '10 minutes' END;
BEGIN
    IF EXISTS (SELECT FROM fresh WHERE actor_id IS DISTINCT FROM whose OR actor_name <> by_whom OR channel <> through OR request_id <> request) THEN
        RAISE EXCEPTION 'this transaction is signed by % (%) through %', by_whom, whose, through
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_row_is_signed', TABLE = 'casework_journal';
    END IF;
    IF EXISTS (SELECT FROM fresh WHERE at NOT BETWEEN instant - apart AND instant + apart)
       OR inside AND through NOT IN ('command', 'clock', 'import', 'system') AND abs(extract(epoch FROM instant - casework_now())) > 600 THEN
        RAISE EXCEPTION 'this transaction happens at %, by the clock it is %', instant, casework_now()
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_row_has_its_instant', TABLE = 'casework_journal';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER journal_is_signed AFTER INSERT ON casework_journal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION casework_check_journal();

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
