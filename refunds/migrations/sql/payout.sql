-- Who may let money leave for an approval, which way and until when. Asked before a payout is recorded and before a transfer is ordered.
CREATE FUNCTION refunds_refuse_paying(of_approval bigint, payer bigint, way text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    given refunds_approval;
    of_shop bigint;
    may_approver_pay boolean;
BEGIN
    SELECT * INTO given FROM refunds_approval WHERE id = of_approval;
    SELECT shop_id INTO of_shop FROM orders_order WHERE id = given.order_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM refunds_ending WHERE request_id = given.request_id) THEN
        RAISE EXCEPTION 'this approval was taken back' USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_still_holds';
    END IF;
    IF given.valid_until IS NULL OR casework_now() > given.valid_until THEN
        RAISE EXCEPTION 'this approval ran out' USING ERRCODE = 'check_violation', CONSTRAINT = 'approval_not_expired';
    END IF;
    IF EXISTS (SELECT 1 FROM refunds_request mine JOIN refunds_request this ON this.case_id = mine.case_id
               WHERE this.id = given.request_id AND mine.asked_by_id = payer) THEN
        RAISE EXCEPTION 'the payer asked for this refund' USING ERRCODE = 'check_violation', CONSTRAINT = 'payer_did_not_ask';
    END IF;
    may_approver_pay := coalesce(casework_policy_value('payer_may_be_approver', of_shop), 'false')::boolean;
    IF NOT EXISTS (SELECT 1 FROM orders_user u JOIN orders_membership m ON m.user_id = u.id
                   WHERE u.id = payer AND u.is_active AND (m.shop_id = of_shop OR (m.shop_id IS NULL AND u.all_shops))
                     AND (m.role = 'finance' OR (may_approver_pay AND m.role IN ('supervisor', 'manager')))) THEN
        RAISE EXCEPTION 'finance pays' USING ERRCODE = 'check_violation', CONSTRAINT = 'payer_is_finance';
    END IF;
    -- Nor does the one whose power approved.
    IF (payer = given.decided_by_id OR payer IS NOT DISTINCT FROM given.power_of_id) AND NOT may_approver_pay THEN
        RAISE EXCEPTION 'the approver does not pay' USING ERRCODE = 'check_violation', CONSTRAINT = 'payer_is_not_the_approver';
    END IF;
    IF way <> (SELECT payee_channel FROM refunds_request WHERE id = given.request_id) THEN
        RAISE EXCEPTION 'another channel was approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_channel_as_approved';
    END IF;
    IF EXISTS (SELECT 1 FROM refunds_request r JOIN refunds_askedthere a ON a.case_id = r.case_id JOIN orders_platformrefund p ON p.id = a.refund_id
               JOIN casework_ledger l ON l.key = refunds_platform_key(p) WHERE r.id = given.request_id) THEN
        RAISE EXCEPTION 'the platform has paid this by its own decision' USING ERRCODE = 'check_violation', CONSTRAINT = 'not_paid_by_the_platform_itself';
    END IF;
END $$;

-- Paying: the approval still holds, the payer is not the approver unless the shop says so; then the ledger is settled.
-- A payout by a provider is the end of its transfer, and everything was looked at before that was ordered: money that has left is
-- recorded, whatever has become meanwhile of the approval's time and the payer's role. Any other is refused while a transfer is open.
CREATE FUNCTION refunds_check_payout() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ordered refunds_transfer;
    is_open boolean;
BEGIN
    PERFORM casework_only_read_committed();
    PERFORM 1 FROM orders_order o JOIN refunds_approval a ON a.order_id = o.id WHERE a.id = NEW.approval_id FOR NO KEY UPDATE OF o;
    SELECT * INTO ordered FROM refunds_transfer WHERE approval_id = NEW.approval_id;
    is_open := coalesce(ordered.status IN ('sending', 'unknown', 'parked'), false);
    IF NEW.gateway = 'manual' THEN
        IF is_open THEN
            RAISE EXCEPTION 'a transfer is under way' USING ERRCODE = 'check_violation', CONSTRAINT = 'no_transfer_is_under_way';
        END IF;
        PERFORM refunds_refuse_paying(NEW.approval_id, NEW.paid_by_id, NEW.channel);
    ELSIF NOT is_open OR NEW.gateway <> ordered.gateway OR NEW.paid_by_id <> ordered.sent_by_id OR NEW.channel <> 'alipay' THEN
        RAISE EXCEPTION 'no such transfer' USING ERRCODE = 'check_violation', CONSTRAINT = 'payout_of_an_open_transfer';
    END IF;
    NEW.recorded_at := casework_now();
    RETURN NEW;
END $$;
CREATE TRIGGER payout_check BEFORE INSERT ON refunds_payout FOR EACH ROW EXECUTE FUNCTION refunds_check_payout();

-- The other way round: what the ledger has as the platform's own payment is not paid out by us once more. After payout_check, which locks the order.
CREATE FUNCTION refunds_check_payout_is_ours() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM refunds_approval g JOIN refunds_request r ON r.id = g.request_id JOIN orders_platformrefund p ON p.order_id = g.order_id
        JOIN casework_ledger l ON l.key = refunds_platform_key(p)
        WHERE g.id = NEW.approval_id
          AND (NEW.channel = 'platform' AND NEW.platform_number = p.number OR EXISTS (SELECT 1 FROM refunds_askedthere a WHERE a.case_id = r.case_id AND a.refund_id = p.id))
    ) THEN
        RAISE EXCEPTION 'the platform has paid this by its own decision' USING ERRCODE = 'check_violation', CONSTRAINT = 'not_paid_by_the_platform_itself';
    END IF;
    RETURN NEW;
END $$;

-- The same, and by its number, for what finance records. What a provider has paid is recorded: it was asked before it was ordered.
CREATE TRIGGER payout_check_is_ours BEFORE INSERT ON refunds_payout FOR EACH ROW WHEN (NEW.gateway = 'manual') EXECUTE FUNCTION refunds_check_payout_is_ours();

CREATE FUNCTION refunds_settle_payout() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r refunds_request;
BEGIN
    SELECT asked.* INTO r FROM refunds_approval a JOIN refunds_request asked ON asked.id = a.request_id WHERE a.id = NEW.approval_id;
    PERFORM casework_ledger_write('settle', r.case_id, r.order_id, r.lines, r.freight, r.payee_channel, r.party, 'request:' || r.id || ':settle');
    IF r.beyond > 0 THEN
        PERFORM casework_ledger_post(r.case_id, r.order_id, NULL, r.beyond_kind, 'out', r.payee_channel, r.party, r.beyond, 'request:' || r.id || ':settle:beyond');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payout_settles AFTER INSERT ON refunds_payout FOR EACH ROW EXECUTE FUNCTION refunds_settle_payout();

-- Money of a case that has left, or may have, past its approval: no other payout of the case, and none beyond what the order paid.
CREATE FUNCTION refunds_refuse_second_payment(of_approval bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r refunds_request;
    o orders_order;
    beside numeric;
BEGIN
    SELECT q.* INTO r FROM refunds_request q JOIN refunds_approval a ON a.request_id = q.id WHERE a.id = of_approval;
    SELECT * INTO o FROM orders_order WHERE id = r.order_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT 1 FROM refunds_transfer t JOIN refunds_approval a ON a.id = t.approval_id JOIN refunds_request q ON q.id = a.request_id
               WHERE q.case_id = r.case_id AND t.status IN ('late', 'beside')) THEN
        RAISE EXCEPTION 'paid after all' USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_was_paid_after_all';
    END IF;
    SELECT sum(t.amount - q.beyond) INTO beside FROM refunds_transfer t JOIN refunds_approval a ON a.id = t.approval_id JOIN refunds_request q ON q.id = a.request_id
    WHERE a.order_id = o.id AND t.status IN ('late', 'beside');
    IF beside > 0 AND r.amount - r.beyond > o.paid - casework_gone(o.refunded, o.refunded_outside, o.platform_refunded) - beside THEN
        RAISE EXCEPTION 'more than is left' USING ERRCODE = 'check_violation', CONSTRAINT = 'over_the_cap';
    END IF;
END $$;

CREATE FUNCTION refunds_check_second_payment() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM refunds_refuse_second_payment(NEW.approval_id);
    RETURN NEW;
END $$;

-- What a provider has paid under an open transfer is recorded, whatever else was paid.
CREATE TRIGGER payout_is_no_second BEFORE INSERT ON refunds_payout FOR EACH ROW WHEN (NEW.gateway = 'manual') EXECUTE FUNCTION refunds_check_second_payment();
CREATE TRIGGER transfer_is_no_second BEFORE INSERT ON refunds_transfer FOR EACH ROW EXECUTE FUNCTION refunds_check_second_payment();

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
