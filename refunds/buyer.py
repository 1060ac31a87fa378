"""What a buyer had before (S5.2), for whoever takes the call, works the case or decides: orders, cases, notes, refunds. A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, Sum

from casework.models import Case
from casework.notes import notes_of
from orders.models import Order, OrderStatus
from refunds.models import Payout

QUARTER, YEAR = dt.timedelta(days=90), dt.timedelta(days=365)
# So many of each list; the order page has the rest.
FEW = 3
# So many orders that were paid for make a VIP (S5.2).
VIP_FROM = 5
NEVER_PAID = Q(status=OrderStatus.WAIT_PAY) | Q(status=OrderStatus.CLOSED, paid_at=None, paid=0)


@dataclass(frozen=True)
class BuyerHistory:
    """What the buyer had before, in this shop: yuan and counts, this order included; and the last few of each, without this one."""

    orders: int = 0
    # Of them those that were paid for.
    bought: int = 0
    paid: Decimal = Decimal("0.00")
    since: dt.datetime | None = None
    refunds_quarter: int = 0
    refunded_quarter: Decimal = Decimal("0.00")
    refunds_year: int = 0
    refunded_year: Decimal = Decimal("0.00")
    past_orders: list[Order] = field(default_factory=list)
    past_cases: list[Any] = field(default_factory=list)
    past_refunds: list[Payout] = field(default_factory=list)
    # Notes without a case, on any of the orders.
    notes: list[Any] = field(default_factory=list)

    @property
    def is_vip(self) -> bool:
        """Five or more orders make a VIP (S5.2)."""
        return self.bought >= VIP_FROM


def buyer_history(order: Order, now: dt.datetime, case: Case | None = None) -> BuyerHistory:
    """Earlier orders, cases, notes and refunds that we paid, by the buyer's name in this shop; without the order, the case and the one above it."""
    if order.buyer_id is None:
        return BuyerHistory()
    return BuyerHistory(
        **_sums(order, now),
        past_orders=list(Order.objects.filter(buyer=order.buyer_id).exclude(pk=order.pk).order_by("-ordered_at", "-pk")[:FEW]),
        past_cases=list(_other_cases(case, order).order_by("-opened_at", "-pk")[:FEW]),
        past_refunds=list(_payouts(order).select_related("approval__request__case", "approval__order").order_by("-paid_at", "-pk")[:FEW]),
        notes=list(notes_of(Order.objects.filter(buyer=order.buyer_id))[:FEW]),
    )


def _payouts(order: Order) -> Any:
    return Payout.objects.filter(approval__order__buyer=order.buyer_id)


def _sums(order: Order, now: dt.datetime) -> dict[str, Any]:
    zero, quarter = Decimal("0.00"), Q(paid_at__gte=now - QUARTER)
    bought = Order.objects.filter(buyer=order.buyer_id).aggregate(
        orders=Count("pk"), bought=Count("pk", filter=~NEVER_PAID), paid=Sum("paid", default=zero), since=Min("ordered_at")
    )
    back = (
        _payouts(order)
        .filter(paid_at__gte=now - YEAR)
        .aggregate(
            refunds_year=Count("pk"),
            refunded_year=Sum("amount", default=zero),
            refunds_quarter=Count("pk", filter=quarter),
            refunded_quarter=Sum("amount", filter=quarter, default=zero),
        )
    )
    return bought | back


def _other_cases(case: Case | None, order: Order) -> Any:
    """The buyer's cases but this one and the one above it."""
    here = [pk for pk in (case.pk, case.parent_id) if pk] if case is not None else []
    return Case.objects.filter(order__buyer=order.buyer_id).exclude(pk__in=here)
