-- R4.1: what is given in compensation for an order is never more than the customer paid for it, whatever the lead says: neither one request nor all that is approved.
CREATE FUNCTION refunds_compensation_is_within_paid() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked numeric; paid numeric; given numeric := 0;
BEGIN
    IF TG_TABLE_NAME = 'refunds_request' THEN
        SELECT NEW.beyond INTO asked FROM casework_case c WHERE c.id = NEW.case_id AND c.kind = 'compensation';
    ELSE
        SELECT NEW.amount INTO asked FROM refunds_request r JOIN casework_case c ON c.id = r.case_id WHERE r.id = NEW.request_id AND c.kind = 'compensation';
    END IF;
    IF asked IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT o.paid INTO paid FROM orders_order o WHERE o.id = NEW.order_id FOR UPDATE;
    IF TG_TABLE_NAME = 'refunds_approval' THEN
        SELECT coalesce(sum(a.amount), 0) INTO given FROM refunds_approval a JOIN refunds_request r ON r.id = a.request_id JOIN casework_case c ON c.id = r.case_id
        WHERE a.order_id = NEW.order_id AND c.kind = 'compensation' AND NOT EXISTS (SELECT 1 FROM refunds_ending e WHERE e.request_id = r.id);
    END IF;
    IF asked + given > paid THEN
        RAISE EXCEPTION 'a compensation above what was paid' USING ERRCODE = 'check_violation', CONSTRAINT = 'compensation_is_within_paid';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION refunds_compensation_is_within_paid() FROM PUBLIC;
CREATE TRIGGER request_of_compensation BEFORE INSERT ON refunds_request FOR EACH ROW EXECUTE FUNCTION refunds_compensation_is_within_paid();
CREATE TRIGGER approval_within_paid BEFORE INSERT ON refunds_approval FOR EACH ROW EXECUTE FUNCTION refunds_compensation_is_within_paid();
