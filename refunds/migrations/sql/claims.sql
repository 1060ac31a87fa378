-- Money of a claim moves in one way: a row of refunds_recovery. What came in is what its line says; what goes back is no more than came in.
-- What goes back goes by finance, and for a loss that is none. The programme lets a line pay the claim of its own parcel and no more than is due;
-- whose money any other line is, finance or a lead of the shop says with their name.
CREATE FUNCTION refunds_check_recovery() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine casework_case;
    l refunds_statementline;
BEGIN
    PERFORM casework_only_read_committed();
    SELECT * INTO mine FROM casework_case WHERE id = NEW.case_id AND kind = 'courier_claim';
    IF NOT FOUND OR mine.order_id IS NULL THEN
        RAISE EXCEPTION 'no courier claim' USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_is_of_a_claim';
    END IF;
    PERFORM 1 FROM refunds_claimfacts WHERE case_id = NEW.case_id FOR NO KEY UPDATE;
    IF NEW.direction = 'in' THEN
        SELECT * INTO l FROM refunds_statementline WHERE id = NEW.line_id AND shop_id = mine.shop_id AND settled_at IS NULL FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no line of this shop that waits' USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_has_a_line_that_waits';
        END IF;
        IF NEW.by_id IS NULL AND NOT EXISTS (
            SELECT FROM refunds_claimfacts f JOIN logistics_loss loss ON loss.id = f.loss_id JOIN logistics_parcel p ON p.id = loss.parcel_id
            WHERE f.case_id = NEW.case_id AND p.waybill = l.waybill AND (l.courier_id IS NULL OR l.courier_id IN (loss.courier_id, p.courier_id))
              AND l.amount <= f.amount - f.received
        ) THEN
            RAISE EXCEPTION 'the line is of another parcel or pays too much' USING ERRCODE = 'check_violation', CONSTRAINT = 'line_is_of_the_claims_parcel';
        ELSIF NEW.by_id IS NOT NULL AND coalesce(refunds_role_in(NEW.by_id, mine.shop_id), '') NOT IN ('finance', 'supervisor', 'manager') THEN
            RAISE EXCEPTION 'finance or a lead says whose money it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'a_line_is_matched_by_finance_or_a_lead';
        END IF;
        NEW.amount := l.amount;
    ELSIF refunds_role_in(NEW.by_id, mine.shop_id) IS DISTINCT FROM 'finance' THEN
        RAISE EXCEPTION 'finance gives back' USING ERRCODE = 'check_violation', CONSTRAINT = 'finance_gives_back';
    ELSIF (NEW.amount > (SELECT received FROM refunds_claimfacts WHERE case_id = NEW.case_id AND turned_up_at IS NOT NULL)) IS NOT FALSE THEN
        RAISE EXCEPTION 'more than came in' USING ERRCODE = 'check_violation', CONSTRAINT = 'no_more_is_given_back_than_received';
    END IF;
    NEW.at := casework_now();
    RETURN NEW;
END $$;
CREATE TRIGGER recovery_check BEFORE INSERT ON refunds_recovery FOR EACH ROW EXECUTE FUNCTION refunds_check_recovery();

-- After the row is in: one that was there already (ON CONFLICT) moves nothing.
CREATE FUNCTION refunds_post_recovery() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE refunds_claimfacts SET received = received + CASE NEW.direction WHEN 'in' THEN NEW.amount ELSE -NEW.amount END WHERE case_id = NEW.case_id;
    PERFORM casework_ledger_post(NEW.case_id, (SELECT order_id FROM casework_case WHERE id = NEW.case_id), NULL, 'claim', NEW.direction, 'courier', 'courier',
                                 NEW.amount, 'recovery:' || NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER recovery_post AFTER INSERT ON refunds_recovery FOR EACH ROW EXECUTE FUNCTION refunds_post_recovery();

-- What pays a claim is not settled by a word as well.
CREATE FUNCTION refunds_check_line() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.settled_at IS NOT NULL AND EXISTS (SELECT 1 FROM refunds_recovery WHERE line_id = NEW.id) THEN
        RAISE EXCEPTION 'this line pays a claim' USING ERRCODE = 'check_violation', CONSTRAINT = 'a_line_that_pays_is_not_settled';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER line_check BEFORE UPDATE ON refunds_statementline FOR EACH ROW EXECUTE FUNCTION refunds_check_line();

-- A claim begins with nothing received, whoever writes it: what came in is told by refunds_recovery alone.
CREATE FUNCTION refunds_begin_claim() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.received := 0;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_begins BEFORE INSERT ON refunds_claimfacts FOR EACH ROW EXECUTE FUNCTION refunds_begin_claim();
