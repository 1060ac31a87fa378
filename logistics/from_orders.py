"""What a parcel has from the orders in it: when it was shipped, whether one of them is still on its way, and where it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import connection

# Of the parcels of the orders in {table} (a column order_id). It goes where the order paid first goes, of those whose region is known; what was
# known is not forgotten.
STANDING = """
UPDATE logistics_parcel p SET shipped_at = f.shipped_at, is_awaited = f.is_awaited, region_id = coalesce(f.region_id, p.region_id)
FROM (
    SELECT l.parcel_id, coalesce(q.sent_again_at, min(coalesce(o.shipped_at, o.shipped_seen_at))) AS shipped_at,
           q.sent_again_at IS NOT NULL OR bool_or(o.status IN ('part_shipped', 'shipped')) AS is_awaited,
           (array_agg(d.region_id ORDER BY o.paid_at NULLS LAST, o.id) FILTER (WHERE d.region_id IS NOT NULL))[1] AS region_id
    FROM logistics_parcel_orders l JOIN orders_order o ON o.id = l.order_id JOIN logistics_parcel q ON q.id = l.parcel_id
    LEFT JOIN (
        SELECT province, city, district, logistics_region_of(province, city, district) AS region_id
        FROM (SELECT DISTINCT o.province, o.city, o.district FROM {table} t JOIN logistics_parcel_orders m ON m.order_id = t.order_id
              JOIN logistics_parcel_orders l ON l.parcel_id = m.parcel_id JOIN orders_order o ON o.id = l.order_id WHERE o.province <> '') places
    ) d ON (d.province, d.city, d.district) = (o.province, o.city, o.district)
    WHERE l.parcel_id IN (SELECT l.parcel_id FROM {table} t JOIN logistics_parcel_orders l ON l.order_id = t.order_id)
    GROUP BY l.parcel_id, q.sent_again_at
) f
WHERE p.id = f.parcel_id AND (p.shipped_at, p.is_awaited, p.region_id) IS DISTINCT FROM (f.shipped_at, f.is_awaited, coalesce(f.region_id, p.region_id))
"""
# Of the same parcels those that a provider told us of before we knew them: what we refused then is asked for now.
ASK_AGAIN = """
WITH settled AS (
    UPDATE logistics_refusedpush r SET settled_at = %(at)s
    FROM {table} t JOIN logistics_parcel_orders l ON l.order_id = t.order_id JOIN logistics_parcel p ON p.id = l.parcel_id
    WHERE r.shop_id = p.shop_id AND r.waybill = p.waybill AND r.settled_at IS NULL
    RETURNING r.shop_id, r.waybill
)
UPDATE logistics_parcel p SET ask_wanted = true FROM settled s WHERE p.shop_id = s.shop_id AND p.waybill = s.waybill
"""


def refresh_standing(orders: Collection[int], *, at: dt.datetime) -> None:
    """Write it onto the parcels of these orders, and ask again for those that were refused before."""
    values: dict[str, Any] = {"orders": list(orders), "at": at}
    with connection.cursor() as cursor:
        for statement in (STANDING, ASK_AGAIN):
            cursor.execute(statement.replace("{table}", "(SELECT unnest(%(orders)s::bigint[]) AS order_id)"), values)
