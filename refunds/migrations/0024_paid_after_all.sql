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

-- Its way: open until it is known; what failed may be ordered again, or turn out to be paid after all: then it is open again where its
-- approval still waits, else late, until a person says that nothing has left or that it was paid beside its approval. Done is done, with its payout.
CREATE OR REPLACE FUNCTION refunds_guard_transfer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
