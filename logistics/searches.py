"""Finding parcels by waybill or order, and cases by waybill: those about the parcel, and those of the orders that travel in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Reverse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.models.case import CaseQuerySet
from logistics.models import Courier, Parcel, Stage
from orders.access import Actor
from orders.errors import Text

WAYBILL = re.compile(r"[0-9A-Za-z-]{4,64}")
BEGINNING, ORDER_BEGINNING = 5, 6


def by_waybill(text: str, by: Actor) -> CaseQuerySet:
    """The waybill, its beginning from five characters on, or its end from four on; upper or lower case."""
    rows: CaseQuerySet = Case.objects.for_actor(by).order_by("-pk")
    if not WAYBILL.fullmatch(text):
        return rows.none()
    parcels = _with_waybill(Parcel.objects.for_actor(by), text)
    return rows.filter(Q(incident__parcel__in=parcels) | Q(order__in=parcels.values("orders")))


def parcels_like(text: str, by: Actor) -> QuerySet[Parcel]:
    """The actor's parcels by waybill as in `by_waybill`, or by an order's number or its beginning; all of them for ""."""
    rows: QuerySet[Parcel] = Parcel.objects.for_actor(by)
    if not text:
        return rows
    if not WAYBILL.fullmatch(text):
        return rows.none()
    # Each way by its own index.
    found = _with_waybill(Parcel.objects.order_by(), text).values("pk")
    if text.isdigit() and len(text) >= ORDER_BEGINNING:
        found = found.union(Parcel.objects.order_by().filter(orders__number__startswith=text).values("pk"))
    return rows.filter(pk__in=found)


def parcels_at_our_door(by: Actor) -> QuerySet[Parcel]:
    """Those that the courier says we signed for, and of which nobody of us has said that they are here; the longest first."""
    return Parcel.objects.for_actor(by).filter(stage=Stage.RETURNED, back_at=None, is_return=False).order_by("stage_since", "pk")


def couriers_offered(by: Actor) -> list[tuple[str, Text]]:
    """The couriers that a list of cases can be narrowed to."""
    return list(Courier.objects.order_by("-active", "name").values_list("code", "name"))


def about_couriers(codes: Sequence[str], by: Actor) -> Q:
    """Cases about a parcel of these couriers; of those about no parcel the ones whose order travels with them."""
    travels = Parcel.objects.filter(courier__code__in=codes).order_by().values("orders")
    return Q(incident__parcel__courier__code__in=codes) | Q(incident__parcel__isnull=True, order__in=travels)


def parcels_elsewhere(text: str, by: Actor) -> tuple[Text, str] | None:
    """Where the parcels are that a search for cases may have meant; None where the text is no waybill."""
    if not WAYBILL.fullmatch(text):
        return None
    return _("Parcels"), f"{reverse('parcels')}?{urlencode({'q': text})}"


def _with_waybill(rows: QuerySet[Parcel], text: str) -> QuerySet[Parcel]:
    """The parcels whose waybill is the text, begins or ends with it."""
    fits = Q()
    for spelled in {text, text.upper()}:
        fits |= Q(backwards__startswith=spelled[::-1])
        if len(text) >= BEGINNING:
            fits |= Q(waybill__startswith=spelled)
    return rows.alias(backwards=Reverse("waybill")).filter(fits)
