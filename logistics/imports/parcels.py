"""Which parcel a staged row is about, for every list of logistics. Parameters: shop, file, at.

`{table}` is a staging table with waybill, courier, courier_id and parcel_id. Courier and waybill name the parcel; a waybill alone does
where one parcel of the shop has it. What is not certain is held, and tried again by the next import.
"""

from __future__ import annotations

from typing import Any

COLUMNS = "courier_id bigint, parcel_id bigint"
# The rows that nothing has decided yet: those of the file, and of those before that were held.
OPEN = "s.file = %(file)s AND s.code IS NULL AND s.outcome IS NULL"

# A held row that the files of this run tell anew is not tried a second time.
SUPERSEDED = """
UPDATE {table} r SET outcome = 'superseded' FROM {table} s WHERE r.held IS NOT NULL AND s.held IS NULL AND s.code IS NULL AND s.key = r.key
"""

COURIERS = f"""
UPDATE {{table}} s SET courier_id = (SELECT min(c.id) FROM logistics_courier c WHERE c.names ? s.courier OR c.name = s.courier OR c.code = s.courier)
WHERE {OPEN} AND s.courier <> ''
"""

# The parcel of that courier; else the only one with the waybill, where the row names no courier, or one of its orders, or where the
# parcel's courier is not known, or was corrected since.
MATCH = f"""
UPDATE {{table}} s SET parcel_id = p.id FROM logistics_parcel p
WHERE {OPEN} AND s.parcel_id IS NULL AND p.shop_id = %(shop)s AND p.waybill = s.waybill AND p.courier_id = s.courier_id;

UPDATE {{table}} s SET parcel_id = one.id
FROM (
    SELECT s.id AS staged, min(p.id) AS id FROM {{table}} s JOIN logistics_parcel p ON p.shop_id = %(shop)s AND p.waybill = s.waybill
    WHERE {OPEN} AND s.parcel_id IS NULL GROUP BY s.id HAVING count(*) = 1
) one JOIN logistics_parcel p ON p.id = one.id JOIN logistics_courier c ON c.id = p.courier_id
WHERE s.id = one.staged AND (coalesce(s.courier, '') = '' OR c.code = 'unknown' OR EXISTS (
    SELECT FROM logistics_courier named WHERE named.id = s.courier_id AND named.code = ANY(p.former_couriers)) OR EXISTS (
    SELECT FROM logistics_parcel_orders l JOIN orders_order o ON o.id = l.order_id WHERE l.parcel_id = p.id AND o.number = ANY(s.orders)))
"""

HOLD = f"""
UPDATE {{table}} s SET code = CASE WHEN coalesce(s.courier, '') = '' THEN 'several_parcels' ELSE 'other_courier' END,
    field = 'waybill', value = s.waybill, retry = true, params = jsonb_build_object('courier', other.names)
FROM (
    SELECT p.waybill, string_agg(c.name, ', ' ORDER BY c.name) AS names FROM logistics_parcel p JOIN logistics_courier c ON c.id = p.courier_id
    WHERE p.shop_id = %(shop)s AND p.waybill IN (SELECT waybill FROM {{table}} WHERE parcel_id IS NULL AND code IS NULL) GROUP BY p.waybill
) other
WHERE {OPEN} AND s.parcel_id IS NULL AND other.waybill = s.waybill;

UPDATE {{table}} s SET code = 'unknown_parcel', field = 'waybill', value = s.waybill, retry = true WHERE {OPEN} AND s.parcel_id IS NULL
"""

# A waybill that nobody has, on a row that names a known order, is a new parcel of that order.
MAKE = f"""
INSERT INTO logistics_courier (code, name, names, inquiry, claims, terms, pickup_phone, active)
SELECT DISTINCT 'file:' || s.courier, s.courier, jsonb_build_array(s.courier), '', '', '', '', false
FROM {{table}} s JOIN orders_order o ON o.shop_id = %(shop)s AND o.number = ANY(s.orders)
WHERE {OPEN} AND s.parcel_id IS NULL AND s.courier <> '' AND s.courier_id IS NULL
ON CONFLICT (code) DO NOTHING;

UPDATE {{table}} s SET courier_id = c.id FROM logistics_courier c WHERE {OPEN} AND s.courier_id IS NULL AND c.code = 'file:' || s.courier;

INSERT INTO logistics_parcel (shop_id, courier_id, waybill, first_seen_at)
SELECT DISTINCT %(shop)s::bigint, coalesce(s.courier_id, (SELECT id FROM logistics_courier WHERE code = 'unknown')), s.waybill, %(at)s::timestamptz
FROM {{table}} s JOIN orders_order o ON o.shop_id = %(shop)s AND o.number = ANY(s.orders)
WHERE {OPEN} AND s.parcel_id IS NULL AND NOT EXISTS (SELECT FROM logistics_parcel p WHERE p.shop_id = %(shop)s AND p.waybill = s.waybill)
ON CONFLICT (shop_id, courier_id, waybill) DO NOTHING
"""

# The orders that a list names travel in its parcels.
LINK = f"""
DROP TABLE IF EXISTS pg_temp.listed_order;
CREATE TEMPORARY TABLE listed_order ON COMMIT DROP AS
SELECT DISTINCT s.parcel_id, o.id AS order_id FROM {{table}} s JOIN orders_order o ON o.shop_id = %(shop)s AND o.number = ANY(s.orders)
WHERE {OPEN} AND s.parcel_id IS NOT NULL AND NOT EXISTS (SELECT FROM logistics_parcel_orders l WHERE l.parcel_id = s.parcel_id AND l.order_id = o.id);
ANALYZE listed_order;

UPDATE {{table}} s SET order_id = n.order_id FROM listed_order n JOIN orders_order o ON o.id = n.order_id
WHERE {OPEN} AND s.parcel_id = n.parcel_id AND o.number = ANY(s.orders);

SELECT id FROM logistics_parcel WHERE id IN (SELECT parcel_id FROM listed_order) ORDER BY id FOR NO KEY UPDATE;

INSERT INTO logistics_parcel_orders (parcel_id, order_id) SELECT parcel_id, order_id FROM listed_order ON CONFLICT (parcel_id, order_id) DO NOTHING
"""


def prepare(cursor: Any, table: str) -> None:
    """Indexes for the ways in which the statements come to a row; a table without statistics would be joined in nested loops."""
    for column in ("waybill", "key", "parcel_id"):
        cursor.execute(f"CREATE INDEX ON {table} ({column})")
    cursor.execute(f"ANALYZE {table}")
    cursor.execute(SUPERSEDED.format(table=table))


def files_of(cursor: Any, table: str) -> list[int]:
    """The files of a run, the oldest list first."""
    cursor.execute(f"SELECT file FROM {table} GROUP BY file ORDER BY min(as_of), file")
    return [file for (file,) in cursor.fetchall()]
