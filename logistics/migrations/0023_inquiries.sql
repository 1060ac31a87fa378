-- What a courier was asked and answered leaves a journal row when it is written past the door (0021_direct_writes.sql).
CREATE TRIGGER journal_direct_insert AFTER INSERT ON logistics_inquiry REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('inquiry', '', 'id');
CREATE TRIGGER journal_direct_update AFTER UPDATE ON logistics_inquiry REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('inquiry', '', 'id');
CREATE TRIGGER journal_direct_delete AFTER DELETE ON logistics_inquiry REFERENCING OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('inquiry', '', 'id');
