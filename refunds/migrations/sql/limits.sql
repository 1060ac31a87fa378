-- The limit of a lead in a shop: the person's row, then the role's; the shop's row, then the common one. No row: may not approve.
CREATE FUNCTION refunds_limit_of(of_user bigint, of_shop bigint) RETURNS refunds_approvallimit LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.* FROM orders_user u
    JOIN orders_membership m ON m.user_id = u.id AND (m.shop_id = of_shop OR (m.shop_id IS NULL AND u.all_shops
         AND NOT EXISTS (SELECT 1 FROM orders_membership own WHERE own.user_id = u.id AND own.shop_id = of_shop)))
    JOIN refunds_approvallimit l ON l.role = m.role AND (l.user_id = u.id OR l.user_id IS NULL) AND (l.shop_id = of_shop OR l.shop_id IS NULL)
    WHERE u.id = of_user AND u.is_active
    ORDER BY l.user_id NULLS LAST, l.shop_id NULLS LAST LIMIT 1
$$;

-- Limits change by this function alone; the journal says by whom (the trigger on the table, which speaks inside the door too).
CREATE FUNCTION refunds_set_limit(of_shop bigint, of_role text, of_user bigint, order_limit numeric, day_limit numeric) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    door text := coalesce(current_setting('casework.door', true), '');
BEGIN
    IF of_role NOT IN ('supervisor', 'manager') THEN
        RAISE EXCEPTION 'only leads approve' USING ERRCODE = 'check_violation', CONSTRAINT = 'only_leads_approve';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('refunds.limits'));
    PERFORM set_config('casework.door', '', true);
    INSERT INTO refunds_approvallimit (shop_id, role, user_id, per_order, per_day) VALUES (of_shop, of_role, of_user, order_limit, day_limit)
    ON CONFLICT (shop_id, role, user_id) DO UPDATE SET per_order = excluded.per_order, per_day = excluded.per_day;
    PERFORM set_config('casework.door', door, true);
END $$;

-- The limits of the handbook (R1.2), for an empty table only.
CREATE FUNCTION refunds_seed_limits() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO refunds_approvallimit (shop_id, role, user_id, per_order, per_day)
    SELECT NULL, role, NULL, per_order, per_day FROM (VALUES ('supervisor', 500.00, 5000.00), ('manager', 9999999999.99, 9999999999.99)) AS t (role, per_order, per_day)
    WHERE NOT EXISTS (SELECT 1 FROM refunds_approvallimit)
$$;
