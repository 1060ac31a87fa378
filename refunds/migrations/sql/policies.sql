-- How long an approval holds and whether who approved may pay is a manager's word, from now on: no row of nobody, none dated back.
-- The owner's own rows are the handbook's (migrate).
CREATE FUNCTION refunds_check_policy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF session_user = current_user THEN
        RETURN NEW;
    END IF;
    IF NEW.valid_from < casework_now() - interval '10 minutes' THEN
        RAISE EXCEPTION 'what was, was' USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_begins_now_or_later';
    END IF;
    IF NEW.changed_by_id IS DISTINCT FROM nullif(current_setting('casework.actor_id', true), '')::bigint OR NOT EXISTS (
        SELECT FROM orders_user u JOIN orders_membership m ON m.user_id = u.id
        WHERE u.id = NEW.changed_by_id AND u.is_active AND m.role IN ('manager', 'admin') AND (m.shop_id = NEW.shop_id OR (m.shop_id IS NULL AND u.all_shops))) THEN
        RAISE EXCEPTION 'a manager sets this' USING ERRCODE = 'check_violation', CONSTRAINT = 'policy_is_a_managers';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_of_money BEFORE INSERT ON casework_policy FOR EACH ROW
    WHEN (NEW.name IN ('approval_valid', 'payer_may_be_approver', 'step_up_above', 'step_up_valid', 'bulk_approval_up_to')) EXECUTE FUNCTION refunds_check_policy();
CREATE TRIGGER policy_of_compensation BEFORE INSERT ON casework_policy FOR EACH ROW
    WHEN (NEW.name = 'compensation_cap') EXECUTE FUNCTION refunds_check_policy();
