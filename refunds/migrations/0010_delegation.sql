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

-- What a lead gives with a yes is filled here, whatever the insert says: sums, limits, times.
CREATE OR REPLACE FUNCTION refunds_stamp_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_shop bigint;
    theirs record;
    o orders_order;
BEGIN
    PERFORM casework_only_read_committed();
    -- No limit and no delegation changes between reading it and the end of this decision.
    PERFORM pg_advisory_xact_lock_shared(hashtext('refunds.limits'));
    SELECT shop_id INTO of_shop FROM orders_order WHERE id = NEW.order_id FOR NO KEY UPDATE;
    NEW.decided_at := casework_now();
    NEW.day := casework_day(NEW.decided_at);
    IF EXISTS (SELECT 1 FROM refunds_sendback WHERE request_id = NEW.request_id) OR EXISTS (SELECT 1 FROM refunds_ending WHERE request_id = NEW.request_id) THEN
        RAISE EXCEPTION 'this request does not wait for a decision' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_still_waits';
    END IF;
    -- Four eyes over the whole case: whoever asked for any version of it does not approve one.
    IF EXISTS (SELECT 1 FROM refunds_request mine JOIN refunds_request this ON this.case_id = mine.case_id
               WHERE this.id = NEW.request_id AND mine.asked_by_id = NEW.decided_by_id) THEN
        RAISE EXCEPTION 'the approver asked for this refund' USING ERRCODE = 'check_violation', CONSTRAINT = 'four_eyes';
    END IF;
    -- Nor does somebody who stands in for them on that day, by whosever power.
    IF EXISTS (SELECT 1 FROM refunds_request mine JOIN refunds_request this ON this.case_id = mine.case_id
               JOIN refunds_powers_of(NEW.decided_by_id, of_shop, NEW.day) p ON p.holder = mine.asked_by_id WHERE this.id = NEW.request_id) THEN
        RAISE EXCEPTION 'the approver stands in for who asked for this refund' USING ERRCODE = 'check_violation', CONSTRAINT = 'four_eyes_of_the_power';
    END IF;
    -- The sums below move before the row is in. So that it cannot fail to come in silently (ON CONFLICT DO NOTHING),
    -- its number is ours and a second one is an error.
    IF EXISTS (SELECT 1 FROM refunds_approval WHERE request_id = NEW.request_id) THEN
        RAISE EXCEPTION 'this request is approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_still_waits';
    END IF;
    NEW.id := nextval(pg_get_serial_sequence('refunds_approval', 'id'));
    NEW.power_of_id := nullif(NEW.power_of_id, NEW.decided_by_id);
    IF (refunds_limit_of(NEW.decided_by_id, of_shop)).id IS NULL THEN
        RAISE EXCEPTION 'this person may not approve' USING ERRCODE = 'check_violation', CONSTRAINT = 'approver_has_a_limit';
    END IF;
    SELECT * INTO theirs FROM refunds_powers_of(NEW.decided_by_id, of_shop, NEW.day) WHERE holder = coalesce(NEW.power_of_id, NEW.decided_by_id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this power is not lent to the approver' USING ERRCODE = 'check_violation', CONSTRAINT = 'power_is_lent';
    END IF;
    -- Many at once are small ones (the door says through which channel it works).
    IF current_setting('casework.channel', true) = 'bulk' AND NEW.amount > coalesce((casework_policy_value('bulk_approval_up_to', of_shop) #>> '{}')::numeric, 50) THEN
        RAISE EXCEPTION 'too much to be approved among many' USING ERRCODE = 'check_violation', CONSTRAINT = 'small_enough_for_bulk';
    END IF;
    -- The platform may have paid it meanwhile: what is asked is set aside already, so nothing may be missing now.
    SELECT * INTO o FROM orders_order WHERE id = NEW.order_id;
    IF o.paid - o.reserved - casework_gone(o.refunded, o.refunded_outside, o.platform_refunded) < 0 OR EXISTS (
        SELECT 1 FROM refunds_request r, jsonb_array_elements(r.lines) each JOIN orders_line l ON l.id = (each ->> 'line')::bigint
        WHERE r.id = NEW.request_id AND l.paid - l.reserved - casework_gone(l.refunded, l.refunded_outside, l.platform_refunded) < 0) THEN
        RAISE EXCEPTION 'the platform has refunded it already' USING ERRCODE = 'check_violation', CONSTRAINT = 'not_refunded_by_the_platform';
    END IF;
    UPDATE orders_order SET approved_total = approved_total + NEW.amount WHERE id = NEW.order_id RETURNING approved_total INTO NEW.cumulated;
    NEW.limit_at := theirs.per_order;
    -- Power lent is one purse: whoever approves by it fills the day of the one whose it is.
    INSERT INTO refunds_approverday (user_id, day, total) VALUES (theirs.holder, NEW.day, NEW.amount)
        ON CONFLICT (user_id, day) DO UPDATE SET total = refunds_approverday.total + NEW.amount RETURNING total INTO NEW.day_total;
    NEW.day_limit := theirs.per_day;
    -- In all, as limits go, so that a sum in parts needs the password as well. Who may not approve it at all is refused by the limits below.
    IF NEW.cumulated <= coalesce((casework_policy_value('step_up_above', of_shop) #>> '{}')::numeric, 500) THEN
        NEW.stepped_up_at := NULL;
    ELSIF NEW.cumulated <= NEW.limit_at AND NEW.day_total <= NEW.day_limit AND (NEW.stepped_up_at IS NULL
        OR NEW.stepped_up_at > NEW.decided_at + interval '5 minutes' OR NEW.stepped_up_at < NEW.decided_at
        - make_interval(secs => 3600 * coalesce((casework_policy_value('step_up_valid', of_shop) ->> 'hours')::numeric, 0.25))) THEN
        RAISE EXCEPTION 'the password is asked for again' USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_is_stepped_up';
    END IF;
    NEW.valid_until := NEW.decided_at + make_interval(secs => 3600 * coalesce((casework_policy_value('approval_valid', of_shop) ->> 'hours')::numeric, 72));
    RETURN NEW;
END $$;

-- An end without money: refused once money has left; otherwise what was set aside is set free, and an approval counts no more.
CREATE OR REPLACE FUNCTION refunds_check_ending() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r refunds_request;
    given refunds_approval;
BEGIN
    PERFORM casework_only_read_committed();
    SELECT * INTO r FROM refunds_request WHERE id = NEW.request_id;
    PERFORM 1 FROM orders_order WHERE id = r.order_id FOR NO KEY UPDATE;
    SELECT * INTO given FROM refunds_approval WHERE request_id = r.id;
    IF given.id IS NOT NULL AND EXISTS (SELECT 1 FROM refunds_payout WHERE approval_id = given.id) THEN
        RAISE EXCEPTION 'this request is paid' USING ERRCODE = 'check_violation', CONSTRAINT = 'a_paid_request_does_not_end';
    END IF;
    -- As with approvals: what moves money before the row is in must not fail to come in silently.
    IF EXISTS (SELECT 1 FROM refunds_ending WHERE request_id = NEW.request_id) THEN
        RAISE EXCEPTION 'this request has ended' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_still_waits';
    END IF;
    NEW.id := nextval(pg_get_serial_sequence('refunds_ending', 'id'));
    PERFORM casework_ledger_write('release', r.case_id, r.order_id, r.lines, r.freight, r.payee_channel, r.party, 'request:' || r.id || ':release');
    IF given.id IS NOT NULL THEN
        UPDATE orders_order SET approved_total = approved_total - given.amount WHERE id = r.order_id;
        UPDATE refunds_approverday SET total = total - given.amount WHERE user_id = coalesce(given.power_of_id, given.decided_by_id) AND day = given.day;
    END IF;
    NEW.at := casework_now();
    RETURN NEW;
END $$;

-- Whose power approved does not pay either, unless the shop says so.
CREATE FUNCTION refunds_check_payer_of_power() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM refunds_approval a JOIN orders_order o ON o.id = a.order_id WHERE a.id = NEW.approval_id AND a.power_of_id = NEW.paid_by_id
               AND NOT coalesce(casework_policy_value('payer_may_be_approver', o.shop_id), 'false')::boolean) THEN
        RAISE EXCEPTION 'the approver does not pay' USING ERRCODE = 'check_violation', CONSTRAINT = 'payer_is_not_the_approver';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payout_not_by_the_power BEFORE INSERT ON refunds_payout FOR EACH ROW EXECUTE FUNCTION refunds_check_payer_of_power();

-- Delegations begin and end by these functions alone; the journal says by whom (the trigger on the table, which speaks inside the door too).
-- A lead lends their own power, a manager that of a supervisor, nobody somebody else's to themselves.
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

CREATE TRIGGER journal_direct_insert AFTER INSERT ON refunds_delegation REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('delegation', '', 'id');
CREATE TRIGGER journal_direct_update AFTER UPDATE ON refunds_delegation REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('delegation', '', 'id');
CREATE TRIGGER journal_direct_delete AFTER DELETE ON refunds_delegation REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('delegation', '', 'id');

-- The policies that this file reads are a manager's word too.
DROP TRIGGER policy_of_money ON casework_policy;
CREATE TRIGGER policy_of_money BEFORE INSERT ON casework_policy FOR EACH ROW
    WHEN (NEW.name IN ('approval_valid', 'payer_may_be_approver', 'step_up_above', 'step_up_valid', 'bulk_approval_up_to')) EXECUTE FUNCTION refunds_check_policy();
