"""Finding cases by waybill: the parcel of an incident, and every case of the orders that travel in it."""

from __future__ import annotations

import re

from django.db.models import Q

from casework.models import Case
from casework.models.case import CaseQuerySet
from logistics.models import Parcel
from orders.access import Actor

WAYBILL = re.compile(r"[0-9A-Za-z-]{5,64}")


def by_waybill(text: str, by: Actor) -> CaseQuerySet:
    """The waybill or its beginning, upper or lower case."""
    rows: CaseQuerySet = Case.objects.for_actor(by).order_by("-pk")
    if not WAYBILL.fullmatch(text):
        return rows.none()
    parcels = Parcel.objects.for_actor(by).filter(Q(waybill__startswith=text) | Q(waybill__startswith=text.upper()))
    return rows.filter(Q(incident__parcel__in=parcels) | Q(order__in=parcels.values("orders")))
