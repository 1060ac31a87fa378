"""R10.2 A refunded order that gets a waybill later is an alarm: found when lists come in, set-based, told to the leads."""

from __future__ import annotations

import datetime as dt

from casework.actions.bulk import temporary
from casework.actions.door import door
from casework.actions.open_many import open_many
from casework.actions.step_many import step_many
from casework.actions.tell_owner import tell_leads
from orders.access import Actor
from refunds.kinds.shipped_after_refund import ShippedAfterRefund

NEW, OVER = "shipped_new", "shipped_over"
LEFT_AT = "coalesce(o.shipped_at, o.shipped_seen_at, p.first_seen_at)"
# Of the orders that came in those of which nothing is left to pay for: when the last of it went back, and whether parcels left after that.
FOUND = f"""
WITH gone AS (
    SELECT o.id, o.shop_id, (
        SELECT max(back.at) FROM (
            SELECT r.finished_at AS at FROM orders_platformrefund r WHERE r.order_id = o.id AND r.is_paid
            UNION ALL SELECT s.paid_at FROM refunds_payout s JOIN refunds_approval a ON a.id = s.approval_id WHERE a.order_id = o.id) back) AS refunded_at
    FROM {{table}} t JOIN orders_order o ON o.id = t.order_id
    WHERE o.paid > 0 AND o.refunded_outside + greatest(o.refunded - o.refunded_outside, o.platform_refunded) >= o.paid
)
SELECT DISTINCT ON (p.id) p.shop_id, o.id AS order_id, 'parcel:' || p.id AS subject, c.name || ' ' || p.waybill AS label,
       jsonb_build_object('waybill', p.waybill, 'refunded_at', g.refunded_at) AS facts, NULL::bigint AS case_id
FROM gone g JOIN orders_order o ON o.id = g.id JOIN logistics_parcel_orders l ON l.order_id = o.id JOIN logistics_parcel p ON p.id = l.parcel_id
JOIN logistics_courier c ON c.id = p.courier_id
WHERE g.refunded_at < {LEFT_AT} AND p.sent_again_at IS NULL AND p.back_at IS NULL AND p.returning_at IS NULL AND p.voided_at IS NULL
  AND NOT EXISTS (SELECT FROM casework_case k WHERE k.kind = 'shipped_after_refund' AND k.subject = 'parcel:' || p.id)
  AND NOT EXISTS (SELECT FROM logistics_parcel_orders m JOIN orders_order n ON n.id = m.order_id WHERE m.parcel_id = p.id AND n.id NOT IN (SELECT id FROM gone)
                  AND n.paid > 0 AND n.refunded_outside + greatest(n.refunded - n.refunded_outside, n.platform_refunded) < n.paid)
ORDER BY p.id, o.id
"""
BACK = """
SELECT k.id AS case_id, '{"news": "back"}'::jsonb AS facts FROM casework_case k JOIN logistics_parcel p ON k.subject = 'parcel:' || p.id
WHERE k.kind = 'shipped_after_refund' AND k.closed_at IS NULL AND k.shop_id = %(shop)s AND (p.back_at IS NOT NULL OR p.voided_at IS NOT NULL)
"""


def alarm_shipped(shop_id: int, orders: str, *, by: Actor, at: dt.datetime) -> None:
    """Open an alarm for each parcel that left after its order was refunded, as the programme. `orders` is a table with the column order_id.

    A parcel in which another order is still paid for goes its way. An alarm whose parcel is back or cancelled closes.
    """
    with door(by, at):
        if temporary(NEW, FOUND.replace("{table}", orders)):
            open_many(ShippedAfterRefund, NEW, by=by, at=at)
            tell_leads(NEW, "shipped_after_refund", at=at)
        if temporary(OVER, BACK, shop=shop_id):
            step_many(ShippedAfterRefund, "parcel_back", OVER, by=by, at=at)
