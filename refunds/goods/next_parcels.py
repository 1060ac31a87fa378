"""A gift cannot be forgotten (S4.3): the customer's next order, and a parcel that left meanwhile, bring its case back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from casework.actions.bulk import temporary
from casework.actions.door import door
from casework.actions.step_many import step_many
from casework.actions.tell_owner import tell_many
from orders.access import Actor
from orders.models import Shop
from refunds.goods.carriers import TO_PACK
from refunds.kinds.gift import Gift
from refunds.kinds.gift.states import WAITING

ORDERED, LEFT = "gifts_ordered", "gifts_left"
# The gifts that wait, each with the orders of its buyer that came in just now.
WAITING_GIFTS = """
FROM casework_case c JOIN refunds_giftfacts g ON g.case_id = c.id JOIN orders_order p ON p.id = c.order_id
LEFT JOIN orders_order k ON k.id = g.carrier_id
WHERE c.kind = %(kind)s AND c.state = ANY(%(states)s) AND c.shop_id = %(shop)s
"""
# No order that still waits for a parcel takes it yet, and here is one.
NEXT_ORDER = f"""
SELECT c.id AS case_id {WAITING_GIFTS} AND (k.status = ANY(%(to_pack)s)) IS NOT TRUE AND EXISTS (
    SELECT FROM {{table}} t JOIN orders_order o ON o.id = t.order_id
    WHERE (o.buyer_id = p.buyer_id OR o.id = p.id) AND o.status = ANY(%(to_pack)s))
"""
# A parcel of the buyer that this import tells of for the first time, and nobody has said that the gift is in it.
LEFT_WITHOUT_IT = f"""
SELECT c.id AS case_id {WAITING_GIFTS} AND EXISTS (
    SELECT FROM {{table}} t JOIN orders_order o ON o.id = t.order_id JOIN logistics_parcel_orders l ON l.order_id = o.id
    JOIN logistics_parcel r ON r.id = l.parcel_id
    WHERE (o.buyer_id = p.buyer_id OR o.id = p.id) AND r.first_seen_at = %(at)s)
"""


def follow_gifts(sender: Any, *, shop: Shop, table: str, at: dt.datetime, **_: Any) -> None:
    """Bring back the gifts whose buyer's orders came in; a fixed number of statements, one where no gift waits. Parcels are filled before."""
    if not Gift.objects.filter(state__in=WAITING, shop=shop).exists():
        return
    name, by = connection.ops.quote_name(table), Actor.system("import")
    params = {"kind": Gift.KIND, "states": [each.value for each in WAITING], "shop": shop.pk, "to_pack": list(TO_PACK), "at": at}
    temporary(ORDERED, NEXT_ORDER.replace("{table}", name), **params)
    temporary(LEFT, LEFT_WITHOUT_IT.replace("{table}", name), **params)
    with door(by, at):
        tell_many(LEFT, "gift_parcel_left", at=at)
        step_many(Gift, "ordered_again", ORDERED, by=by, at=at)
        tell_many(ORDERED, "next_order", at=at)
