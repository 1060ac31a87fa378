"""What a buyer had before (S5.2), for whoever takes the call, works the case or decides: orders, cases, notes, refunds. A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, Sum, Value

from casework.models import Case
from casework.notes import notes_of
from orders.models import Order, OrderStatus
from orders.together import Reading, answer
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
    spent: Decimal = Decimal("0.00")
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
    return answer(ask_history(order, now, case))


def ask_history(order: Order, now: dt.datetime, case: Case | None = None) -> Reading[BuyerHistory]:
    """The same, to be read with others."""
    if order.buyer_id is None:
        return BuyerHistory()
    mine = Order.objects.filter(buyer=order.buyer_id)
    orders = mine.exclude(pk=order.pk).order_by("-ordered_at", "-pk")[:FEW]
    cases, notes = _other_cases(case, order).order_by("-opened_at", "-pk")[:FEW], notes_of(mine)[:FEW]
    payouts = Payout.objects.filter(approval__order__buyer=order.buyer_id)
    refunds = payouts.select_related("approval__request__case", "approval__order").order_by("-paid_at", "-pk")[:FEW]
    bought, back = _bought(mine), _back(payouts, now)
    yield orders, cases, refunds, notes, bought, back
    sums = dict(next(iter(bought), {})) | dict(next(iter(back), {}))
    return BuyerHistory(past_orders=list(orders), past_cases=list(cases), past_refunds=list(refunds), notes=list(notes), **sums)


def _bought(orders: Any) -> Any:
    """One row of sums, none without a row."""
    zero = Decimal("0.00")
    sums = {
        "orders": Count("pk"),
        "bought": Count("pk", filter=~NEVER_PAID),
        "spent": Sum("paid", default=zero),
        "since": Min("ordered_at"),
    }
    return orders.order_by().values(_all=Value(1)).annotate(**sums).values("orders", "bought", "spent", "since")


def _back(payouts: Any, now: dt.datetime) -> Any:
    zero, quarter = Decimal("0.00"), Q(paid_at__gte=now - QUARTER)
    sums = {
        "refunds_year": Count("pk"),
        "refunded_year": Sum("amount", default=zero),
        "refunds_quarter": Count("pk", filter=quarter),
        "refunded_quarter": Sum("amount", filter=quarter, default=zero),
    }
    return payouts.filter(paid_at__gte=now - YEAR).order_by().values(_all=Value(1)).annotate(**sums).values(*sums)


def _other_cases(case: Case | None, order: Order) -> Any:
    """The buyer's cases but this one and the one above it; beside an order those of other orders, for its own stand there."""
    theirs = Case.objects.filter(order__buyer=order.buyer_id)
    if case is None:
        return theirs.exclude(order=order)
    return theirs.exclude(pk__in=[pk for pk in (case.pk, case.parent_id) if pk])
