"""Finding cases by waybill: the parcel of an incident, and every case of the orders that travel in it."""

from __future__ import annotations

import re

from django.db.models import Q
from django.db.models.functions import Reverse

from casework.models import Case
from casework.models.case import CaseQuerySet
from logistics.models import Parcel
from orders.access import Actor

WAYBILL = re.compile(r"[0-9A-Za-z-]{4,64}")
BEGINNING = 5


def by_waybill(text: str, by: Actor) -> CaseQuerySet:
    """The waybill, its beginning from five characters on, or its end from four on; upper or lower case."""
    rows: CaseQuerySet = Case.objects.for_actor(by).order_by("-pk")
    if not WAYBILL.fullmatch(text):
        return rows.none()
    fits = Q()
    for spelled in {text, text.upper()}:
        fits |= Q(backwards__startswith=spelled[::-1])
        if len(text) >= BEGINNING:
            fits |= Q(waybill__startswith=spelled)
    parcels = Parcel.objects.for_actor(by).alias(backwards=Reverse("waybill")).filter(fits)
    return rows.filter(Q(incident__parcel__in=parcels) | Q(order__in=parcels.values("orders")))
