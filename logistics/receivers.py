"""What logistics does when orders come in: parcels are filled from waybills, set-based, in the import's transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from logistics.from_orders import ASK_AGAIN, STANDING
from orders.models import Shop

# A courier name that nobody knows makes an inactive row; the name itself is its code.
NEW_COURIERS = """
INSERT INTO logistics_courier (code, name, names, inquiry, claims, terms, pickup_phone, active)
SELECT DISTINCT 'file:' || o.courier_name, o.courier_name, jsonb_build_array(o.courier_name), '', '', '', '', false
FROM {table} t JOIN orders_order o ON o.id = t.order_id
WHERE o.courier_name <> '' AND cardinality(o.waybills) > 0
  AND NOT EXISTS (SELECT 1 FROM logistics_courier c WHERE c.names ? o.courier_name OR c.name = o.courier_name)
ON CONFLICT (code) DO NOTHING
"""
WAYBILLS = """
SELECT o.id AS order_id, o.shop_id, btrim(w.waybill) AS waybill,
       coalesce((SELECT min(c.id) FROM logistics_courier c WHERE c.names ? o.courier_name OR c.name = o.courier_name),
                (SELECT id FROM logistics_courier WHERE code = 'unknown')) AS courier_id
FROM {table} t JOIN orders_order o ON o.id = t.order_id CROSS JOIN LATERAL unnest(o.waybills) AS w(waybill)
WHERE btrim(w.waybill) <> ''
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
