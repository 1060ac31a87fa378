"""What a buyer had before, for the one who decides: orders, cases, refunds, and claims that come often. A fixed number of queries.

Signals show and never decide: no guard reads them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Q, Sum

from casework.models import Case
from orders.models import Order
from refunds.models import Payout, Reason

QUARTER, YEAR = dt.timedelta(days=90), dt.timedelta(days=365)
# So many of each list; the order page has the rest.
FEW = 3
# What a buyer says that cannot be seen on a photo: kinds of case, and reasons of a refund.
CLAIM_KINDS = ("missing_items", "signed_not_received")
CLAIM_REASONS = (Reason.NOT_RECEIVED, Reason.MISSING)


@dataclass(frozen=True)
class Signal:
    """Claims of one buyer that came as often as the policy `abuse_signal` says, with the cases behind, the newest first."""

    days: int
    cases: list[Any]


@dataclass(frozen=True)
class BuyerHistory:
    """What the buyer had before, in this shop: yuan and counts, this order included; and the last few of each, without this one."""

    orders: int = 0
    paid: Decimal = Decimal("0.00")
    since: dt.datetime | None = None
    refunds_quarter: int = 0
    refunded_quarter: Decimal = Decimal("0.00")
    refunds_year: int = 0
    refunded_year: Decimal = Decimal("0.00")
    past_orders: list[Order] = field(default_factory=list)
    past_cases: list[Any] = field(default_factory=list)
    past_refunds: list[Payout] = field(default_factory=list)
    signal: Signal | None = None


def buyer_history(case: Case, order: Order, now: dt.datetime, *, often: int, within: dt.timedelta) -> BuyerHistory:
    """Earlier orders, cases and refunds that we paid, by the buyer's name in this shop; `often` claims `within` a span are a signal."""
    if order.buyer_id is None:
        return BuyerHistory()
    return BuyerHistory(
        **_sums(order, now),
        past_orders=list(Order.objects.filter(buyer=order.buyer_id).exclude(pk=order.pk).order_by("-ordered_at", "-pk")[:FEW]),
        past_cases=list(_other_cases(case, order).order_by("-opened_at", "-pk")[:FEW]),
        past_refunds=list(_payouts(order).select_related("approval__request__case", "approval__order").order_by("-paid_at", "-pk")[:FEW]),
        signal=_signal(case, order, now, often, within),
    )


def _payouts(order: Order) -> Any:
    return Payout.objects.filter(approval__order__buyer=order.buyer_id)


def _sums(order: Order, now: dt.datetime) -> dict[str, Any]:
    zero, quarter = Decimal("0.00"), Q(paid_at__gte=now - QUARTER)
    bought = Order.objects.filter(buyer=order.buyer_id).aggregate(
        orders=Count("pk"), paid=Sum("paid", default=zero), since=Min("ordered_at")
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


def _other_cases(case: Case, order: Order) -> Any:
    """The buyer's cases but this one and the one above it."""
    return Case.objects.filter(order__buyer=order.buyer_id).exclude(pk__in=[pk for pk in (case.pk, case.parent_id) if pk])


def _signal(case: Case, order: Order, now: dt.datetime, often: int, within: dt.timedelta) -> Signal | None:
    """Earlier claims; a refund below a claim's case is the same claim."""
    claims = Q(kind__in=CLAIM_KINDS) | Q(requests__reason__in=CLAIM_REASONS)
    rows = (
        _other_cases(case, order).filter(claims, opened_at__gte=now - within, opened_at__lte=now).distinct().order_by("-opened_at", "-pk")
    )
    found = list(rows[: 10 * often])
    ids = {case.pk, *(each.pk for each in found), *([case.parent_id] if case.parent_id else [])}
    claimed = [each for each in found if each.parent_id not in ids]
    return Signal(within.days, claimed) if often and len(claimed) >= often else None
