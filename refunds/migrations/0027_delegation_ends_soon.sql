-- Power that is lent comes back: no delegation is longer than the policy says.
CREATE OR REPLACE FUNCTION refunds_delegate(of_shop bigint, of_approver bigint, to_delegate bigint, from_day date, to_day date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    door text := coalesce(current_setting('casework.door', true), '');
    giver bigint := nullif(current_setting('casework.actor_id', true), '')::bigint;
    new_id bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('refunds.limits'));
    IF (refunds_limit_of(of_approver, of_shop)).id IS NULL OR (refunds_limit_of(to_delegate, of_shop)).id IS NULL THEN
        RAISE EXCEPTION 'only leads approve' USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_is_between_leads';
    END IF;
    IF giver IS DISTINCT FROM of_approver AND (giver = to_delegate OR refunds_role_in(giver, of_shop) IS DISTINCT FROM 'manager'
        OR refunds_role_in(of_approver, of_shop) <> 'supervisor') THEN
        RAISE EXCEPTION 'power is lent by its owner' USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_is_the_approvers';
    END IF;
    IF from_day < casework_day(casework_now()) THEN
        RAISE EXCEPTION 'what was, was' USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_begins_today_or_later';
    END IF;
    IF to_day - from_day >= coalesce(casework_policy_value('delegation_longest', of_shop), '31')::integer THEN
        RAISE EXCEPTION 'too long' USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_is_short_enough';
    END IF;
    IF EXISTS (SELECT 1 FROM refunds_delegation WHERE shop_id = of_shop AND approver_id = of_approver AND delegate_id = to_delegate
               AND revoked_at IS NULL AND first_day <= to_day AND last_day >= from_day) THEN
        RAISE EXCEPTION 'lent already' USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_is_there_once';
    END IF;
    PERFORM set_config('casework.door', '', true);
    INSERT INTO refunds_delegation (shop_id, approver_id, delegate_id, first_day, last_day, given_by_id, given_at)
    VALUES (of_shop, of_approver, to_delegate, from_day, to_day, giver, casework_now()) RETURNING id INTO new_id;
    PERFORM set_config('casework.door', door, true);
    RETURN new_id;
END $$;
