"""Where parcels are, summed up from their events: one statement for one parcel or for a whole file of traces.

What is told twice, late or in another order gives the same sum. Once signed for it stays so: a node that comes after the signature
turns nothing back. A signature after the way back began is ours. What a person said of its arrival stands beside the events. A waybill
that is void by our own word stays so, but when the parcel arrives under it or comes back.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

# Nodes in their order; `stage` is "" for remarks, which tell of no new place. Of each parcel its marks: the numbers of its last node, of its
# last node with a stage, of its first signature, of the beginning of the way back; then since when the last stage lasts (`began`): remarks do
# not interrupt it. Every step joins or groups the whole, so that the time grows with the nodes and no faster.
REFRESH = """
WITH e AS MATERIALIZED (
    SELECT parcel_id, at, received_at, provider, code, stage, signed_by, text, row_number() OVER (PARTITION BY parcel_id ORDER BY at, place, id) AS nth
    FROM logistics_trackingevent WHERE parcel_id = ANY(%(parcels)s)
), marks AS (
    SELECT parcel_id, max(received_at) AS told_at, max(nth) AS last, max(nth) FILTER (WHERE stage <> '') AS placed,
           min(at) FILTER (WHERE stage NOT IN ('', 'ordered', 'voided')) AS picked_up_at,
           min(nth) FILTER (WHERE stage = 'signed') AS signed, max(nth) FILTER (WHERE stage = 'signed') AS last_signed,
           min(nth) FILTER (WHERE stage IN ('returning', 'returned')) AS back, min(at) FILTER (WHERE stage IN ('returning', 'returned')) AS back_at,
           bool_or(stage = 'returned') AS came_back
    FROM e GROUP BY parcel_id
), placed AS (
    SELECT e.parcel_id, e.stage, e.at FROM e JOIN marks m ON m.parcel_id = e.parcel_id AND m.placed = e.nth
), before AS (
    SELECT e.parcel_id, max(e.nth) AS nth FROM e JOIN placed p ON p.parcel_id = e.parcel_id WHERE e.stage NOT IN ('', p.stage) GROUP BY e.parcel_id
), began AS (
    SELECT e.parcel_id, min(e.at) AS at FROM e JOIN placed p ON p.parcel_id = e.parcel_id AND p.stage = e.stage
    LEFT JOIN before b ON b.parcel_id = e.parcel_id WHERE e.nth > coalesce(b.nth, 0) GROUP BY e.parcel_id
), told AS (
    SELECT m.parcel_id, m.told_at, l.at AS last_event_at, p.at AS moved_at, l.provider, l.code, left(l.text, 300) AS last_text, m.picked_up_at,
           s.at AS signed_at, coalesce(s.signed_by, '') AS signed_by, CASE WHEN s.at IS NULL THEN m.back_at END AS returning_at,
           CASE WHEN s.at IS NOT NULL THEN 'signed'
                WHEN m.back IS NOT NULL THEN CASE WHEN m.came_back OR coalesce(m.last_signed > m.back, false) THEN 'returned' ELSE 'returning' END
                ELSE coalesce(p.stage, '') END AS stage,
           coalesce(s.at, m.back_at, g.at) AS stage_since
    FROM marks m JOIN e l ON l.parcel_id = m.parcel_id AND l.nth = m.last
    LEFT JOIN e s ON s.parcel_id = m.parcel_id AND s.nth = m.signed AND (m.back IS NULL OR m.signed < m.back)
    LEFT JOIN placed p ON p.parcel_id = m.parcel_id LEFT JOIN began g ON g.parcel_id = m.parcel_id
), facts AS (
    SELECT t.parcel_id, t.told_at, t.last_event_at, t.moved_at, t.provider, t.code, t.last_text, t.picked_up_at, t.signed_at, t.signed_by, t.returning_at,
           CASE WHEN is_void THEN 'voided' ELSE t.stage END AS stage, CASE WHEN is_void THEN q.voided_at ELSE t.stage_since END AS stage_since
    FROM told t JOIN logistics_parcel q ON q.id = t.parcel_id,
    LATERAL (SELECT q.voided_at IS NOT NULL AND t.stage NOT IN ('signed', 'returning', 'returned') AS is_void) v
)
UPDATE logistics_parcel p SET
    told_at = f.told_at, stage = f.stage, stage_since = f.stage_since, last_event_at = f.last_event_at, moved_at = f.moved_at, last_text = f.last_text,
    provider = f.provider, code = f.code, picked_up_at = f.picked_up_at, returning_at = f.returning_at, signed_by = f.signed_by,
    problem = CASE WHEN f.stage NOT IN ('signed', 'returning', 'returned') AND f.code = ANY(%(problems)s) THEN f.code ELSE '' END,
    delivered_at = coalesce(f.signed_at, p.said_delivered_at)
FROM facts f
WHERE p.id = f.parcel_id
  AND (p.told_at, p.stage, p.stage_since, p.last_event_at, p.moved_at, p.last_text, p.provider, p.code, p.picked_up_at,
      p.returning_at, p.signed_by, p.delivered_at)
    IS DISTINCT FROM (f.told_at, f.stage, f.stage_since, f.last_event_at, f.moved_at, f.last_text, f.provider, f.code, f.picked_up_at,
                      f.returning_at, f.signed_by, coalesce(f.signed_at, p.said_delivered_at))
"""


def refresh_parcels(parcels: Collection[int], *, problems: Collection[str]) -> None:
    """Write the sum of their events onto the parcels. `problems` are the provider's codes that tell of trouble. The caller holds the parcels' locks."""
    with connection.cursor() as cursor:
        cursor.execute(REFRESH, {"parcels": list(parcels), "problems": list(problems)})
