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

-- Its way: open until it is known; what failed may be ordered again, or turn out to be paid after all: then it is open again where its
-- approval still waits, else late, until a person says that nothing has left or that it was paid beside its approval. Done is done, with its payout.
CREATE FUNCTION refunds_guard_transfer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    was_open boolean := OLD.status IN ('sending', 'unknown', 'parked');
    waits boolean;
BEGIN
    PERFORM casework_only_read_committed();
    PERFORM 1 FROM orders_order o JOIN refunds_approval a ON a.order_id = o.id WHERE a.id = NEW.approval_id FOR NO KEY UPDATE OF o;
    waits := NOT EXISTS (SELECT 1 FROM refunds_payout WHERE approval_id = NEW.approval_id)
        AND NOT EXISTS (SELECT 1 FROM refunds_ending e JOIN refunds_approval a ON a.request_id = e.request_id WHERE a.id = NEW.approval_id);
    IF (NEW.id, NEW.approval_id, NEW.amount, NEW.asked_by_id, NEW.gateway, NEW.key) IS DISTINCT FROM (OLD.id, OLD.approval_id, OLD.amount, OLD.asked_by_id, OLD.gateway, OLD.key)
       OR (OLD.status <> 'failed' AND (NEW.sent_by_id, NEW.sent_at) IS DISTINCT FROM (OLD.sent_by_id, OLD.sent_at))
       OR (was_open AND NEW.status = 'sending' AND OLD.status <> 'sending')
       OR (was_open AND NEW.status IN ('late', 'beside'))
       OR (NOT was_open AND (OLD.status, NEW.status) NOT IN (('failed', 'sending'), ('failed', 'parked'), ('failed', 'late'), ('late', 'failed'), ('late', 'beside')))
       OR (OLD.status = 'failed' AND NEW.status = 'parked' AND NOT waits)
       OR (NEW.status = 'done') IS DISTINCT FROM EXISTS (SELECT 1 FROM refunds_payout WHERE approval_id = NEW.approval_id AND gateway = NEW.gateway) THEN
        RAISE EXCEPTION 'a transfer goes its way' USING ERRCODE = 'check_violation', CONSTRAINT = 'transfer_goes_its_way';
    END IF;
    -- Ordered again, or asked about again and so perhaps sent once more.
    IF (OLD.status, NEW.status) IN (('failed', 'sending'), ('parked', 'unknown')) THEN
        PERFORM refunds_refuse_second_payment(NEW.approval_id);
    END IF;
    IF (OLD.status, NEW.status) = ('failed', 'sending') THEN
        PERFORM refunds_refuse_paying(NEW.approval_id, NEW.sent_by_id, 'alipay');
        NEW.sent_at := casework_now();
        NEW.wake_at := NEW.sent_at;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER transfer_guard BEFORE UPDATE ON refunds_transfer FOR EACH ROW EXECUTE FUNCTION refunds_guard_transfer();

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

-- What was paid beside its approval is in the ledger as it was approved then; it moves no counter.
CREATE FUNCTION refunds_post_beside() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r refunds_request;
BEGIN
    SELECT q.* INTO r FROM refunds_request q JOIN refunds_approval a ON a.request_id = q.id WHERE a.id = NEW.approval_id;
    PERFORM casework_ledger_post(r.case_id, r.order_id, part.line, part.kind, 'out', 'alipay', r.party, part.amount, 'transfer:' || NEW.id || ':' || part.name)
    FROM (SELECT (each ->> 'line')::bigint AS line, 'goods' AS kind, (each ->> 'amount')::numeric AS amount, each ->> 'line' AS name FROM jsonb_array_elements(r.lines) each
          UNION ALL SELECT NULL, 'freight', r.freight, 'freight' WHERE r.freight > 0
          UNION ALL SELECT NULL, r.beyond_kind, r.beyond, 'beyond' WHERE r.beyond > 0) part;
    RETURN NULL;
END $$;
CREATE TRIGGER transfer_beside_is_posted AFTER UPDATE ON refunds_transfer FOR EACH ROW WHEN (NEW.status = 'beside') EXECUTE FUNCTION refunds_post_beside();
