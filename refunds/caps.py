"""How much may be given as a rule, by the database's own function, which holds approvals to it as well (R4.1)."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext_lazy as _

# R4.1: for more there is no compensation, whoever gives the reason; the database says the same.
ABOVE_PAID = _("In all the compensations of an order are not above what the customer paid for it.")


def compensation_left(order_ids: Collection[int | None]) -> dict[int | None, Decimal]:
    """Yuan of compensation that need no reason yet, by order id: the policy's amount, by default the postage, less what is approved."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, refunds_compensation_left(id) FROM orders_order WHERE id = ANY(%s)", [[pk for pk in order_ids if pk is not None]]
        )
        return dict(cursor.fetchall())
