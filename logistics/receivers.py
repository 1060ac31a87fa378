"""What logistics does when orders come in: parcels are filled from waybills, set-based, in the import's transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from logistics.from_orders import ASK_AGAIN, STANDING
from logistics.imports.odd import odd_waybills
from orders.imports.lists import Warned
from orders.models import Shop

# Each waybill of the orders with the name of its courier. What a line says of its own parcel goes first; an order's list names one courier
# for all of its waybills, or as many couriers as waybills. Anything else says of none which courier it is.
NAMES = "regexp_split_to_array(o.courier_name, '[,，;；、]')"
TOLD = f"""
SELECT DISTINCT ON (order_id, waybill) order_id, shop_id, waybill, courier FROM (
    SELECT o.id AS order_id, o.shop_id, btrim(w.waybill) AS waybill, btrim(l.courier_name) AS courier, l.position AS place
    FROM {{table}} t JOIN orders_order o ON o.id = t.order_id JOIN orders_line l ON l.order_id = o.id CROSS JOIN LATERAL unnest(l.waybills) AS w(waybill)
    UNION ALL
    SELECT o.id, o.shop_id, btrim(w.waybill), btrim(CASE cardinality({NAMES}) WHEN 1 THEN o.courier_name
        WHEN cardinality(o.waybills) THEN ({NAMES})[w.place] ELSE '' END), NULL
    FROM {{table}} t JOIN orders_order o ON o.id = t.order_id CROSS JOIN LATERAL unnest(o.waybills) WITH ORDINALITY AS w(waybill, place)
) told WHERE waybill <> '' ORDER BY order_id, waybill, courier = '', place
"""
# A courier name that nobody knows makes an inactive row; the name itself is its code.
NEW_COURIERS = f"""
INSERT INTO logistics_courier (code, name, names, inquiry, claims, terms, pickup_phone, active)
SELECT DISTINCT 'file:' || w.courier, w.courier, jsonb_build_array(w.courier), '', '', '', '', false FROM ({TOLD}) w
WHERE w.courier <> '' AND NOT EXISTS (SELECT 1 FROM logistics_courier c WHERE c.names ? w.courier OR c.name = w.courier)
ON CONFLICT (code) DO NOTHING
"""
# What the lists tell, row by row of orders. Where an order's list names no courier, the other orders in the parcel may name it.
LISTED = f"""
DROP TABLE IF EXISTS pg_temp.listed_waybill;
CREATE TEMPORARY TABLE listed_waybill ON COMMIT DROP AS
SELECT order_id, shop_id, waybill, NULL::bigint AS parcel_id,
       coalesce(courier_id, CASE WHEN min(courier_id) OVER same = max(courier_id) OVER same THEN min(courier_id) OVER same END) AS courier_id
FROM (
    SELECT w.*, (SELECT min(c.id) FROM logistics_courier c WHERE c.names ? w.courier OR c.name = w.courier) AS courier_id FROM ({TOLD}) w
) named WINDOW same AS (PARTITION BY shop_id, waybill);
ANALYZE listed_waybill
"""
# The parcel that is known by this waybill: that of the order itself, of the courier named or corrected since, or of a courier that nobody knew.
SAME = """
UPDATE listed_waybill l SET parcel_id = s.parcel_id
FROM (
    SELECT DISTINCT ON (l.order_id, l.waybill) l.order_id, l.waybill, p.id AS parcel_id
    FROM listed_waybill l JOIN logistics_parcel p ON p.shop_id = l.shop_id AND p.waybill = l.waybill JOIN logistics_courier c ON c.id = p.courier_id
    LEFT JOIN logistics_courier n ON n.id = l.courier_id
    LEFT JOIN logistics_parcel_orders o ON o.parcel_id = p.id AND o.order_id = l.order_id
    WHERE o.id IS NOT NULL OR n.id = c.id OR n.code = ANY(p.former_couriers) OR c.code = 'unknown' OR n.id IS NULL AND NOT EXISTS (
        SELECT FROM logistics_parcel other WHERE other.shop_id = p.shop_id AND other.waybill = p.waybill AND other.id <> p.id)
    ORDER BY l.order_id, l.waybill, o.id IS NULL, n.id IS DISTINCT FROM c.id, (n.code = ANY(p.former_couriers)) IS NOT TRUE, p.id
) s
WHERE (s.order_id, s.waybill) = (l.order_id, l.waybill)
"""
# The lists name another courier: it counts where ours was none of the directory, or where nobody else has told of the parcel yet.
# What the provider or a person corrected stays, and so does what a person entered.
NAMED = """
UPDATE logistics_parcel p SET courier_id = now.id, subscribed_at = NULL, tracking_end = ''
FROM (
    SELECT parcel_id, min(courier_id) AS courier_id FROM listed_waybill WHERE courier_id IS NOT NULL GROUP BY parcel_id HAVING count(DISTINCT courier_id) = 1
) l JOIN logistics_courier now ON now.id = l.courier_id, logistics_courier was
WHERE p.id = l.parcel_id AND was.id = p.courier_id AND now.id <> was.id AND now.code <> ALL(p.former_couriers) AND (
    was.code = 'unknown' OR starts_with(was.code, 'file:') AND NOT starts_with(now.code, 'file:') OR p.last_event_at IS NULL AND p.former_couriers = '{}'
    AND NOT EXISTS (SELECT FROM casework_journal j WHERE j.object_type = 'parcel' AND j.object_id = p.id::text AND j.step = 'parcel_added')
) AND NOT EXISTS (SELECT FROM logistics_parcel other WHERE (other.shop_id, other.courier_id, other.waybill) = (p.shop_id, now.id, p.waybill))
"""
COURIER = "coalesce(l.courier_id, (SELECT id FROM logistics_courier WHERE code = 'unknown'))"
NEW_PARCELS = f"""
INSERT INTO logistics_parcel (shop_id, courier_id, waybill, first_seen_at)
SELECT DISTINCT l.shop_id, {COURIER}, l.waybill, %(at)s::timestamptz FROM listed_waybill l WHERE l.parcel_id IS NULL
ON CONFLICT (shop_id, courier_id, waybill) DO NOTHING
"""
LINKS = f"""
UPDATE listed_waybill l SET parcel_id = p.id FROM logistics_parcel p
WHERE l.parcel_id IS NULL AND p.shop_id = l.shop_id AND p.courier_id = {COURIER} AND p.waybill = l.waybill;

INSERT INTO logistics_parcel_orders (parcel_id, order_id) SELECT DISTINCT parcel_id, order_id FROM listed_waybill
ON CONFLICT (parcel_id, order_id) DO NOTHING
"""


def fill_parcels(sender: Any, *, shop: Shop, table: str, at: dt.datetime, **_: Any) -> list[Warned]:
    """Make parcels and link them to their orders for the rows of the import's temporary table. Returns what should be looked at again."""
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        for statement in (NEW_COURIERS, LISTED, SAME, NAMED, NEW_PARCELS, LINKS, STANDING, ASK_AGAIN):
            cursor.execute(statement.replace("{table}", name), {"at": at})
    return odd_waybills(f"SELECT l.parcel_id FROM {name} t JOIN logistics_parcel_orders l ON l.order_id = t.order_id", at)
