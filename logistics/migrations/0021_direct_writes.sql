-- What people keep here, what a scale said and what a courier owes leave a journal row when written past the door, as casework's tables do
-- (0003_direct_writes.sql). An import tells of its run instead of each row that it brings.
DO $$
DECLARE
    guarded record;
    imported CONSTANT text := $c$WHEN (coalesce(current_setting('casework.channel', true), '') <> 'import')$c$;
BEGIN
    FOR guarded IN SELECT * FROM (VALUES
        ('logistics_courier', 'courier'),
        ('logistics_norm', 'norm'),
        ('logistics_region', 'region'),
        ('logistics_place', 'place'),
        ('logistics_detectionrule', 'detectionrule'),
        ('logistics_weight', 'weight'),
        ('logistics_loss', 'loss')
    ) AS t (tbl, kind) LOOP
        EXECUTE format('CREATE TRIGGER journal_direct_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT %s EXECUTE FUNCTION casework_journal_direct(%L, '''', ''id'')',
                       guarded.tbl, imported, guarded.kind);
        EXECUTE format('CREATE TRIGGER journal_direct_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, '''', ''id'')',
                       guarded.tbl, guarded.kind);
        EXECUTE format('CREATE TRIGGER journal_direct_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, '''', ''id'')',
                       guarded.tbl, guarded.kind);
    END LOOP;
END $$;
