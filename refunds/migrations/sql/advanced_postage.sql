-- R3.1: what the customer advanced under a case that is no return has no record and so no measure: one approval of it holds, and no second.
-- The name sorts after approval_stamp, which has locked the order. Orders of one parcel are several: the case above is locked as well.
CREATE FUNCTION refunds_check_advanced_postage() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    above bigint;
BEGIN
    SELECT c.parent_id INTO above FROM refunds_request r JOIN casework_case c ON c.id = r.case_id WHERE r.id = NEW.request_id AND r.beyond_kind = 'freight';
    IF above IS NULL OR EXISTS (SELECT 1 FROM refunds_return WHERE case_id = above) THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM casework_case WHERE id = above FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM refunds_approval a JOIN refunds_request r ON r.id = a.request_id JOIN casework_case c ON c.id = r.case_id
               WHERE c.parent_id = above AND r.beyond_kind = 'freight' AND NOT EXISTS (SELECT 1 FROM refunds_ending e WHERE e.request_id = r.id)) THEN
        RAISE EXCEPTION 'advanced postage was approved already' USING ERRCODE = 'check_violation', CONSTRAINT = 'advanced_postage_goes_back_once';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_with_advanced_postage BEFORE INSERT ON refunds_approval FOR EACH ROW EXECUTE FUNCTION refunds_check_advanced_postage();
