"""Where parcels are, summed up from their events: one statement for one parcel or for a whole file of traces.

What is told twice, late or in another order gives the same sum. Once signed for it stays so: a node that comes after the signature
turns nothing back. A signature after the way back began is ours.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

# Nodes in their order; `stage` is "" for remarks, which tell of no new place. Of each parcel: when it was signed for, when the way
# back began, its last node and its last node with a stage, and since when that stage lasts.
REFRESH = """
WITH e AS (
    SELECT parcel_id, at, place, provider, code, stage, signed_by, text, row_number() OVER (PARTITION BY parcel_id ORDER BY at, place, id) AS nth
    FROM logistics_trackingevent WHERE parcel_id = ANY(%(parcels)s)
), back AS (
    SELECT parcel_id, min(nth) AS nth, min(at) AS at FROM e WHERE stage IN ('returning', 'returned') GROUP BY parcel_id
), signed AS (
    SELECT DISTINCT ON (e.parcel_id) e.parcel_id, e.nth, e.at, e.signed_by FROM e LEFT JOIN back b ON b.parcel_id = e.parcel_id
    WHERE e.stage = 'signed' AND (b.nth IS NULL OR e.nth < b.nth) ORDER BY e.parcel_id, e.nth
), last AS (
    SELECT DISTINCT ON (parcel_id) parcel_id, at, provider, code, text FROM e ORDER BY parcel_id, nth DESC
), placed AS (
    SELECT DISTINCT ON (parcel_id) parcel_id, nth, at, stage FROM e WHERE stage <> '' ORDER BY parcel_id, nth DESC
), began AS (
    SELECT e.parcel_id, min(e.at) AS at FROM e JOIN placed p ON p.parcel_id = e.parcel_id
    WHERE e.stage = p.stage AND e.nth > coalesce((SELECT max(o.nth) FROM e o WHERE o.parcel_id = e.parcel_id AND o.stage NOT IN ('', p.stage)), 0)
    GROUP BY e.parcel_id
), facts AS (
    SELECT l.parcel_id, l.at AS last_event_at, l.provider, l.code, left(l.text, 300) AS last_text,
           (SELECT min(at) FROM e WHERE e.parcel_id = l.parcel_id AND stage NOT IN ('', 'ordered', 'voided')) AS picked_up_at,
           s.at AS signed_at, coalesce(s.signed_by, '') AS signed_by, CASE WHEN s.at IS NULL THEN b.at END AS returning_at,
           CASE WHEN s.at IS NOT NULL THEN 'signed'
                WHEN b.at IS NOT NULL THEN CASE WHEN EXISTS (
                    SELECT 1 FROM e WHERE e.parcel_id = l.parcel_id AND (stage = 'returned' OR stage = 'signed' AND nth > b.nth)
                ) THEN 'returned' ELSE 'returning' END
                ELSE coalesce(p.stage, '') END AS stage,
           coalesce(s.at, b.at, g.at) AS stage_since
    FROM last l LEFT JOIN signed s ON s.parcel_id = l.parcel_id LEFT JOIN back b ON b.parcel_id = l.parcel_id
    LEFT JOIN placed p ON p.parcel_id = l.parcel_id LEFT JOIN began g ON g.parcel_id = l.parcel_id
)
UPDATE logistics_parcel p SET
    stage = f.stage, stage_since = f.stage_since, last_event_at = f.last_event_at, last_text = f.last_text, provider = f.provider, code = f.code,
    picked_up_at = f.picked_up_at, returning_at = f.returning_at, signed_by = f.signed_by,
    problem = CASE WHEN f.stage NOT IN ('signed', 'returning', 'returned') AND f.code = ANY(%(problems)s) THEN f.code ELSE '' END,
    delivered_at = coalesce(f.signed_at, p.delivered_at)
FROM facts f
WHERE p.id = f.parcel_id AND (p.stage, p.stage_since, p.last_event_at, p.last_text, p.provider, p.code, p.picked_up_at, p.returning_at, p.signed_by)
    IS DISTINCT FROM (f.stage, f.stage_since, f.last_event_at, f.last_text, f.provider, f.code, f.picked_up_at, f.returning_at, f.signed_by)
"""


def refresh_parcels(parcels: Collection[int], *, problems: Collection[str]) -> None:
    """Write the sum of their events onto the parcels. `problems` are the provider's codes that tell of trouble. The caller holds the parcels' locks."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, {"parcels": list(parcels), "problems": list(problems)})
