"""L13.1: the claims of one parcel together are for its price at most, whatever is said to have happened to it."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from logistics.models import Loss
from orders.errors import Refused
from orders.models import Order
from refunds.kinds.courier_claim.states import CLAIMED, State
from refunds.models.claim import ZERO, ClaimFacts

# What it has paid counts, and no more: the rest is refused, or left for good.
AS_PAID = (State.REFUSED, State.PAID)
AS_CLAIMED = tuple(each for each in CLAIMED if each not in AS_PAID)


def refuse_above_price(claim: ClaimFacts) -> None:
    """Raise Refused `more_than_price` where the claims of a parcel would come to more yuan than was paid for what travels in it.

    One alone is never refused. The parcel's losses are locked: two that are claimed at once know of each other. Inside the door.
    """
    parcel = claim.loss.parcel
    list(Loss.objects.select_for_update(no_key=True).filter(parcel=parcel).order_by("pk"))
    others = _counted(ClaimFacts.objects.filter(loss__parcel=parcel).exclude(pk=claim.pk))
    price = _sum(Order.objects.filter(parcels=parcel), "paid")
    if others and others + claim.amount > price:
        text = str(
            _("{claimed} yuan of this parcel are claimed already and {price} were paid for what is in it: {amount} more is too much.")
        )
        raise Refused(text.format(claimed=others, price=price, amount=claim.amount), code="more_than_price")


def _counted(claims: QuerySet[ClaimFacts]) -> Decimal:
    """Yuan that the courier has paid or may still pay; nothing of what was withdrawn or written off."""
    return _sum(claims.filter(case__state__in=AS_CLAIMED), "amount") + _sum(claims.filter(case__state__in=AS_PAID), "received")


def _sum(rows: QuerySet[ClaimFacts] | QuerySet[Order], column: str) -> Decimal:
    found: Decimal = rows.aggregate(sum=Coalesce(Sum(column), ZERO))["sum"]
    return found
