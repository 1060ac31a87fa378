-- The database's own time: the wall clock, or the transaction's `casework.now` when the owner's test clock is on.
CREATE FUNCTION casework_now() RETURNS timestamptz LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM casework_test_clock WHERE is_on) AND coalesce(current_setting('casework.now', true), '') <> '' THEN
        RETURN current_setting('casework.now', true)::timestamptz;
    END IF;
    RETURN clock_timestamp();
END $$;

-- The day of shop time of an instant.
CREATE FUNCTION casework_day(instant timestamptz) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT (instant AT TIME ZONE 'Asia/Shanghai')::date
$$;

-- Money is decided on what is so now, under locks, not on what an older snapshot saw.
CREATE FUNCTION casework_only_read_committed() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'money moves in READ COMMITTED only' USING ERRCODE = 'check_violation', CONSTRAINT = 'money_is_read_committed';
    END IF;
END $$;

-- A policy in force now: the shop's row wins over the common one.
CREATE FUNCTION casework_policy_value(policy_name text, of_shop bigint) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT value FROM casework_policy
    WHERE name = policy_name AND (shop_id = of_shop OR shop_id IS NULL) AND valid_from <= casework_now()
    ORDER BY shop_id NULLS LAST, valid_from DESC, id DESC LIMIT 1
$$;
