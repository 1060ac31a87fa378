-- Which tables leave a journal row when written past the door (DESIGN 11). Third argument: the key column.
DO $$
DECLARE
    guarded record;
BEGIN
    FOR guarded IN SELECT * FROM (VALUES
        ('casework_case', 'case', '', 'id'),
        ('casework_deadline', 'deadline', '', 'id'),
        ('casework_task', 'task', '', 'id'),
        ('casework_contactattempt', 'contact', '', 'id'),
        ('casework_evidence', 'evidence', '', 'id'),
        ('casework_ledger', 'ledger', '', 'id'),
        ('casework_policy', 'policy', '', 'id'),
        ('casework_holiday', 'holiday', '', 'day'),
        ('orders_membership', 'membership', '', 'id'),
        ('orders_apitoken', 'token', '', 'id'),
        ('orders_user', 'user', 'id,username,password,is_active,is_staff,is_superuser,email,first_name,last_name,code,all_shops', 'id'),
        ('orders_shop', 'shop', '', 'id'),
        ('orders_order', 'order', 'status,paid,freight_paid,reserved,refunded,platform_refunded,approved_total,freight_reserved,freight_refunded,province,city,district,name_enc,phone_enc,street_enc', 'id'),
        ('orders_line', 'line', 'paid,reserved,refunded,platform_refunded,quantity', 'id'),
        ('orders_importrun', 'import', 'id,shop_id,state,read,new,changed,unchanged,held', 'id')
    ) AS t (tbl, kind, columns, key) LOOP
        EXECUTE format('CREATE TRIGGER journal_direct_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, %L, %L)',
                       guarded.tbl, guarded.kind, guarded.columns, guarded.key);
        EXECUTE format('CREATE TRIGGER journal_direct_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, %L, %L)',
                       guarded.tbl, guarded.kind, guarded.columns, guarded.key);
        EXECUTE format('CREATE TRIGGER journal_direct_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, %L, %L)',
                       guarded.tbl, guarded.kind, guarded.columns, guarded.key);
    END LOOP;
END $$;
