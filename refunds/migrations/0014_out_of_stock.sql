-- At whose cost (R3): what the nearest case above has decided. Where nobody is at fault the shop bears it. A gift, and what is not there (R12, S4.3),
-- are the shop's own; where else nothing is decided it is unknown.
CREATE OR REPLACE FUNCTION refunds_party_of(of_case bigint) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT c.id, c.parent_id, c.kind, 0 AS depth FROM casework_case c WHERE c.id = of_case
        UNION ALL SELECT c.id, c.parent_id, c.kind, up.depth + 1 FROM up JOIN casework_case c ON c.id = up.parent_id
    )
    SELECT coalesce((SELECT CASE f.fault WHEN 'nobody' THEN 'shop' ELSE f.fault END FROM up JOIN logistics_incidentfacts f ON f.case_id = up.id
                     WHERE f.fault <> '' ORDER BY up.depth LIMIT 1),
                    (SELECT 'shop' FROM up WHERE up.kind IN ('gift', 'out_of_stock') LIMIT 1), 'unknown')
$$;
REVOKE EXECUTE ON FUNCTION refunds_party_of FROM PUBLIC;
