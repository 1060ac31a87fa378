-- What the platform paid by nobody's decision that we know of: staff agreed to it there, without a payout of ours. It has its ledger line as well, under
-- the platform's own number, so that the case costs what it cost, and says whether a lead's yes stood here.

-- The platform's refund that a payout on it stands for: the one whose number it carries, else the one that its case answers.
CREATE FUNCTION refunds_paid_for(of_payout bigint) RETURNS bigint LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT t.id FROM orders_platformrefund t WHERE t.order_id = g.order_id AND t.number = o.platform_number AND t.is_paid),
                    (SELECT t.id FROM refunds_askedthere a JOIN orders_platformrefund t ON t.id = a.refund_id AND t.is_paid WHERE a.case_id = r.case_id))
    FROM refunds_payout o JOIN refunds_approval g ON g.id = o.approval_id JOIN refunds_request r ON r.id = g.request_id
    WHERE o.id = of_payout AND o.channel = 'platform'
$$;

-- What our books have of a refund of the platform: payouts on it, its own lines, and what was booked of differences; these given back and out again.
CREATE FUNCTION refunds_books_of(of_refund bigint) RETURNS TABLE (case_id bigint, amount numeric) LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT r.case_id, o.amount FROM orders_platformrefund p JOIN refunds_approval g ON g.order_id = p.order_id JOIN refunds_payout o ON o.approval_id = g.id
    JOIN refunds_request r ON r.id = g.request_id WHERE p.id = of_refund AND refunds_paid_for(o.id) = p.id
    UNION ALL
    SELECT l.case_id, CASE l.direction WHEN 'in' THEN -l.amount ELSE l.amount END FROM orders_platformrefund p
    JOIN casework_ledger l ON l.key IN (refunds_platform_key(p), refunds_platform_key(p) || ':back', refunds_platform_key(p) || ':again') WHERE p.id = of_refund
    UNION ALL
    SELECT l.case_id, CASE l.direction WHEN 'in' THEN -l.amount ELSE l.amount END FROM refunds_settlement m
    JOIN casework_ledger l ON l.key IN ('settlement:' || m.id, 'settlement:' || m.id || ':back', 'settlement:' || m.id || ':again')
    WHERE m.about = 'refund:' || of_refund
$$;

CREATE FUNCTION refunds_check_paid_there() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p orders_platformrefund;
BEGIN
    PERFORM casework_only_read_committed();
    SELECT * INTO p FROM orders_platformrefund WHERE id = NEW.refund_id;
    PERFORM 1 FROM orders_order WHERE id = p.order_id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT 1 FROM casework_case WHERE id = NEW.case_id AND kind = 'refund' AND order_id = p.order_id) THEN
        RAISE EXCEPTION 'no refund of its order' USING ERRCODE = 'check_violation', CONSTRAINT = 'paid_there_is_of_its_refund';
    END IF;
    IF NOT p.is_paid OR p.amount <= 0 OR EXISTS (SELECT 1 FROM refunds_books_of(p.id)) THEN
        RAISE EXCEPTION 'not paid there, or in our books' USING ERRCODE = 'check_violation', CONSTRAINT = 'paid_there_is_not_booked_yet';
    END IF;
    NEW.amount := p.amount;
    NEW.approval_id := (SELECT a.id FROM refunds_approval a JOIN refunds_request r ON r.id = a.request_id
                        WHERE r.case_id = NEW.case_id AND a.amount >= p.amount AND NOT EXISTS (SELECT 1 FROM refunds_ending e WHERE e.request_id = r.id)
                          AND NOT EXISTS (SELECT 1 FROM refunds_payout o WHERE o.approval_id = a.id));
    NEW.at := casework_now();
    RETURN NEW;
END $$;
CREATE TRIGGER paid_there_check BEFORE INSERT ON refunds_paidthere FOR EACH ROW EXECUTE FUNCTION refunds_check_paid_there();

CREATE FUNCTION refunds_post_paid_there() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO casework_ledger (at, shop_id, case_id, order_id, line_id, entry, kind, direction, channel, party, amount, key)
    SELECT NEW.at, p.shop_id, NEW.case_id, p.order_id, p.line_id, 'post', 'goods', 'out', 'platform', coalesce(nullif(p.party, ''), refunds_party_of(NEW.case_id)),
           NEW.amount, refunds_platform_key(p)
    FROM orders_platformrefund p WHERE p.id = NEW.refund_id;
    RETURN NULL;
END $$;
CREATE TRIGGER paid_there_posts AFTER INSERT ON refunds_paidthere FOR EACH ROW EXECUTE FUNCTION refunds_post_paid_there();

-- A difference that is booked: finance or a lead, who neither asked for money of the order nor paid any, says so, of amounts that are so now.
-- What was not here at all has its own row above; of amounts that differ the rest is posted.
CREATE FUNCTION refunds_check_booking() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p orders_platformrefund;
    here numeric;
BEGIN
    PERFORM casework_only_read_committed();
    PERFORM 1 FROM orders_order WHERE id = NEW.order_id FOR NO KEY UPDATE;
    SELECT * INTO p FROM orders_platformrefund WHERE 'refund:' || id = NEW.about AND order_id = NEW.order_id AND is_paid;
    IF p.id IS NULL OR NOT coalesce(refunds_role_in(NEW.by_id, p.shop_id) IN ('finance', 'supervisor', 'manager'), false) THEN
        RAISE EXCEPTION 'not to be booked' USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_is_of_a_payment_there';
    END IF;
    IF EXISTS (SELECT 1 FROM refunds_request WHERE order_id = NEW.order_id AND asked_by_id = NEW.by_id) OR EXISTS (
        SELECT 1 FROM refunds_payout o JOIN refunds_approval g ON g.id = o.approval_id WHERE g.order_id = NEW.order_id AND o.paid_by_id = NEW.by_id) THEN
        RAISE EXCEPTION 'booked by who asked or paid' USING ERRCODE = 'check_violation', CONSTRAINT = 'somebody_else_books';
    END IF;
    SELECT sum(b.amount) INTO here FROM refunds_books_of(p.id) b;
    IF NEW.there <> p.amount OR NOT (CASE WHEN NEW.here IS NULL THEN EXISTS (SELECT 1 FROM refunds_paidthere WHERE refund_id = p.id)
                                          ELSE coalesce(NEW.here = here AND NEW.here <> NEW.there, false) END) THEN
        RAISE EXCEPTION 'other amounts' USING ERRCODE = 'check_violation', CONSTRAINT = 'booking_is_of_a_payment_there';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER settlement_may_book BEFORE INSERT ON refunds_settlement FOR EACH ROW WHEN (NEW.books) EXECUTE FUNCTION refunds_check_booking();

CREATE FUNCTION refunds_post_booking() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO casework_ledger (at, shop_id, case_id, order_id, line_id, entry, kind, direction, channel, party, amount, key)
    SELECT casework_now(), p.shop_id, mine.case_id, p.order_id, p.line_id, 'post', 'goods', CASE WHEN NEW.there > NEW.here THEN 'out' ELSE 'in' END, 'platform',
           coalesce(nullif(p.party, ''), refunds_party_of(mine.case_id)), abs(NEW.there - NEW.here), 'settlement:' || NEW.id
    FROM orders_platformrefund p, LATERAL (SELECT max(b.case_id) AS case_id FROM refunds_books_of(p.id) b) mine
    WHERE p.order_id = NEW.order_id AND 'refund:' || p.id = NEW.about;
    RETURN NULL;
END $$;
CREATE TRIGGER settlement_books AFTER INSERT ON refunds_settlement FOR EACH ROW WHEN (NEW.books AND NEW.here IS NOT NULL) EXECUTE FUNCTION refunds_post_booking();
