-- What leaves stock stands in the ledger at its cost, with the one who bears it.

-- At whose cost (R3): what the nearest case above has decided. Where nobody is at fault the shop bears it. A gift, and what is not there (R12, S4.3),
-- are the shop's own; where else nothing is decided it is unknown.
CREATE FUNCTION refunds_party_of(of_case bigint) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT c.id, c.parent_id, c.kind, 0 AS depth FROM casework_case c WHERE c.id = of_case
        UNION ALL SELECT c.id, c.parent_id, c.kind, up.depth + 1 FROM up JOIN casework_case c ON c.id = up.parent_id
    )
    SELECT coalesce((SELECT CASE f.fault WHEN 'nobody' THEN 'shop' ELSE f.fault END FROM up JOIN logistics_incidentfacts f ON f.case_id = up.id
                     WHERE f.fault <> '' ORDER BY up.depth LIMIT 1),
                    (SELECT 'shop' FROM up WHERE up.kind IN ('gift', 'out_of_stock') LIMIT 1), 'unknown')
$$;

-- What leaves stock: its order, its cost and at whose cost are filled here, whatever the insert says. A cost beyond belief is no known cost.
CREATE FUNCTION refunds_stamp_goods() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine casework_case;
BEGIN
    SELECT * INTO mine FROM casework_case WHERE id = NEW.case_id;
    NEW.order_id := mine.order_id;
    IF NEW.line_id IS NOT NULL THEN
        SELECT l.order_id, l.item_cost INTO NEW.order_id, NEW.unit_cost
        FROM orders_line l JOIN orders_order o ON o.id = l.order_id WHERE l.id = NEW.line_id AND o.shop_id = mine.shop_id;
    END IF;
    IF NEW.order_id IS NULL THEN
        RAISE EXCEPTION 'no case of an order' USING ERRCODE = 'check_violation', CONSTRAINT = 'goods_out_belong_to_an_order';
    END IF;
    IF NEW.unit_cost * NEW.quantity > 9999999999.99 THEN
        NEW.unit_cost := NULL;
    END IF;
    NEW.party := refunds_party_of(NEW.case_id);
    NEW.at := casework_now();
    RETURN NEW;
END $$;
CREATE TRIGGER goods_stamp BEFORE INSERT ON refunds_goodsout FOR EACH ROW EXECUTE FUNCTION refunds_stamp_goods();

CREATE FUNCTION refunds_post_goods() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM casework_ledger_post(NEW.case_id, NEW.order_id, NEW.line_id, NEW.kind, 'out', 'stock', NEW.party, NEW.unit_cost * NEW.quantity, 'goods:' || NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER goods_post AFTER INSERT ON refunds_goodsout FOR EACH ROW WHEN (NEW.unit_cost > 0) EXECUTE FUNCTION refunds_post_goods();
