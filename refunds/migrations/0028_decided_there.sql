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

-- The list goes on: what was posted by a decision and closed there without money comes back in, once; paid there after all, it goes out again.
CREATE FUNCTION refunds_follow_decided() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    theirs bigint[];
BEGIN
    SELECT array_agg(DISTINCT f.order_id) INTO theirs FROM fresh f JOIN refunds_askedthere a ON a.refund_id = f.id
    JOIN refunds_platformdecision d ON d.case_id = a.case_id AND d.amount > 0;
    IF theirs IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM refunds_count_decided(theirs);
    INSERT INTO casework_ledger (at, shop_id, case_id, order_id, line_id, entry, kind, direction, channel, party, amount, key)
    SELECT casework_now(), l.shop_id, l.case_id, l.order_id, l.line_id, 'post', l.kind, CASE WHEN f.is_paid THEN 'out' ELSE 'in' END, l.channel, l.party, l.amount,
           l.key || CASE WHEN f.is_paid THEN ':again' ELSE ':back' END
    FROM fresh f JOIN orders_platformrefund p ON p.id = f.id JOIN casework_ledger l ON l.key = refunds_platform_key(p)
    WHERE NOT f.is_open AND (NOT f.is_paid OR EXISTS (SELECT 1 FROM casework_ledger b WHERE b.key = l.key || ':back'))
      AND EXISTS (SELECT 1 FROM refunds_askedthere a JOIN refunds_platformdecision d ON d.case_id = a.case_id AND d.amount > 0 WHERE a.refund_id = f.id)
    ON CONFLICT (key) DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER refund_follows_decided AFTER UPDATE ON orders_platformrefund REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION refunds_follow_decided();

CREATE OR REPLACE FUNCTION refunds_is_short(of_request bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.amount > r.beyond AND (o.paid - o.reserved - casework_gone(o.refunded, o.refunded_outside, o.platform_refunded + o.platform_decided) < 0 OR EXISTS (
        SELECT 1 FROM jsonb_array_elements(r.lines) each JOIN orders_line l ON l.id = (each ->> 'line')::bigint
        WHERE l.paid - l.reserved - casework_gone(l.refunded, l.refunded_outside, l.platform_refunded + l.platform_decided) < 0))
    FROM refunds_request r JOIN orders_order o ON o.id = r.order_id WHERE r.id = of_request
$$;

-- Set money aside for a request. Locks the order, checks that every line is the order's and that there is room.
CREATE OR REPLACE FUNCTION casework_ledger_reserve(of_case bigint, of_order bigint, lines jsonb, freight numeric, of_channel text, of_party text, key text)
RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    o orders_order;
    total numeric := freight + coalesce((SELECT sum((each ->> 'amount')::numeric) FROM jsonb_array_elements(lines) each), 0);
BEGIN
    SELECT * INTO o FROM orders_order WHERE id = of_order FOR NO KEY UPDATE;
    IF total > o.paid - o.reserved - casework_gone(o.refunded, o.refunded_outside, o.platform_refunded + o.platform_decided)
       OR freight > o.freight_paid - o.freight_reserved - o.freight_refunded
       OR EXISTS (SELECT 1 FROM jsonb_array_elements(lines) each JOIN orders_line l ON l.id = (each ->> 'line')::bigint
                  WHERE (each ->> 'amount')::numeric > l.paid - l.reserved
                        - casework_gone(l.refunded, l.refunded_outside, l.platform_refunded + l.platform_decided)) THEN
        RAISE EXCEPTION 'more than is left of order %', of_order USING ERRCODE = 'check_violation', CONSTRAINT = 'over_the_cap';
    END IF;
    PERFORM casework_ledger_write('reserve', of_case, of_order, lines, freight, of_channel, of_party, key || ':reserve');
END $$;

-- Requests that wait were seen with other money (M11).
CREATE TRIGGER order_decides_money AFTER UPDATE OF platform_decided ON orders_order FOR EACH ROW
    WHEN (OLD.platform_decided IS DISTINCT FROM NEW.platform_decided) EXECUTE FUNCTION refunds_tell_waiting();

-- What was recorded before.
SELECT refunds_count_decided(array_agg(DISTINCT p.order_id)) FROM orders_platformrefund p JOIN refunds_askedthere a ON a.refund_id = p.id
JOIN refunds_platformdecision d ON d.case_id = a.case_id HAVING count(*) > 0;
