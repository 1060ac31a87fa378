"""How much may be given as a rule, by the database's own function, which holds approvals to it as well (R4.1)."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from orders.together import Rows

# R4.1: for more there is no compensation, whoever gives the reason; the database says the same.
ABOVE_PAID = _("In all the compensations of an order are not above what the customer paid for it.")


def left_of(order_id: int) -> Decimal:
    """Yuan of compensation for the order that need no reason yet. One query."""
    return next(left for _order, left in compensation_left({order_id}))


def compensation_left(order_ids: Collection[int | None]) -> Rows:
    """Order id and yuan of compensation that need no reason yet: the policy's amount, by default the postage, less what is approved."""
    sql = "SELECT id, refunds_compensation_left(id) FROM orders_order WHERE id = ANY(%s)"
    return Rows(sql, [[pk for pk in order_ids if pk is not None]], int, Decimal)
