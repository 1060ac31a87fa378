"""How the parcel of an incident stands: what logistics adds to the situation, read for a whole batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from casework.models import Case
from casework.situation import Situation
from logistics.models.loss import Loss
from logistics.models.norm import DELIVERY, Norm
from logistics.models.parcel import Parcel
from logistics.norms import began_at, delivery_until
from orders.models import Order


@dataclass(frozen=True)
class Standing:
    """The parcel, until when its delivery is normal, the orders in it, and what its courier owes."""

    parcel: Parcel | None = None
    normal_until: dt.datetime | None = None
    orders: list[Order] = field(default_factory=list)
    # On this case, and for the loss of the parcel on whichever case it was told.
    losses: list[Loss] = field(default_factory=list)

    @property
    def is_latest(self) -> bool:
        """Whether the normal time is counted from when a list first showed the parcel as shipped: it may be over earlier."""
        began = began_at(self.parcel) if self.parcel is not None else None
        return any(each.shipped_at is None and each.shipped_seen_at == began for each in self.orders) if began else False

    @property
    def full_price(self) -> Decimal:
        """Yuan paid for all that travels in the parcel (L13.1)."""
        return sum((each.paid for each in self.orders), Decimal("0.00"))


def standing(at: Situation) -> Standing:
    """The situation's part that logistics adds."""
    found: Standing = at.more["parcel"]
    return found


def read_standings(cases: Sequence[Case]) -> dict[int, Standing]:
    """How the parcels of these cases stand, by case id; a fixed number of queries, however many cases."""
    ids = {case.facts.parcel_id for case in cases if case.facts is not None} - {None}
    parcels = {each.pk: each for each in Parcel.objects.filter(pk__in=ids).select_related("courier", "region").prefetch_related("orders")}
    norms = list(Norm.objects.filter(measure=DELIVERY))
    owed = Q(case__in=[case.pk for case in cases]) | Q(parcel__in=parcels, cause__in=Loss.WHOLE)
    losses = list(Loss.objects.filter(owed, ended_at=None))
    return {case.pk: _standing(case, parcels, norms, losses) for case in cases}


def _standing(case: Case, parcels: dict[int, Parcel], norms: list[Norm], losses: list[Loss]) -> Standing:
    parcel = parcels.get(case.facts.parcel_id) if case.facts is not None else None
    owed = [each for each in losses if each.case_id == case.pk or (parcel and each.parcel_id == parcel.pk and each.cause in Loss.WHOLE)]
    if parcel is None:
        return Standing(losses=owed)
    return Standing(parcel, delivery_until(norms, parcel), list(parcel.orders.all()), owed)
