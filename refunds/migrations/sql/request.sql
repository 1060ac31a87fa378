-- A request as it comes in: the next version of an open case of money, its lines the order's, its sum exact, beyond the order what its kind allows.
CREATE FUNCTION refunds_check_request() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_kind text;
    total numeric;
BEGIN
    PERFORM casework_only_read_committed();
    PERFORM 1 FROM orders_order WHERE id = NEW.order_id FOR NO KEY UPDATE;
    SELECT kind INTO of_kind FROM casework_case
    WHERE id = NEW.case_id AND kind IN ('refund', 'compensation') AND order_id = NEW.order_id AND closed_at IS NULL;
    IF of_kind IS NULL THEN
        RAISE EXCEPTION 'no open refund case of this order' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_has_an_open_refund';
    END IF;
    IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM refunds_request WHERE case_id = NEW.case_id) THEN
        RAISE EXCEPTION 'not the next version' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_is_the_next_version';
    END IF;
    IF jsonb_typeof(NEW.lines) <> 'array' OR EXISTS (
        SELECT 1 FROM jsonb_array_elements(NEW.lines) each LEFT JOIN orders_line l ON l.id = (each ->> 'line')::bigint AND l.order_id = NEW.order_id
        WHERE l.id IS NULL OR jsonb_typeof(each -> 'amount') <> 'string' OR each ->> 'amount' !~ '^(0|[1-9][0-9]{0,8})[.][0-9]{2}$' OR (each ->> 'amount')::numeric <= 0
    ) OR (SELECT count(DISTINCT each ->> 'line') <> count(*) FROM jsonb_array_elements(NEW.lines) each) THEN
        RAISE EXCEPTION 'lines are not those of the order' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_lines_are_the_orders';
    END IF;
    -- A refund goes beyond the order by postage that the customer advanced (R3.1) alone; a compensation (R4.1) is nothing of the order.
    IF NOT (CASE of_kind WHEN 'refund' THEN NEW.beyond_kind IN ('', 'freight')
                        ELSE NEW.beyond_kind = 'compensation' AND NEW.freight = 0 AND NEW.lines = '[]' END) THEN
        RAISE EXCEPTION 'not what this kind of case gives' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_is_of_its_kind';
    END IF;
    SELECT NEW.freight + NEW.beyond + coalesce(sum((each ->> 'amount')::numeric), 0) INTO total FROM jsonb_array_elements(NEW.lines) each;
    IF total <> NEW.amount THEN
        RAISE EXCEPTION 'the parts are not the amount' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_adds_up';
    END IF;
    IF jsonb_typeof(NEW.evidence) <> 'array' OR EXISTS (
        SELECT 1 FROM jsonb_array_elements_text(NEW.evidence) given
        WHERE NOT EXISTS (SELECT 1 FROM casework_evidence e JOIN casework_case c ON c.id = e.case_id JOIN casework_case mine ON mine.id = NEW.case_id
                          WHERE e.id = given::bigint AND c.shop_id = mine.shop_id AND (c.order_id = NEW.order_id OR c.id = mine.parent_id))
    ) THEN
        RAISE EXCEPTION 'evidence is not of the order' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_evidence_is_the_orders';
    END IF;
    IF NEW.ground = '' AND NEW.evidence = '[]' THEN
        RAISE EXCEPTION 'neither ground nor evidence' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_has_ground_or_evidence';
    END IF;
    NEW.party := refunds_party_of(NEW.case_id);
    NEW.asked_at := casework_now();
    RETURN NEW;
END $$;
CREATE TRIGGER request_check BEFORE INSERT ON refunds_request FOR EACH ROW EXECUTE FUNCTION refunds_check_request();

-- A new version ends the one before (and so its approval), then sets its own money aside. Beyond the order there is nothing to set aside.
CREATE FUNCTION refunds_reserve_request() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    older refunds_request;
BEGIN
    SELECT * INTO older FROM refunds_request WHERE case_id = NEW.case_id AND seq = NEW.seq - 1;
    IF FOUND AND NOT EXISTS (SELECT 1 FROM refunds_ending WHERE request_id = older.id) THEN
        INSERT INTO refunds_ending (request_id, kind, by_id, at, reason) VALUES (older.id, 'replaced', NEW.asked_by_id, casework_now(), '');
    END IF;
    -- Lists name the case by the amount in force.
    UPDATE casework_case SET subject_label = '¥' || NEW.amount WHERE id = NEW.case_id AND subject_label <> '¥' || NEW.amount;
    PERFORM casework_ledger_reserve(NEW.case_id, NEW.order_id, NEW.lines, NEW.freight, NEW.payee_channel, NEW.party, 'request:' || NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER request_reserves AFTER INSERT ON refunds_request FOR EACH ROW EXECUTE FUNCTION refunds_reserve_request();

-- Sending back is for requests that still wait.
CREATE FUNCTION refunds_check_send_back() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM casework_only_read_committed();
    PERFORM 1 FROM orders_order o JOIN refunds_request r ON r.order_id = o.id WHERE r.id = NEW.request_id FOR NO KEY UPDATE OF o;
    IF EXISTS (SELECT 1 FROM refunds_approval WHERE request_id = NEW.request_id) OR EXISTS (SELECT 1 FROM refunds_ending WHERE request_id = NEW.request_id) THEN
        RAISE EXCEPTION 'this request is decided' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_still_waits';
    END IF;
    NEW.at := casework_now();
    RETURN NEW;
END $$;
CREATE TRIGGER send_back_check BEFORE INSERT ON refunds_sendback FOR EACH ROW EXECUTE FUNCTION refunds_check_send_back();

-- An end without money: refused once money has left; otherwise what was set aside is set free, and an approval counts no more.
CREATE FUNCTION refunds_check_ending() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
CREATE TRIGGER ending_releases BEFORE INSERT ON refunds_ending FOR EACH ROW EXECUTE FUNCTION refunds_check_ending();
