-- What a case of money answers, gives, misses, invoices, sends again and settles leaves a journal row when written past the door, as 0018 has it for
-- returns: a link that is cut there would let the same money be paid twice.
DO $$
DECLARE
    guarded record;
BEGIN
    FOR guarded IN SELECT * FROM (VALUES
        ('refunds_askedthere', 'askedthere', 'case_id'),
        ('refunds_giftfacts', 'giftfacts', 'case_id'),
        ('refunds_outofstockfacts', 'outofstockfacts', 'case_id'),
        ('refunds_invoicefacts', 'invoicefacts', 'case_id'),
        ('refunds_resentline', 'resentline', 'id'),
        ('refunds_settlement', 'settlement', 'id')
    ) AS t (tbl, kind, pk) LOOP
        EXECUTE format('CREATE TRIGGER journal_direct_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, '''', %L)',
                       guarded.tbl, guarded.kind, guarded.pk);
        EXECUTE format('CREATE TRIGGER journal_direct_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, '''', %L)',
                       guarded.tbl, guarded.kind, guarded.pk);
        EXECUTE format('CREATE TRIGGER journal_direct_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct(%L, '''', %L)',
                       guarded.tbl, guarded.kind, guarded.pk);
    END LOOP;
END $$;
