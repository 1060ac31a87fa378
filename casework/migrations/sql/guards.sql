-- A state that its kind lacks cannot be stored, not even by raw SQL (DESIGN 2).
CREATE FUNCTION casework_check_states() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT n.id, n.kind, n.state, n.category INTO wrong FROM fresh n
    LEFT JOIN casework_kindstate k ON k.kind = n.kind AND k.state = n.state AND k.category = n.category
    WHERE k.id IS NULL LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'case %: kind % has no state % of category %', wrong.id, wrong.kind, wrong.state, wrong.category
            USING ERRCODE = 'check_violation', CONSTRAINT = 'case_state_is_of_its_kind', TABLE = 'casework_case';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER case_state_of_kind_insert AFTER INSERT ON casework_case REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION casework_check_states();
CREATE TRIGGER case_state_of_kind_update AFTER UPDATE ON casework_case REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION casework_check_states();

-- A state never changes without a journal row of the same transaction, whatever the transaction says of itself.
-- Asked of each case that moved, by a plan that a session keeps. Made while the tables were empty it would read all rows of a long
-- transaction for each of its cases; so the case's own rows are looked up first, and each of them in the queue, by index.
CREATE FUNCTION casework_check_state_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM casework_journal j JOIN casework_unsealed u ON u.journal_id = j.id
                   WHERE j.case_id = NEW.id AND u.txid = pg_current_xact_id()::text::bigint) THEN
        RAISE EXCEPTION 'case % goes from % to % without a word', NEW.id, OLD.state, NEW.state
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_state_leaves_a_row', TABLE = 'casework_case';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER state_leaves_a_row AFTER UPDATE OF state ON casework_case DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION casework_check_state_row();

-- A person who leaves takes no case along: open ones go back into their queues.
CREATE FUNCTION casework_requeue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE casework_case SET owner_id = NULL, version = version + 1, changed_at = casework_now() WHERE owner_id = NEW.id AND closed_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER user_leaves AFTER UPDATE OF is_active ON orders_user FOR EACH ROW
    WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION casework_requeue();

-- New orders and lines begin with empty counters; only the ledger moves them.
CREATE FUNCTION casework_refuse_counters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a new row begins with empty counters' USING ERRCODE = 'check_violation', CONSTRAINT = 'counters_begin_empty';
END $$;
CREATE TRIGGER order_begins_empty BEFORE INSERT ON orders_order FOR EACH ROW
    WHEN (NEW.reserved <> 0 OR NEW.refunded <> 0 OR NEW.refunded_outside <> 0 OR NEW.approved_total <> 0 OR NEW.freight_reserved <> 0 OR NEW.freight_refunded <> 0)
    EXECUTE FUNCTION casework_refuse_counters();
CREATE TRIGGER line_begins_empty BEFORE INSERT ON orders_line FOR EACH ROW
    WHEN (NEW.reserved <> 0 OR NEW.refunded <> 0 OR NEW.refunded_outside <> 0) EXECUTE FUNCTION casework_refuse_counters();
