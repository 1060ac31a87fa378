-- The limit of a lead in a shop: the person's row, then the role's; the shop's row, then the common one. No row: may not approve.
CREATE FUNCTION refunds_limit_of(of_user bigint, of_shop bigint) RETURNS refunds_approvallimit LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.* FROM orders_user u
    JOIN orders_membership m ON m.user_id = u.id AND (m.shop_id = of_shop OR (m.shop_id IS NULL AND u.all_shops
         AND NOT EXISTS (SELECT 1 FROM orders_membership own WHERE own.user_id = u.id AND own.shop_id = of_shop)))
    JOIN refunds_approvallimit l ON l.role = m.role AND (l.user_id = u.id OR l.user_id IS NULL) AND (l.shop_id = of_shop OR l.shop_id IS NULL)
    WHERE u.id = of_user AND u.is_active
    ORDER BY l.user_id NULLS LAST, l.shop_id NULLS LAST LIMIT 1
$$;

-- What a lead gives with a yes is filled here, whatever the insert says: sums, limits, times.
CREATE FUNCTION refunds_stamp_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_shop bigint;
    theirs refunds_approvallimit;
    o orders_order;
BEGIN
    PERFORM casework_only_read_committed();
    -- No limit changes between reading it and the end of this decision.
    PERFORM pg_advisory_xact_lock_shared(hashtext('refunds.limits'));
    SELECT shop_id INTO of_shop FROM orders_order WHERE id = NEW.order_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM refunds_sendback WHERE request_id = NEW.request_id) OR EXISTS (SELECT 1 FROM refunds_ending WHERE request_id = NEW.request_id) THEN
        RAISE EXCEPTION 'this request does not wait for a decision' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_still_waits';
    END IF;
    -- Four eyes over the whole case: whoever asked for any version of it does not approve one.
    IF EXISTS (SELECT 1 FROM refunds_request mine JOIN refunds_request this ON this.case_id = mine.case_id
               WHERE this.id = NEW.request_id AND mine.asked_by_id = NEW.decided_by_id) THEN
        RAISE EXCEPTION 'the approver asked for this refund' USING ERRCODE = 'check_violation', CONSTRAINT = 'four_eyes';
    END IF;
    -- The sums below move before the row is in. So that it cannot fail to come in silently (ON CONFLICT DO NOTHING),
    -- its number is ours and a second one is an error.
    IF EXISTS (SELECT 1 FROM refunds_approval WHERE request_id = NEW.request_id) THEN
        RAISE EXCEPTION 'this request is approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_still_waits';
    END IF;
    NEW.id := nextval(pg_get_serial_sequence('refunds_approval', 'id'));
    theirs := refunds_limit_of(NEW.decided_by_id, of_shop);
    IF theirs.id IS NULL THEN
        RAISE EXCEPTION 'this person may not approve' USING ERRCODE = 'check_violation', CONSTRAINT = 'approver_has_a_limit';
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
    NEW.decided_at := casework_now();
    NEW.day := casework_day(NEW.decided_at);
    INSERT INTO refunds_approverday (user_id, day, total) VALUES (NEW.decided_by_id, NEW.day, NEW.amount)
        ON CONFLICT (user_id, day) DO UPDATE SET total = refunds_approverday.total + NEW.amount RETURNING total INTO NEW.day_total;
    NEW.day_limit := theirs.per_day;
    NEW.valid_until := NEW.decided_at + make_interval(secs => 3600 * coalesce((casework_policy_value('approval_valid', of_shop) ->> 'hours')::numeric, 72));
    RETURN NEW;
END $$;
CREATE TRIGGER approval_stamp BEFORE INSERT ON refunds_approval FOR EACH ROW EXECUTE FUNCTION refunds_stamp_approval();

-- A change in who asked, amount or order is another request: the approval is of exactly this one.
ALTER TABLE refunds_approval ADD CONSTRAINT approval_of_this_request
    FOREIGN KEY (request_id, asked_by_id, amount, order_id) REFERENCES refunds_request (id, asked_by_id, amount, order_id);
ALTER TABLE refunds_payout ADD CONSTRAINT payout_of_this_approval
    FOREIGN KEY (approval_id, amount, asked_by_id) REFERENCES refunds_approval (id, amount, asked_by_id);

-- Paying: the approval still holds, the payer is not the approver unless the shop says so; then the ledger is settled.
CREATE FUNCTION refunds_check_payout() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    given refunds_approval;
    of_shop bigint;
    may_approver_pay boolean;
BEGIN
    PERFORM casework_only_read_committed();
    SELECT * INTO given FROM refunds_approval WHERE id = NEW.approval_id;
    SELECT shop_id INTO of_shop FROM orders_order WHERE id = given.order_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM refunds_ending WHERE request_id = given.request_id) THEN
        RAISE EXCEPTION 'this approval was taken back' USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_still_holds';
    END IF;
    IF given.valid_until IS NULL OR casework_now() > given.valid_until THEN
        RAISE EXCEPTION 'this approval ran out' USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_not_expired';
    END IF;
    IF EXISTS (SELECT 1 FROM refunds_request mine JOIN refunds_request this ON this.case_id = mine.case_id
               WHERE this.id = given.request_id AND mine.asked_by_id = NEW.paid_by_id) THEN
        RAISE EXCEPTION 'the payer asked for this refund' USING ERRCODE = 'check_violation', CONSTRAINT = 'payer_did_not_ask';
    END IF;
    may_approver_pay := coalesce(casework_policy_value('payer_may_be_approver', of_shop), 'false')::boolean;
    IF NOT EXISTS (SELECT 1 FROM orders_user u JOIN orders_membership m ON m.user_id = u.id
                   WHERE u.id = NEW.paid_by_id AND u.is_active AND (m.shop_id = of_shop OR (m.shop_id IS NULL AND u.all_shops))
                     AND (m.role = 'finance' OR (may_approver_pay AND m.role IN ('supervisor', 'manager')))) THEN
        RAISE EXCEPTION 'finance pays' USING ERRCODE = 'check_violation', CONSTRAINT = 'payer_is_finance';
    END IF;
    IF NEW.paid_by_id = given.decided_by_id AND NOT may_approver_pay THEN
        RAISE EXCEPTION 'the approver does not pay' USING ERRCODE = 'check_violation', CONSTRAINT = 'payer_is_not_the_approver';
    END IF;
    IF NEW.channel <> (SELECT payee_channel FROM refunds_request WHERE id = given.request_id) THEN
        RAISE EXCEPTION 'another channel was approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_channel_as_approved';
    END IF;
    NEW.recorded_at := casework_now();
    RETURN NEW;
END $$;
CREATE TRIGGER payout_check BEFORE INSERT ON refunds_payout FOR EACH ROW EXECUTE FUNCTION refunds_check_payout();

CREATE FUNCTION refunds_settle_payout() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM casework_ledger_write('settle', r.case_id, r.order_id, r.lines, r.freight, r.payee_channel, 'request:' || r.id || ':settle')
    FROM refunds_approval a JOIN refunds_request r ON r.id = a.request_id WHERE a.id = NEW.approval_id;
    RETURN NULL;
END $$;
CREATE TRIGGER payout_settles AFTER INSERT ON refunds_payout FOR EACH ROW EXECUTE FUNCTION refunds_settle_payout();

-- Limits change by this function alone; the journal says by whom (the trigger on the table, which speaks inside the door too).
CREATE FUNCTION refunds_set_limit(of_shop bigint, of_role text, of_user bigint, order_limit numeric, day_limit numeric) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    door text := coalesce(current_setting('casework.door', true), '');
BEGIN
    IF of_role NOT IN ('supervisor', 'manager') THEN
        RAISE EXCEPTION 'only leads approve' USING ERRCODE = 'check_violation', CONSTRAINT = 'only_leads_approve';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('refunds.limits'));
    PERFORM set_config('casework.door', '', true);
    INSERT INTO refunds_approvallimit (shop_id, role, user_id, per_order, per_day) VALUES (of_shop, of_role, of_user, order_limit, day_limit)
    ON CONFLICT (shop_id, role, user_id) DO UPDATE SET per_order = excluded.per_order, per_day = excluded.per_day;
    PERFORM set_config('casework.door', door, true);
END $$;

-- The limits of the handbook (R1.2), for an empty table only.
CREATE FUNCTION refunds_seed_limits() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO refunds_approvallimit (shop_id, role, user_id, per_order, per_day)
    SELECT NULL, role, NULL, per_order, per_day FROM (VALUES ('supervisor', 500.00, 5000.00), ('manager', 9999999999.99, 9999999999.99)) AS t (role, per_order, per_day)
    WHERE NOT EXISTS (SELECT 1 FROM refunds_approvallimit)
$$;

DO $$
DECLARE
    tbl text;
BEGIN
    FOREACH tbl IN ARRAY ARRAY['request', 'approval', 'sendback', 'ending', 'payout', 'approvallimit'] LOOP
        EXECUTE format('CREATE TRIGGER journal_direct_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, '''', ''id'')', 'refunds_' || tbl, tbl);
        EXECUTE format('CREATE TRIGGER journal_direct_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, '''', ''id'')', 'refunds_' || tbl, tbl);
        EXECUTE format('CREATE TRIGGER journal_direct_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, '''', ''id'')', 'refunds_' || tbl, tbl);
    END LOOP;
END $$;
