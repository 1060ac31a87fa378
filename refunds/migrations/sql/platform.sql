-- What the platform paid by its own decision (系统退款, or after it had stepped in) enters the ledger without an approval (R13.2), once, under
-- its own number. It moves no counter: the import moves platform_refunded. A payout that we recorded for the request is the same money.
CREATE FUNCTION refunds_platform_key(p orders_platformrefund) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT 'platform:' || p.shop_id || ':' || p.number
$$;

-- The platform's refunds of a shop that are its decision, with the case that answers them, neither posted nor paid out by us.
CREATE FUNCTION refunds_platform_unposted(of_shop bigint) RETURNS TABLE (refund_id bigint, case_id bigint) LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT p.id, mine.case_id
    FROM orders_platformrefund p
    JOIN LATERAL (SELECT a.case_id FROM refunds_askedthere a JOIN casework_case c ON c.id = a.case_id
                  WHERE a.refund_id = p.id AND c.order_id = p.order_id ORDER BY c.kind = 'refund' DESC, c.closed_at IS NULL DESC, c.id DESC LIMIT 1) mine ON true
    WHERE p.shop_id = of_shop AND p.is_paid AND (p.forced OR p.intervention <> '') AND p.amount > 0
      AND NOT EXISTS (SELECT 1 FROM casework_ledger l WHERE l.key = refunds_platform_key(p))
      AND NOT EXISTS (SELECT 1 FROM refunds_payout o JOIN refunds_approval g ON g.id = o.approval_id JOIN refunds_request r ON r.id = g.request_id
                      WHERE o.channel = 'platform' AND g.order_id = p.order_id
                        AND (o.platform_number = p.number OR r.case_id IN (SELECT a.case_id FROM refunds_askedthere a WHERE a.refund_id = p.id)))
$$;

CREATE FUNCTION refunds_post_platform(of_shop bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    posted bigint;
BEGIN
    -- A payout locks its order, too: whichever comes second sees the first.
    PERFORM 1 FROM orders_order WHERE id IN (
        SELECT p.order_id FROM refunds_platform_unposted(of_shop) u JOIN orders_platformrefund p ON p.id = u.refund_id) ORDER BY id FOR NO KEY UPDATE;
    INSERT INTO casework_ledger (at, shop_id, case_id, order_id, line_id, entry, kind, direction, channel, party, amount, key)
    SELECT casework_now(), p.shop_id, u.case_id, p.order_id, p.line_id, 'post', 'goods', 'out', 'platform', coalesce(nullif(p.party, ''), refunds_party_of(u.case_id)), p.amount,
           refunds_platform_key(p)
    FROM refunds_platform_unposted(of_shop) u JOIN orders_platformrefund p ON p.id = u.refund_id ORDER BY p.id
    ON CONFLICT (key) DO NOTHING;
    GET DIAGNOSTICS posted = ROW_COUNT;
    RETURN posted;
END $$;

-- The platform's decision as it is recorded: once a dispute, of a request that is known, no more than was asked. Its ledger line is the same as the
-- one that the platform's list brings (refunds_post_platform), so whichever comes first is the only one; a payout of ours is the same money, too.
CREATE FUNCTION refunds_check_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p orders_platformrefund;
BEGIN
    PERFORM casework_only_read_committed();
    IF NOT EXISTS (SELECT 1 FROM casework_case WHERE id = NEW.case_id AND kind = 'platform_dispute') THEN
        RAISE EXCEPTION 'no dispute' USING ERRCODE = 'check_violation', CONSTRAINT = 'platform_decision_is_of_a_dispute';
    END IF;
    SELECT r.* INTO p FROM refunds_askedthere a JOIN orders_platformrefund r ON r.id = a.refund_id WHERE a.case_id = NEW.case_id;
    IF NEW.amount > 0 AND (p.id IS NULL OR NEW.amount > p.amount) THEN
        RAISE EXCEPTION 'more than was asked' USING ERRCODE = 'check_violation', CONSTRAINT = 'platform_decision_is_of_a_request';
    END IF;
    PERFORM 1 FROM orders_order WHERE id = p.order_id FOR NO KEY UPDATE;
    NEW.at := casework_now();
    RETURN NEW;
END $$;
CREATE TRIGGER decision_check BEFORE INSERT ON refunds_platformdecision FOR EACH ROW EXECUTE FUNCTION refunds_check_decision();

CREATE FUNCTION refunds_post_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO casework_ledger (at, shop_id, case_id, order_id, line_id, entry, kind, direction, channel, party, amount, key)
    SELECT NEW.at, p.shop_id, NEW.case_id, p.order_id, p.line_id, 'post', 'goods', 'out', 'platform', NEW.party, NEW.amount, refunds_platform_key(p)
    FROM refunds_askedthere a JOIN orders_platformrefund p ON p.id = a.refund_id
    WHERE a.case_id = NEW.case_id AND NOT EXISTS (
        SELECT 1 FROM refunds_payout o JOIN refunds_approval g ON g.id = o.approval_id JOIN refunds_request r ON r.id = g.request_id
        WHERE o.channel = 'platform' AND g.order_id = p.order_id
          AND (o.platform_number = p.number OR r.case_id IN (SELECT b.case_id FROM refunds_askedthere b WHERE b.refund_id = p.id)))
    ON CONFLICT (key) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER decision_posts AFTER INSERT ON refunds_platformdecision FOR EACH ROW WHEN (NEW.amount > 0) EXECUTE FUNCTION refunds_post_decision();

-- R13.2: what the platform has decided is as good as gone: it takes its room from the day on which the decision is recorded, until its list shows the
-- request as paid (then platform_refunded has it) or as closed without money (then it is given back in the ledger, too).

CREATE FUNCTION refunds_decided(of_order bigint, of_line bigint) RETURNS numeric LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(d.amount), 0) FROM orders_platformrefund p JOIN refunds_askedthere a ON a.refund_id = p.id
    JOIN refunds_platformdecision d ON d.case_id = a.case_id
    WHERE p.order_id = of_order AND (of_line IS NULL OR p.line_id = of_line) AND p.is_open AND NOT p.is_paid
$$;

CREATE FUNCTION refunds_count_decided(of_orders bigint[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM orders_order WHERE id = ANY (of_orders) ORDER BY id FOR NO KEY UPDATE;
    UPDATE orders_order SET platform_decided = refunds_decided(id, NULL) WHERE id = ANY (of_orders) AND platform_decided <> refunds_decided(id, NULL);
    UPDATE orders_line SET platform_decided = refunds_decided(order_id, id) WHERE order_id = ANY (of_orders) AND platform_decided <> refunds_decided(order_id, id);
END $$;

CREATE FUNCTION refunds_decision_counts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM refunds_count_decided(array_agg(p.order_id)) FROM refunds_askedthere a JOIN orders_platformrefund p ON p.id = a.refund_id
    WHERE a.case_id = NEW.case_id HAVING count(*) > 0;
    RETURN NULL;
END $$;
CREATE TRIGGER decision_takes_room AFTER INSERT ON refunds_platformdecision FOR EACH ROW WHEN (NEW.amount > 0) EXECUTE FUNCTION refunds_decision_counts();

-- The list goes on: what was posted by a decision, or as agreed to there, and closed there without money comes back in, once; paid there after all, it
-- goes out again. So does what was booked of a difference: it was the rest of that payment.
CREATE FUNCTION refunds_follow_decided() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    decided bigint[];
BEGIN
    SELECT array_agg(DISTINCT f.order_id) INTO decided FROM fresh f JOIN refunds_askedthere a ON a.refund_id = f.id
    JOIN refunds_platformdecision d ON d.case_id = a.case_id AND d.amount > 0;
    IF decided IS NOT NULL THEN
        PERFORM refunds_count_decided(decided);
    ELSIF NOT EXISTS (SELECT 1 FROM fresh f JOIN refunds_paidthere t ON t.refund_id = f.id)
        AND NOT EXISTS (SELECT 1 FROM fresh f JOIN refunds_settlement m ON m.about = 'refund:' || f.id AND m.books) THEN
        RETURN NULL;
    END IF;
    INSERT INTO casework_ledger (at, shop_id, case_id, order_id, line_id, entry, kind, direction, channel, party, amount, key)
    SELECT casework_now(), l.shop_id, l.case_id, l.order_id, l.line_id, 'post', l.kind, CASE WHEN f.is_paid = (l.direction = 'out') THEN 'out' ELSE 'in' END,
           l.channel, l.party, l.amount, l.key || CASE WHEN f.is_paid THEN ':again' ELSE ':back' END
    FROM fresh f JOIN orders_platformrefund p ON p.id = f.id CROSS JOIN LATERAL (
        SELECT refunds_platform_key(p) AS key
        WHERE EXISTS (SELECT 1 FROM refunds_askedthere a JOIN refunds_platformdecision d ON d.case_id = a.case_id AND d.amount > 0 WHERE a.refund_id = f.id)
           OR EXISTS (SELECT 1 FROM refunds_paidthere t WHERE t.refund_id = f.id)
        UNION ALL
        SELECT 'settlement:' || m.id FROM refunds_settlement m WHERE m.about = 'refund:' || f.id AND m.books
    ) posted JOIN casework_ledger l ON l.key = posted.key
    WHERE NOT f.is_open AND (NOT f.is_paid OR EXISTS (SELECT 1 FROM casework_ledger b WHERE b.key = l.key || ':back'))
    ON CONFLICT (key) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER refund_follows_decided AFTER UPDATE ON orders_platformrefund REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION refunds_follow_decided();
