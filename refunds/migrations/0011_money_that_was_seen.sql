-- A request is decided on the money of its order as it was seen. What moves that money through another case, or on the platform, makes a new
-- version of every refund of the order that still waits: a decision about the old one is stale, through whichever door (M11).
CREATE FUNCTION refunds_money_has_moved(of_order bigint, by_case bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    door text := coalesce(current_setting('casework.door', true), '');
BEGIN
    -- What moved the money has its own row in the journal.
    PERFORM set_config('casework.door', 'on', true);
    UPDATE casework_case SET version = version + 1
    WHERE order_id = of_order AND id IS DISTINCT FROM by_case AND state = 'asked' AND closed_at IS NULL AND id IN (SELECT case_id FROM refunds_request WHERE order_id = of_order);
    PERFORM set_config('casework.door', door, true);
END $$;

CREATE FUNCTION refunds_tell_waiting() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    row jsonb := to_jsonb(NEW);
BEGIN
    IF TG_TABLE_NAME = 'orders_order' THEN
        PERFORM refunds_money_has_moved(NEW.id, NULL);
    ELSE
        -- A request, what was decided about it, or the payment of an approval.
        PERFORM refunds_money_has_moved(r.order_id, r.case_id) FROM refunds_request r
        WHERE r.id = coalesce((row ->> 'request_id')::bigint, (SELECT request_id FROM refunds_approval WHERE id = (row ->> 'approval_id')::bigint), (row ->> 'id')::bigint);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER request_moves_money AFTER INSERT ON refunds_request FOR EACH ROW EXECUTE FUNCTION refunds_tell_waiting();
CREATE TRIGGER approval_moves_money AFTER INSERT ON refunds_approval FOR EACH ROW EXECUTE FUNCTION refunds_tell_waiting();
CREATE TRIGGER ending_moves_money AFTER INSERT ON refunds_ending FOR EACH ROW EXECUTE FUNCTION refunds_tell_waiting();
CREATE TRIGGER payout_moves_money AFTER INSERT ON refunds_payout FOR EACH ROW EXECUTE FUNCTION refunds_tell_waiting();
CREATE TRIGGER order_moves_money AFTER UPDATE OF paid, freight_paid, platform_refunded ON orders_order FOR EACH ROW
    WHEN ((OLD.paid, OLD.freight_paid, OLD.platform_refunded) IS DISTINCT FROM (NEW.paid, NEW.freight_paid, NEW.platform_refunded)) EXECUTE FUNCTION refunds_tell_waiting();
