"""What logistics does when orders come in: parcels are filled from waybills, set-based, in the import's transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from logistics.from_orders import ASK_AGAIN, STANDING
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
WAYBILLS = f"""
SELECT w.order_id, w.shop_id, w.waybill,
       coalesce((SELECT min(c.id) FROM logistics_courier c WHERE c.names ? w.courier OR c.name = w.courier),
                (SELECT id FROM logistics_courier WHERE code = 'unknown')) AS courier_id
FROM ({TOLD}) w
"""
NEW_PARCELS = (
    "INSERT INTO logistics_parcel (shop_id, courier_id, waybill, first_seen_at) SELECT DISTINCT shop_id, courier_id, waybill, %(at)s::timestamptz FROM ("
    + WAYBILLS
    + ") w ON CONFLICT (shop_id, courier_id, waybill) DO NOTHING"
)
LINKS = (
    "INSERT INTO logistics_parcel_orders (parcel_id, order_id) SELECT DISTINCT p.id, w.order_id FROM ("
    + WAYBILLS
    + ") w JOIN logistics_parcel p ON p.shop_id = w.shop_id AND p.courier_id = w.courier_id AND p.waybill = w.waybill"
    " ON CONFLICT (parcel_id, order_id) DO NOTHING"
)


def fill_parcels(sender: Any, *, shop: Shop, table: str, at: dt.datetime, **_: Any) -> None:
    """Make parcels and link them to their orders for the rows of the import's temporary table."""
    name = connection.ops.quote_name(table)
    with connection.cursor() as cursor:
        for statement in (NEW_COURIERS, NEW_PARCELS, LINKS, STANDING, ASK_AGAIN):
            cursor.execute(statement.replace("{table}", name), {"at": at})
