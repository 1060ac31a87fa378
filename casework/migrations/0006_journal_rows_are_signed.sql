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
