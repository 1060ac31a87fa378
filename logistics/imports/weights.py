"""Rows of shipping lists into logistics_weight. Parameters of every statement: shop, file, at, by.

A weight is never changed: a corrected one is a new row, and the newest of each scale counts. A row that was told before, or that is
older than what stands, adds nothing.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

from logistics.from_orders import ASK_AGAIN, STANDING
from logistics.imports import parcels
from logistics.imports.odd import odd_waybills
from logistics.imports.weight_columns import SCALES, WEIGHTS
from orders.imports.lists import Warned
from orders.models import ImportRun

TABLE = f"staged_{WEIGHTS}"
COLUMNS = (
    "key text, orders text[], waybill text, courier text, weighed_at timestamptz, packed_by text, "
    + ", ".join(f"{source}_weight int" for source in SCALES)
    + f", {parcels.COLUMNS}"
)

# One parcel in several rows, one for each order in it, is usual; told differently they are a contradiction for a person.
REPEATED = """
UPDATE staged_weights s SET code = 'rows_contradict', field = 'waybill', value = s.waybill
FROM (SELECT key, courier FROM staged_weights WHERE file = %(file)s AND code IS NULL AND outcome IS NULL
      GROUP BY key, courier HAVING count(DISTINCT digest) > 1) twice
WHERE s.file = %(file)s AND s.key = twice.key AND s.courier IS NOT DISTINCT FROM twice.courier AND s.code IS NULL AND s.outcome IS NULL
"""

TOLD = f"""
DROP TABLE IF EXISTS pg_temp.told_weight;
CREATE TEMPORARY TABLE told_weight ON COMMIT DROP AS
SELECT t.*, last.id IS NULL AS is_first
FROM (
    SELECT s.id AS staged, s.parcel_id, scale.source, scale.grams, s.weighed_at, s.packed_by,
           row_number() OVER (PARTITION BY s.parcel_id, scale.source, s.weighed_at ORDER BY s.held NULLS FIRST, s.line, s.id) AS nth
    FROM staged_weights s CROSS JOIN LATERAL (VALUES {", ".join(f"('{source}', s.{source}_weight)" for source in SCALES)}) scale(source, grams)
    WHERE {parcels.OPEN} AND s.parcel_id IS NOT NULL AND scale.grams IS NOT NULL
) t
LEFT JOIN LATERAL (
    SELECT w.id, w.weighed_at FROM logistics_weight w WHERE w.parcel_id = t.parcel_id AND w.source = t.source ORDER BY w.entered_at DESC, w.id DESC LIMIT 1
) last ON true
WHERE t.nth = 1 AND (last.weighed_at > t.weighed_at) IS NOT TRUE AND NOT EXISTS (
    SELECT FROM logistics_weight w WHERE w.parcel_id = t.parcel_id AND w.source = t.source AND w.grams = t.grams
      AND (t.weighed_at IS NULL OR w.weighed_at = t.weighed_at) AND (t.packed_by = '' OR w.packed_by = t.packed_by))
"""

INSERT = f"""
INSERT INTO logistics_weight (parcel_id, source, grams, weighed_at, packed_by, entered_at, entered_by_id)
SELECT parcel_id, source, grams, weighed_at, packed_by, %(at)s, %(by)s FROM told_weight ORDER BY weighed_at NULLS FIRST, staged;

UPDATE staged_weights s SET outcome = CASE WHEN t.is_first THEN 'new' ELSE 'changed' END
FROM (SELECT staged, bool_or(is_first) AS is_first FROM told_weight GROUP BY staged) t WHERE s.id = t.staged;

UPDATE staged_weights s SET outcome = CASE WHEN s.order_id IS NULL THEN 'unchanged' ELSE 'changed' END WHERE {parcels.OPEN}
"""


def merge(run: ImportRun) -> list[Warned]:
    """The staged rows of a run, file by file from the oldest list to the newest. Returns what should be looked at again."""
    warnings: list[Warned] = []
    with connection.cursor() as cursor:
        parcels.prepare(cursor, TABLE)
        for file in parcels.files_of(cursor, TABLE):
            params: dict[str, Any] = {"shop": run.shop_id, "file": file, "at": run.at, "by": run.by_id}
            for statement in (REPEATED, parcels.COURIERS, parcels.MATCH, parcels.MAKE, parcels.MATCH, parcels.HOLD, parcels.LINK):
                cursor.execute(statement.format(table=TABLE), params)
            for statement in (STANDING, ASK_AGAIN):
                cursor.execute(statement.replace("{table}", "listed_order"), params)
            warnings += odd_waybills("SELECT parcel_id FROM listed_order", run.at)
            cursor.execute(TOLD, params)
            cursor.execute(INSERT, params)
    return warnings
