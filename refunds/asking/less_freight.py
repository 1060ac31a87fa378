"""L10.1, L10.2: what comes back for the customer's reason is refunded less one freight, or both; a lead may decide otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from logistics.freight import PaidBack
from logistics.models import IncidentFacts, Parcel
from orders.errors import Reason
from orders.models import Order
from refunds.asking.circumstances import judge
from refunds.models.request import Request

ZERO = Decimal("0.00")


def one_freight(order: Order) -> Decimal:
    """Yuan of one way: what the customer paid for it; where the order travelled free what a return usually costs by its courier. Nothing known is nothing."""
    if order.freight_paid:
        return order.freight_paid
    usual = Parcel.objects.filter(orders=order, is_return=False).aggregate(price=Max("courier__return_price"))["price"]
    return usual or ZERO


def kept_back(order: Order, facts: IncidentFacts | None) -> Decimal:
    """Yuan of freight that stay with us, by the decision on the case above."""
    if facts is None or not facts.fault or facts.freight_decided_at is None:
        return ZERO
    legs = judge(order, facts, reason="", ground="", at=facts.freight_decided_at).decision.legs.values()
    ways = sum(1 for each in legs if each.paid_back == PaidBack.DEDUCTED)
    # What the customer has paid already for a way that was not sent counts for it.
    paid = (facts.postage or ZERO) if facts.postage_kept else ZERO
    return max(ways * one_freight(order) - paid, ZERO) if ways else ZERO


def above_what_is_left(order: Order, asked: Decimal, facts: IncidentFacts | None, own: int) -> Iterable[Reason]:
    """Why so many yuan of the order are too many beside what went back and is asked for already. `own` is the case of the request, 0 for none yet."""
    kept = kept_back(order, facts)
    if not kept:
        return
    # What the version before has set aside is free for this one; one that has ended has set nothing aside any more.
    before = Request.objects.filter(case=own, ending=None).order_by("-seq").first() if own else None
    left = order.room + (before.of_order if before is not None else ZERO) - kept
    if asked > left:
        text = _("{kept} yuan of freight are the customer's: at most {left} yuan, or a lead decides the freight otherwise.")
        yield Reason("less_freight", str(text).format(kept=kept, left=max(left, ZERO)), facts.fault_rule if facts else "")
