-- R4.1: what of an order may be given in compensation without a reason, less what is approved already. `compensation_cap` is an amount, or "postage": what the customer paid for it, and where the order
-- travelled free, what sending it back usually costs by its courier. Nothing known is nothing allowed.
CREATE FUNCTION refunds_compensation_left(of_order bigint) RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT greatest(0, CASE WHEN cap.value ~ '^[0-9]+([.][0-9]+)?$' THEN cap.value::numeric WHEN o.freight_paid > 0 THEN o.freight_paid
           ELSE coalesce((SELECT max(c.return_price) FROM logistics_parcel_orders po JOIN logistics_parcel p ON p.id = po.parcel_id
                          JOIN logistics_courier c ON c.id = p.courier_id WHERE po.order_id = o.id), 0) END
        - coalesce((SELECT sum(a.amount) FROM refunds_approval a JOIN refunds_request r ON r.id = a.request_id JOIN casework_case k ON k.id = r.case_id
                    WHERE a.order_id = o.id AND k.kind = 'compensation' AND NOT EXISTS (SELECT 1 FROM refunds_ending e WHERE e.request_id = r.id)), 0))
    FROM orders_order o, LATERAL (SELECT coalesce(casework_policy_value('compensation_cap', o.shop_id) #>> '{}', 'postage') AS value) cap
    WHERE o.id = of_order
$$;

CREATE FUNCTION refunds_check_compensation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF btrim(NEW.reason) = '' AND NEW.amount > refunds_compensation_left(NEW.order_id) AND EXISTS (
        SELECT 1 FROM refunds_request r JOIN casework_case c ON c.id = r.case_id WHERE r.id = NEW.request_id AND c.kind = 'compensation') THEN
        RAISE EXCEPTION 'above the postage without a reason' USING ERRCODE = 'check_violation', CONSTRAINT = 'compensation_above_the_cap_has_a_reason';
    END IF;
    RETURN NEW;
END $$;
-- Summed under the order's lock, which the stamp takes: by name this comes after it.
CREATE TRIGGER approval_within_the_postage BEFORE INSERT ON refunds_approval FOR EACH ROW EXECUTE FUNCTION refunds_check_compensation();

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
CREATE TRIGGER request_of_compensation BEFORE INSERT ON refunds_request FOR EACH ROW EXECUTE FUNCTION refunds_compensation_is_within_paid();
CREATE TRIGGER approval_within_paid BEFORE INSERT ON refunds_approval FOR EACH ROW EXECUTE FUNCTION refunds_compensation_is_within_paid();
