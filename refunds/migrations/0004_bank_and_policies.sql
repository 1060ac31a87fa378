-- A decision keeps the policies that it was made under: each that an approval is measured by, as it stands in the shop at that instant.
CREATE FUNCTION refunds_keep_policies() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT coalesce(jsonb_object_agg(name, value), '{}') INTO NEW.policies
    FROM (SELECT each AS name, casework_policy_value(each, o.shop_id) AS value FROM orders_order o,
          unnest(ARRAY['approval_valid', 'step_up_above', 'step_up_valid', 'bulk_approval_up_to', 'compensation_cap', 'payer_may_be_approver']) each
          WHERE o.id = NEW.order_id) used
    WHERE value IS NOT NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_keeps_policies BEFORE INSERT ON refunds_approval FOR EACH ROW EXECUTE FUNCTION refunds_keep_policies();

-- R5.2: under a return nothing leaves before its inspection or a lead's written word, whichever way it would go. (By name before what locks the order;
-- a return that was inspected or let go stays so.)
CREATE FUNCTION refunds_check_inspected() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM refunds_approval a JOIN refunds_request r ON r.id = a.request_id JOIN casework_case c ON c.id = r.case_id
               JOIN refunds_return f ON f.case_id = c.parent_id WHERE a.id = NEW.approval_id AND f.inspected_at IS NULL AND f.released_at IS NULL) THEN
        RAISE EXCEPTION 'not inspected' USING ERRCODE = 'check_violation', CONSTRAINT = 'inspected_before_money_leaves';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payout_after_inspection BEFORE INSERT ON refunds_payout FOR EACH ROW WHEN (NEW.gateway = 'manual') EXECUTE FUNCTION refunds_check_inspected();
CREATE TRIGGER transfer_after_inspection BEFORE INSERT ON refunds_transfer FOR EACH ROW EXECUTE FUNCTION refunds_check_inspected();
