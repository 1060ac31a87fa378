-- Links that are written past the door leave a journal row, as cases and their pictures do (0003_direct_writes.sql). The digest is no business of its.
CREATE TRIGGER journal_direct_insert AFTER INSERT ON casework_uploadlink REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('link', 'id,case_id,kinds,expires_at,revoked_at', 'id');
CREATE TRIGGER journal_direct_update AFTER UPDATE ON casework_uploadlink REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('link', 'id,case_id,kinds,expires_at,revoked_at', 'id');
CREATE TRIGGER journal_direct_delete AFTER DELETE ON casework_uploadlink REFERENCING OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION casework_journal_direct('link', 'id,case_id,kinds,expires_at,revoked_at', 'id');
