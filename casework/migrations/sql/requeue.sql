-- Who leaves lays down what they had; what they had put off is put off no more.
CREATE OR REPLACE FUNCTION casework_requeue() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE casework_case SET owner_id = NULL, version = version + 1, changed_at = casework_now(), snoozed_until = NULL, snoozed_for = ''
    WHERE owner_id = NEW.id AND closed_at IS NULL;
    RETURN NULL;
END $$;
