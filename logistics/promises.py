"""A promise for the next order (L5.3, S1.4) cannot be forgotten: when that order comes in, the case comes back and its owner is told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from casework.actions.bulk import temporary
from casework.actions.door import door
from casework.actions.step_many import step_many
from casework.actions.tell_owner import tell_many
from logistics.kinds.missing_items import MissingItems
from logistics.kinds.missing_items.states import State
from orders.access import Actor
from orders.models import Shop

DUE = "promises_due"
# Of the customers whose orders came in just now: paid since the promise, and still to be packed.
NEXT_ORDER = """
SELECT c.id AS case_id FROM casework_case c JOIN orders_order p ON p.id = c.order_id JOIN logistics_incidentfacts f ON f.case_id = c.id
WHERE c.kind = %(kind)s AND c.state = %(state)s AND c.shop_id = %(shop)s AND EXISTS (
    SELECT FROM {table} t JOIN orders_order o ON o.id = t.order_id
    WHERE o.buyer_id = p.buyer_id AND o.id <> p.id AND o.status = 'wait_ship' AND o.paid_at > f.confirmed_at
)
"""


def remind_of_promises(sender: Any, *, shop: Shop, table: str, at: dt.datetime, **_: Any) -> None:
    """Bring back the cases whose customer has ordered again; a fixed number of statements for any import, one where nothing is promised."""
    if not MissingItems.objects.filter(state=State.PROMISED, shop=shop).exists():
        return
    select = NEXT_ORDER.replace("{table}", connection.ops.quote_name(table))
    temporary(DUE, select, kind=MissingItems.KIND, state=State.PROMISED.value, shop=shop.pk)
    by = Actor.system("import")
    with door(by, at):
        step_many(MissingItems, "promise_is_due", DUE, by=by, at=at)
        tell_many(DUE, "next_order", at=at)
