-- Take the invented shops away, with everything that hangs on them, and begin the chain of seals anew over what is left. Rows are found along
-- the foreign keys, so a table that comes later is not forgotten. Only where no real shop has an order: then nothing that anybody did is lost.
-- Returns the number of rows removed.
CREATE OR REPLACE FUNCTION casework_remove_demo() RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    link record;
    this regclass;
    sleeping regclass[];
    waiting regclass[];
    stuck regclass[];
    found int;
    grown int;
    removed int := 0;
    shops text[] := ARRAY(SELECT code::text FROM orders_shop WHERE is_demo ORDER BY code);
BEGIN
    IF cardinality(shops) = 0 THEN
        RAISE EXCEPTION 'nothing here is invented' USING ERRCODE = 'check_violation', CONSTRAINT = 'there_is_a_demo';
    END IF;
    -- Nobody writes or seals meanwhile: who has begun is waited for, and what they wrote is seen.
    PERFORM pg_advisory_xact_lock(hashtext('casework.seal'));
    LOCK TABLE orders_shop, orders_order, casework_case IN SHARE ROW EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM orders_order o JOIN orders_shop s ON s.id = o.shop_id WHERE NOT s.is_demo) THEN
        RAISE EXCEPTION 'a real shop has orders' USING ERRCODE = 'check_violation', CONSTRAINT = 'the_demo_is_all_there_is';
    END IF;
    DROP TABLE IF EXISTS pg_temp.doomed;
    CREATE TEMPORARY TABLE doomed (of regclass, key text, id bigint, PRIMARY KEY (of, id)) ON COMMIT DROP;
    INSERT INTO pg_temp.doomed SELECT 'orders_shop', 'id', id FROM orders_shop WHERE is_demo;
    LOOP
        grown := 0;
        FOR link IN
            SELECT c.conrelid::regclass AS child, a.attname AS via, c.confrelid::regclass AS parent,
                   (SELECT k.attname FROM pg_index i JOIN pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = ANY (i.indkey)
                    WHERE i.indrelid = c.conrelid AND i.indisprimary ORDER BY k.attname <> 'id', k.attnum LIMIT 1) AS key
            FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND cardinality(c.conkey) = 1 AND NOT t.relispartition AND c.connamespace = 'public'::regnamespace
              AND c.confrelid IN (SELECT DISTINCT of FROM pg_temp.doomed)
        LOOP
            EXECUTE format('INSERT INTO pg_temp.doomed SELECT %L::regclass, %L, c.%I FROM %s c WHERE c.%I IN (SELECT id FROM pg_temp.doomed WHERE of = %L::regclass)'
                           ' ON CONFLICT DO NOTHING', link.child, link.key, link.key, link.child, link.via, link.parent);
            GET DIAGNOSTICS found = ROW_COUNT;
            grown := grown + found;
        END LOOP;
        EXIT WHEN grown = 0;
    END LOOP;

    SELECT array_agg(DISTINCT of) INTO waiting FROM pg_temp.doomed;
    sleeping := waiting || ARRAY['casework_seal', 'casework_unsealed', 'casework_text']::regclass[];
    FOREACH this IN ARRAY sleeping LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', this);
    END LOOP;
    -- Most foreign keys wait until the end; a table behind one that does not is tried again when the others are empty.
    WHILE cardinality(waiting) > 0 LOOP
        stuck := '{}';
        FOREACH this IN ARRAY waiting LOOP
            BEGIN
                EXECUTE format('DELETE FROM %s WHERE %I IN (SELECT id FROM pg_temp.doomed WHERE of = %L::regclass)',
                               this, (SELECT key FROM pg_temp.doomed WHERE of = this LIMIT 1), this);
                GET DIAGNOSTICS found = ROW_COUNT;
                removed := removed + found;
            EXCEPTION WHEN foreign_key_violation THEN
                IF cardinality(waiting) = 1 THEN RAISE; END IF;
                stuck := stuck || this;
            END;
        END LOOP;
        IF cardinality(stuck) = cardinality(waiting) THEN RAISE EXCEPTION 'these tables hold each other: %', stuck; END IF;
        waiting := stuck;
    END LOOP;
    -- Numbers that higher apps keep beside their rows.
    FOR link IN SELECT oid::regprocedure AS forget FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE '%\_after\_demo' AND pronargs = 0 LOOP
        EXECUTE 'SELECT ' || link.forget;
    END LOOP;
    DELETE FROM casework_text t WHERE NOT EXISTS (SELECT FROM casework_journal j WHERE j.id = t.journal_id);
    DELETE FROM casework_seal;
    DELETE FROM casework_unsealed;
    INSERT INTO casework_unsealed (journal_id, journal_at, txid) SELECT id, at, pg_current_xact_id()::text::bigint FROM casework_journal;
    SET CONSTRAINTS ALL IMMEDIATE;
    FOREACH this IN ARRAY sleeping LOOP
        EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', this);
    END LOOP;
    SET CONSTRAINTS ALL DEFERRED;
    -- Whoever calls it, it stands in the journal, as the first that the new chain is sure of.
    INSERT INTO casework_journal (at, object_type, object_id, step, from_state, to_state, actor_id, actor_name, role, channel, facts, note, request_id)
    SELECT CASE WHEN current_setting('casework.door', true) = 'on' THEN current_setting('casework.now')::timestamptz ELSE casework_now() END,
           'desk', '', 'demo_removed', '', '', nullif(current_setting('casework.actor_id', true), '')::bigint,
           coalesce(nullif(current_setting('casework.actor', true), ''), 'database:' || session_user), '',
           coalesce(nullif(current_setting('casework.channel', true), ''), 'direct'), jsonb_build_object('shops', shops, 'rows', removed), '',
           coalesce(current_setting('casework.request_id', true), '');
    RETURN removed;
END $$;

-- What is real never becomes invented, and the other way round.
CREATE OR REPLACE FUNCTION casework_demo_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a shop is invented from the beginning or never' USING ERRCODE = 'check_violation', CONSTRAINT = 'a_demo_stays_a_demo';
END $$;
CREATE TRIGGER a_demo_stays_a_demo BEFORE UPDATE OF is_demo ON orders_shop FOR EACH ROW WHEN (OLD.is_demo IS DISTINCT FROM NEW.is_demo)
    EXECUTE FUNCTION casework_demo_stays();
