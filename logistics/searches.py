"""Finding parcels by waybill or order, and cases by waybill: those about the parcel, and those of the orders that travel in it."""

from __future__ import annotations

import re

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.models.case import CaseQuerySet
from logistics.models import Parcel
from orders.access import Actor
from orders.errors import Text

WAYBILL = re.compile(r"[0-9A-Za-z-]{5,64}")
ORDER_BEGINNING = 6


def by_waybill(text: str, by: Actor) -> CaseQuerySet:
    """The waybill or its beginning, upper or lower case."""
    rows: CaseQuerySet = Case.objects.for_actor(by).order_by("-pk")
    if not WAYBILL.fullmatch(text):
        return rows.none()
    parcels = Parcel.objects.for_actor(by).filter(_begins(text))
    return rows.filter(Q(incident__parcel__in=parcels) | Q(order__in=parcels.values("orders")))


def _begins(text: str) -> Q:
    return Q(waybill__startswith=text) | Q(waybill__startswith=text.upper())


def parcels_like(text: str, by: Actor) -> QuerySet[Parcel]:
    """The actor's parcels by waybill or its beginning, or by an order's number or its beginning; all of them for ""."""
    rows: QuerySet[Parcel] = Parcel.objects.for_actor(by)
    if not text:
        return rows
    if not WAYBILL.fullmatch(text):
        return rows.none()
    # Each way by its own index.
    found = Parcel.objects.order_by().filter(_begins(text)).values("pk")
    if text.isdigit() and len(text) >= ORDER_BEGINNING:
        found = found.union(Parcel.objects.order_by().filter(orders__number__startswith=text).values("pk"))
    return rows.filter(pk__in=found)


def parcels_elsewhere(text: str, by: Actor) -> tuple[Text, str] | None:
    """Where the parcels are that a search for cases may have meant; None where the text is no waybill."""
    if not WAYBILL.fullmatch(text):
        return None
    return _("Parcels"), f"{reverse('parcels')}?{urlencode({'q': text})}"
