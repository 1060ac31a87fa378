-- What the platform paid by its own decision (系统退款, or after it had stepped in) enters the ledger without an approval (R13.2), once, under
-- its own number. It moves no counter: the import moves platform_refunded. A payout that we recorded for the request is the same money.
CREATE OR REPLACE FUNCTION refunds_platform_key(p orders_platformrefund) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT 'platform:' || p.shop_id || ':' || p.number
$$;

-- The platform's refunds of a shop that are its decision, with the case that answers them, neither posted nor paid out by us.
CREATE OR REPLACE FUNCTION refunds_platform_unposted(of_shop bigint) RETURNS TABLE (refund_id bigint, case_id bigint) LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
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

CREATE OR REPLACE FUNCTION refunds_post_platform(of_shop bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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

-- The other way round: what the ledger has as the platform's own payment is not paid out by us once more. After payout_check, which locks the order.
CREATE OR REPLACE FUNCTION refunds_check_payout_is_ours() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
CREATE OR REPLACE TRIGGER payout_check_is_ours BEFORE INSERT ON refunds_payout FOR EACH ROW EXECUTE FUNCTION refunds_check_payout_is_ours();

-- A kind with facts has a row of them for each case.
INSERT INTO refunds_askedthere (case_id) SELECT id FROM casework_case WHERE kind = 'refund' ON CONFLICT DO NOTHING;
