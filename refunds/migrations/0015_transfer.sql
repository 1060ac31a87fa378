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
-- The same, and by its number, for what finance records. What a provider has paid is recorded: it was asked before it was ordered.
CREATE OR REPLACE TRIGGER payout_check_is_ours BEFORE INSERT ON refunds_payout FOR EACH ROW WHEN (NEW.gateway = 'manual') EXECUTE FUNCTION refunds_check_payout_is_ours();

DROP TRIGGER payout_not_by_the_power ON refunds_payout;
DROP FUNCTION refunds_check_payer_of_power();

-- A payout by a provider is the end of its transfer, and everything was looked at before that was ordered: money that has left is
-- recorded, whatever has become meanwhile of the approval's time and the payer's role. Any other is refused while a transfer is open.
CREATE OR REPLACE FUNCTION refunds_check_payout() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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

CREATE FUNCTION refunds_end_transfer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE refunds_transfer SET status = 'done' WHERE approval_id = NEW.approval_id;
    RETURN NULL;
END $$;
CREATE TRIGGER payout_ends_transfer AFTER INSERT ON refunds_payout FOR EACH ROW WHEN (NEW.gateway <> 'manual') EXECUTE FUNCTION refunds_end_transfer();

-- An approval does not end while its money may have left.
CREATE FUNCTION refunds_check_ending_of_transfer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM orders_order o JOIN refunds_request r ON r.order_id = o.id WHERE r.id = NEW.request_id FOR NO KEY UPDATE OF o;
    IF EXISTS (SELECT 1 FROM refunds_transfer t JOIN refunds_approval a ON a.id = t.approval_id
               WHERE a.request_id = NEW.request_id AND t.status IN ('sending', 'unknown', 'parked')) THEN
        RAISE EXCEPTION 'a transfer is under way' USING ERRCODE = 'check_violation', CONSTRAINT = 'no_transfer_is_under_way';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ending_waits_for_transfer BEFORE INSERT ON refunds_ending FOR EACH ROW EXECUTE FUNCTION refunds_check_ending_of_transfer();

-- A transfer as it is ordered: everything that a payout is asked. Its number is ours, of the case and the version, and stays.
CREATE FUNCTION refunds_check_transfer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM casework_only_read_committed();
    PERFORM refunds_refuse_paying(NEW.approval_id, NEW.sent_by_id, 'alipay');
    IF EXISTS (SELECT 1 FROM refunds_payout WHERE approval_id = NEW.approval_id) THEN
        RAISE EXCEPTION 'this request is paid' USING ERRCODE = 'check_violation', CONSTRAINT = 'a_paid_request_does_not_end';
    END IF;
    SELECT replace(c.number, '-', '') || 'v' || r.seq INTO NEW.key
    FROM refunds_approval a JOIN refunds_request r ON r.id = a.request_id JOIN casework_case c ON c.id = r.case_id WHERE a.id = NEW.approval_id;
    NEW.status := 'sending';
    NEW.tries := 0;
    NEW.tried_at := NULL;
    NEW.code := '';
    NEW.sent_at := casework_now();
    NEW.wake_at := NEW.sent_at;
    RETURN NEW;
END $$;
CREATE TRIGGER transfer_check BEFORE INSERT ON refunds_transfer FOR EACH ROW EXECUTE FUNCTION refunds_check_transfer();
ALTER TABLE refunds_transfer ADD CONSTRAINT transfer_of_this_approval
    FOREIGN KEY (approval_id, amount, asked_by_id) REFERENCES refunds_approval (id, amount, asked_by_id);

-- Its way: open until it is known; what failed may be ordered again, under all that is asked of a payout then; done is done, with its payout.
CREATE FUNCTION refunds_guard_transfer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    was_open boolean := OLD.status IN ('sending', 'unknown', 'parked');
BEGIN
    IF (NEW.id, NEW.approval_id, NEW.amount, NEW.asked_by_id, NEW.gateway, NEW.key) IS DISTINCT FROM (OLD.id, OLD.approval_id, OLD.amount, OLD.asked_by_id, OLD.gateway, OLD.key)
       OR (was_open AND (NEW.sent_by_id, NEW.sent_at) IS DISTINCT FROM (OLD.sent_by_id, OLD.sent_at))
       OR (was_open AND NEW.status = 'sending' AND OLD.status <> 'sending')
       OR (NOT was_open AND (OLD.status, NEW.status) IS DISTINCT FROM ('failed', 'sending'))
       OR (NEW.status = 'done') IS DISTINCT FROM EXISTS (SELECT 1 FROM refunds_payout WHERE approval_id = NEW.approval_id) THEN
        RAISE EXCEPTION 'a transfer goes its way' USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_goes_its_way';
    END IF;
    IF OLD.status = 'failed' THEN
        PERFORM casework_only_read_committed();
        PERFORM refunds_refuse_paying(NEW.approval_id, NEW.sent_by_id, 'alipay');
        NEW.sent_at := casework_now();
        NEW.wake_at := NEW.sent_at;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER transfer_guard BEFORE UPDATE ON refunds_transfer FOR EACH ROW EXECUTE FUNCTION refunds_guard_transfer();

CREATE TRIGGER journal_direct_insert AFTER INSERT ON refunds_transfer REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('transfer', '', 'id');
CREATE TRIGGER journal_direct_update AFTER UPDATE ON refunds_transfer REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('transfer', '', 'id');
CREATE TRIGGER journal_direct_delete AFTER DELETE ON refunds_transfer REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('transfer', '', 'id');
