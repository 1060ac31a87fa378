"""How the parcel of an incident stands: what logistics adds to the situation, read for a whole batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, Q

from casework.models import Case
from casework.situation import Situation
from logistics.models.loss import Loss
from logistics.models.norm import DELIVERY, Norm
from logistics.models.parcel import Parcel
from logistics.norms import began_at, delivery_until
from orders.models import Order
from orders.together import Reading


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


def parcels_of(cases: Iterable[Case]) -> set[int]:
    """The ids of the parcels that these cases are about; their facts are read already."""
    return {case.facts.parcel_id for case in cases if case.facts is not None} - {None}


def ask_standings(cases: Sequence[Case]) -> Reading[dict[int, Standing]]:
    """How the parcels of these cases stand, by case id."""
    ids = parcels_of(cases)
    rows = Parcel.objects.filter(pk__in=ids).select_related("courier", "region")
    inside = Order.objects.filter(parcels__in=ids).annotate(parcel_id=F("parcels"))
    norms = Norm.objects.filter(measure=DELIVERY)
    owed = Q(case__in=[case.pk for case in cases]) | Q(parcel__in=ids, cause__in=Loss.WHOLE)
    losses = Loss.objects.filter(owed, ended_at=None)
    yield rows, inside, norms, losses
    parcels = {each.pk: each for each in rows}
    return {case.pk: _standing(case, parcels, inside, norms, losses) for case in cases}


def _standing(case: Case, parcels: dict[int, Parcel], inside: Iterable[Any], norms: Iterable[Norm], losses: Iterable[Loss]) -> Standing:
    parcel = parcels.get(case.facts.parcel_id) if case.facts is not None else None
    owed = [each for each in losses if each.case_id == case.pk or (parcel and each.parcel_id == parcel.pk and each.cause in Loss.WHOLE)]
    if parcel is None:
        return Standing(losses=owed)
    orders = [each for each in inside if each.parcel_id == parcel.pk]
    return Standing(parcel, delivery_until(norms, parcel), orders, owed)
