-- What a lead gives with a yes is filled here, whatever the insert says: sums, limits, times.
CREATE FUNCTION refunds_stamp_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
CREATE TRIGGER approval_stamp BEFORE INSERT ON refunds_approval FOR EACH ROW EXECUTE FUNCTION refunds_stamp_approval();

-- A change in who asked, amount or order is another request: the approval is of exactly this one.
ALTER TABLE refunds_approval ADD CONSTRAINT approval_of_this_request
    FOREIGN KEY (request_id, asked_by_id, amount, order_id) REFERENCES refunds_request (id, asked_by_id, amount, order_id);

ALTER TABLE refunds_payout ADD CONSTRAINT payout_of_this_approval
    FOREIGN KEY (approval_id, amount, asked_by_id) REFERENCES refunds_approval (id, amount, asked_by_id);

-- A request is decided on the money of its order as it was seen. What moves that money through another case, or on the platform, makes a new
-- version of every refund of the order that still waits: a decision about the old one is stale, through whichever door (M11).
CREATE FUNCTION refunds_money_has_moved(of_order bigint, by_case bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    door text := coalesce(current_setting('casework.door', true), '');
BEGIN
    -- What moved the money has its own row in the journal.
    PERFORM set_config('casework.door', 'on', true);
    UPDATE casework_case SET version = version + 1
    WHERE order_id = of_order AND id IS DISTINCT FROM by_case AND state = 'asked' AND closed_at IS NULL AND id IN (SELECT case_id FROM refunds_request WHERE order_id = of_order);
    PERFORM set_config('casework.door', door, true);
END $$;

CREATE FUNCTION refunds_tell_waiting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    row jsonb := to_jsonb(NEW);
BEGIN
    IF TG_TABLE_NAME = 'orders_order' THEN
        PERFORM refunds_money_has_moved(NEW.id, NULL);
    ELSE
        -- A request, what was decided about it, or the payment of an approval.
        PERFORM refunds_money_has_moved(r.order_id, r.case_id) FROM refunds_request r
        WHERE r.id = coalesce((row ->> 'request_id')::bigint, (SELECT request_id FROM refunds_approval WHERE id = (row ->> 'approval_id')::bigint), (row ->> 'id')::bigint);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER request_moves_money AFTER INSERT ON refunds_request FOR EACH ROW EXECUTE FUNCTION refunds_tell_waiting();
CREATE TRIGGER approval_moves_money AFTER INSERT ON refunds_approval FOR EACH ROW EXECUTE FUNCTION refunds_tell_waiting();
CREATE TRIGGER ending_moves_money AFTER INSERT ON refunds_ending FOR EACH ROW EXECUTE FUNCTION refunds_tell_waiting();
CREATE TRIGGER payout_moves_money AFTER INSERT ON refunds_payout FOR EACH ROW EXECUTE FUNCTION refunds_tell_waiting();
CREATE TRIGGER order_moves_money AFTER UPDATE OF paid, freight_paid, platform_refunded ON orders_order FOR EACH ROW
    WHEN ((OLD.paid, OLD.freight_paid, OLD.platform_refunded) IS DISTINCT FROM (NEW.paid, NEW.freight_paid, NEW.platform_refunded)) EXECUTE FUNCTION refunds_tell_waiting();

-- Requests that wait were seen with other money (M11).
CREATE TRIGGER order_decides_money AFTER UPDATE OF platform_decided ON orders_order FOR EACH ROW
    WHEN (OLD.platform_decided IS DISTINCT FROM NEW.platform_decided) EXECUTE FUNCTION refunds_tell_waiting();

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
