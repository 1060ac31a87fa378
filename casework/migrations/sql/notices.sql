-- Notices come from what is written, not from who wrote it: page, API, admin, night and import leave the same ones. The journal tells
-- who watches a case of what others did, and whom it was given to; the news of a case tell its owner. While a notice is unread, the same
-- again counts up: three changes are one line.

CREATE FUNCTION casework_tell_of_journal() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO casework_notice (user_id, case_id, what, about, count, at, by_id)
    SELECT w.user_id, w.case_id, 'changed', '', count(*), max(f.at), max(f.actor_id)
    FROM fresh f JOIN casework_watch w ON w.case_id = f.case_id
    WHERE f.actor_id IS DISTINCT FROM w.user_id AND f.step NOT LIKE 'refused:%' AND f.step <> 'reveal'
    GROUP BY w.user_id, w.case_id
    UNION ALL
    SELECT (f.after ->> 'owner')::bigint, f.case_id, 'assigned', '', 1, max(f.at), max(f.actor_id)
    FROM fresh f
    WHERE f.step = 'assign' AND (f.after ->> 'owner')::bigint IS DISTINCT FROM f.actor_id AND f.after ->> 'owner' IS NOT NULL
    GROUP BY 1, 2
    ON CONFLICT (user_id, case_id, what, about) WHERE read_at IS NULL
    DO UPDATE SET count = casework_notice.count + excluded.count, at = excluded.at, by_id = excluded.by_id;
    RETURN NULL;
END $$;
CREATE TRIGGER journal_makes_notices AFTER INSERT ON casework_journal REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION casework_tell_of_journal();

-- News that were seen on the case are read in the list as well.
CREATE FUNCTION casework_tell_of_news() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.news = '{}' THEN
        UPDATE casework_notice SET read_at = casework_now() WHERE case_id = NEW.id AND what = 'news' AND read_at IS NULL;
    ELSIF NEW.owner_id IS NOT NULL THEN
        INSERT INTO casework_notice (user_id, case_id, what, about, count, at)
        SELECT NEW.owner_id, NEW.id, 'news', key, 1, NEW.news_at FROM jsonb_each(NEW.news) WHERE value IS DISTINCT FROM OLD.news -> key
        ON CONFLICT (user_id, case_id, what, about) WHERE read_at IS NULL
        DO UPDATE SET count = casework_notice.count + 1, at = excluded.at, by_id = NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER news_make_notices AFTER UPDATE OF news ON casework_case FOR EACH ROW
    WHEN (OLD.news IS DISTINCT FROM NEW.news) EXECUTE FUNCTION casework_tell_of_news();
