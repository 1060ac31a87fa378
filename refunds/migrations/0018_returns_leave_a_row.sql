-- What comes back, what was found and which money a lead let go leave a journal row when written past the door, as casework's tables do
-- (casework/migrations/0003_direct_writes.sql).
DO $$
DECLARE
    guarded record;
BEGIN
    FOR guarded IN SELECT * FROM (VALUES
        ('refunds_return', 'return', 'case_id'),
        ('refunds_returnline', 'returnline', 'id'),
        ('refunds_qualityfault', 'qualityfault', 'id'),
        ('refunds_strayparcel', 'strayparcel', 'id'),
        ('refunds_camebackafterrefund', 'camebackafterrefund', 'id')
    ) AS t (tbl, kind, pk) LOOP
        EXECUTE format('CREATE TRIGGER journal_direct_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, '''', %L)',
                       guarded.tbl, guarded.kind, guarded.pk);
        EXECUTE format('CREATE TRIGGER journal_direct_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, '''', %L)',
                       guarded.tbl, guarded.kind, guarded.pk);
        EXECUTE format('CREATE TRIGGER journal_direct_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, '''', %L)',
                       guarded.tbl, guarded.kind, guarded.pk);
    END LOOP;
END $$;
