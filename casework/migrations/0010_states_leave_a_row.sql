-- A state never changes without a journal row of the same transaction, whatever the transaction says of itself.
CREATE FUNCTION casework_check_state_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
