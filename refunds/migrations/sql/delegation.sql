-- The role of a person in a shop; NULL where they have none, or left.
CREATE FUNCTION refunds_role_in(of_user bigint, of_shop bigint) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.role FROM orders_user u JOIN orders_membership m ON m.user_id = u.id AND (m.shop_id = of_shop OR (m.shop_id IS NULL AND u.all_shops))
    WHERE u.id = of_user AND u.is_active ORDER BY m.shop_id NULLS LAST LIMIT 1
$$;

-- By whose limits a lead may approve in a shop on a day: their own, then those that absent leads lend them. Who may not approve is lent nothing.
CREATE FUNCTION refunds_powers_of(of_user bigint, of_shop bigint, on_day date) RETURNS TABLE (holder bigint, per_order numeric, per_day numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT h.holder, (l).per_order, (l).per_day
    FROM (SELECT of_user AS holder, 0 AS place
          UNION SELECT approver_id, 1 FROM refunds_delegation
          WHERE delegate_id = of_user AND shop_id = of_shop AND on_day BETWEEN first_day AND last_day AND revoked_at IS NULL) h,
         refunds_limit_of(h.holder, of_shop) l
    WHERE (l).id IS NOT NULL AND (refunds_limit_of(of_user, of_shop)).id IS NOT NULL
    ORDER BY h.place, h.holder
$$;

-- Delegations begin and end by these functions alone; the journal says by whom (the trigger on the table, which speaks inside the door too).
-- A lead lends their own power, a manager that of a supervisor, nobody somebody else's to themselves. Power that is lent comes back: no delegation is longer than the policy says.
CREATE FUNCTION refunds_delegate(of_shop bigint, of_approver bigint, to_delegate bigint, from_day date, to_day date) RETURNS bigint
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

-- Back at once, by either side or a manager. What was approved meanwhile stays approved.
CREATE FUNCTION refunds_end_delegation(of_id bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    door text := coalesce(current_setting('casework.door', true), '');
    who bigint := nullif(current_setting('casework.actor_id', true), '')::bigint;
    d refunds_delegation;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('refunds.limits'));
    SELECT * INTO d FROM refunds_delegation WHERE id = of_id;
    IF d.id IS NULL OR d.revoked_at IS NOT NULL OR d.last_day < casework_day(casework_now()) THEN
        RAISE EXCEPTION 'it is over' USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_is_not_over';
    END IF;
    IF who IS NULL OR who NOT IN (d.approver_id, d.delegate_id) AND refunds_role_in(who, d.shop_id) IS DISTINCT FROM 'manager' THEN
        RAISE EXCEPTION 'not theirs to take back' USING ERRCODE = 'check_violation', CONSTRAINT = 'delegation_is_the_approvers';
    END IF;
    PERFORM set_config('casework.door', '', true);
    UPDATE refunds_delegation SET revoked_by_id = who, revoked_at = casework_now() WHERE id = of_id;
    PERFORM set_config('casework.door', door, true);
END $$;
