-- What went back: money on the platform is in our books and in its list, and is the same money; the rest is in our books only.
CREATE FUNCTION casework_gone(refunded numeric, outside numeric, platform numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
    SELECT outside + greatest(refunded - outside, platform)
$$;

-- The ledger's one writer. Owner-only functions: the application's role reaches them through the triggers of what it may insert.
-- lines: [{"line": id, "amount": "12.00"}]; freight: the postage part. The key makes every movement happen once.
CREATE FUNCTION casework_ledger_write(of_entry text, of_case bigint, of_order bigint, lines jsonb, freight numeric, of_channel text, of_party text, key text)
RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO casework_ledger (at, shop_id, case_id, order_id, line_id, entry, kind, direction, channel, party, amount, key)
    SELECT casework_now(), o.shop_id, of_case, o.id, part.line, of_entry, part.kind, 'out', of_channel, of_party, part.amount,
           key || ':' || coalesce(part.line::text, 'freight')
    FROM orders_order o,
         (SELECT (each ->> 'line')::bigint AS line, 'goods' AS kind, (each ->> 'amount')::numeric AS amount FROM jsonb_array_elements(lines) each
          UNION ALL SELECT NULL, 'freight', freight WHERE freight > 0) part
    WHERE o.id = of_order
$$;

-- What moves no counter: it went out or came in, and that is all.
CREATE FUNCTION casework_ledger_post(of_case bigint, of_order bigint, of_line bigint, of_kind text, of_direction text, of_channel text, of_party text,
                                     of_amount numeric, key text) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO casework_ledger (at, shop_id, case_id, order_id, line_id, entry, kind, direction, channel, party, amount, key)
    SELECT casework_now(), o.shop_id, of_case, o.id, of_line, 'post', of_kind, of_direction, of_channel, of_party, of_amount, key
    FROM orders_order o WHERE o.id = of_order
$$;

-- Each movement moves the counters of line, postage and order in the same statement's transaction. The CHECKs are the cap.
CREATE FUNCTION casework_ledger_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    set_aside numeric := CASE NEW.entry WHEN 'reserve' THEN NEW.amount WHEN 'release' THEN -NEW.amount WHEN 'settle' THEN -NEW.amount ELSE 0 END;
    paid_back numeric := CASE NEW.entry WHEN 'settle' THEN NEW.amount ELSE 0 END;
    outside numeric := CASE WHEN NEW.channel <> 'platform' THEN paid_back ELSE 0 END;
BEGIN
    IF NEW.entry = 'post' THEN
        RETURN NULL;
    END IF;
    UPDATE orders_order SET reserved = reserved + set_aside, refunded = refunded + paid_back, refunded_outside = refunded_outside + outside,
        freight_reserved = freight_reserved + CASE WHEN NEW.line_id IS NULL THEN set_aside ELSE 0 END,
        freight_refunded = freight_refunded + CASE WHEN NEW.line_id IS NULL THEN paid_back ELSE 0 END
    WHERE id = NEW.order_id;
    IF NEW.line_id IS NOT NULL THEN
        UPDATE orders_line SET reserved = reserved + set_aside, refunded = refunded + paid_back, refunded_outside = refunded_outside + outside WHERE id = NEW.line_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_moves_counters AFTER INSERT ON casework_ledger FOR EACH ROW EXECUTE FUNCTION casework_ledger_moves();

-- Set money aside for a request. Locks the order, checks that every line is the order's and that there is room.
CREATE FUNCTION casework_ledger_reserve(of_case bigint, of_order bigint, lines jsonb, freight numeric, of_channel text, of_party text, key text)
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
