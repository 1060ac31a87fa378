-- The platform's decision as it is recorded: once a dispute, of a request that is known, no more than was asked. Its ledger line is the same as the
-- one that the platform's list brings (refunds_post_platform), so whichever comes first is the only one; a payout of ours is the same money, too.
CREATE OR REPLACE FUNCTION refunds_check_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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

CREATE OR REPLACE FUNCTION refunds_post_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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

CREATE TRIGGER journal_direct_insert AFTER INSERT ON refunds_platformdecision REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('platformdecision', '', 'id');
CREATE TRIGGER journal_direct_update AFTER UPDATE ON refunds_platformdecision REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('platformdecision', '', 'id');
CREATE TRIGGER journal_direct_delete AFTER DELETE ON refunds_platformdecision REFERENCING OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('platformdecision', '', 'id');
