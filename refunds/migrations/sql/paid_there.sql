-- What the platform has paid meanwhile is paid once: nothing more leaves for it another way. These stand beside the checks of approval, payout and
-- transfer, and after them by name: those lock the order.

-- Whether order or lines would be paid beyond what came in: what is set aside, and more than all, is gone there already.
CREATE FUNCTION refunds_is_short(of_request bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.amount > r.beyond AND (o.paid - o.reserved - casework_gone(o.refunded, o.refunded_outside, o.platform_refunded + o.platform_decided) < 0 OR EXISTS (
        SELECT 1 FROM jsonb_array_elements(r.lines) each JOIN orders_line l ON l.id = (each ->> 'line')::bigint
        WHERE l.paid - l.reserved - casework_gone(l.refunded, l.refunded_outside, l.platform_refunded + l.platform_decided) < 0))
    FROM refunds_request r JOIN orders_order o ON o.id = r.order_id WHERE r.id = of_request
$$;

-- Whether the platform has paid the very request that the case answers.
CREATE FUNCTION refunds_is_paid_there(of_request bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM refunds_request r JOIN refunds_askedthere a ON a.case_id = r.case_id JOIN orders_platformrefund p ON p.id = a.refund_id
                   WHERE r.id = of_request AND p.is_paid)
$$;

-- A payout by the platform is the platform's own payment, written down: it may come after it.
CREATE FUNCTION refunds_refuse_what_is_paid_there(of_request bigint) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT payee_channel FROM refunds_request WHERE id = of_request) = 'platform' THEN
        RETURN;
    END IF;
    IF refunds_is_short(of_request) OR refunds_is_paid_there(of_request) THEN
        RAISE EXCEPTION 'the platform has paid it' USING ERRCODE = 'check_violation', CONSTRAINT = 'not_paid_there_meanwhile';
    END IF;
END $$;

CREATE FUNCTION refunds_check_approval_of_unpaid() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM refunds_refuse_what_is_paid_there(NEW.request_id);
    RETURN NEW;
END $$;
CREATE TRIGGER approval_unpaid_there BEFORE INSERT ON refunds_approval FOR EACH ROW EXECUTE FUNCTION refunds_check_approval_of_unpaid();

CREATE FUNCTION refunds_check_payment_of_unpaid() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM refunds_refuse_what_is_paid_there(a.request_id) FROM refunds_approval a WHERE a.id = NEW.approval_id;
    RETURN NEW;
END $$;

-- What a provider has paid is written down whatever became of it: it was asked before it was ordered.
CREATE TRIGGER payout_unpaid_there BEFORE INSERT ON refunds_payout FOR EACH ROW WHEN (NEW.gateway = 'manual') EXECUTE FUNCTION refunds_check_payment_of_unpaid();
CREATE TRIGGER transfer_unpaid_there BEFORE INSERT ON refunds_transfer FOR EACH ROW EXECUTE FUNCTION refunds_check_payment_of_unpaid();
CREATE TRIGGER transfer_unpaid_there_still BEFORE UPDATE ON refunds_transfer FOR EACH ROW
    WHEN (OLD.status = 'failed' AND NEW.status = 'sending') EXECUTE FUNCTION refunds_check_payment_of_unpaid();
