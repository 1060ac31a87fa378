"""Parcels that a pasted text names by their waybills (casework/intake/hits.py)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from casework.registry import FINDERS, Hit
from logistics.models import Parcel
from orders.access import Actor


def parcels_by_waybill(numbers: Collection[str], names: Collection[str], by: Actor) -> list[Hit]:
    """The actor's parcels with one of the waybills, in upper or lower case, once for each order in them, the one paid first before the others.

    A parcel from the customer leads to its order: nothing that befell ours befell that one.
    """
    spelled = {each.upper(): each for each in numbers} | {each: each for each in numbers}
    rows = Parcel.objects.for_actor(by).filter(waybill__in=spelled).order_by("pk", F("orders__paid_at").asc(nulls_last=True), "orders")
    return [
        _hit(spelled[waybill], pk, waybill, is_return, order)
        for pk, waybill, is_return, order in rows.values_list("pk", "waybill", "is_return", "orders")
    ]


def _hit(text: str, parcel: int, waybill: str, is_return: bool, order: int | None) -> Hit:
    if is_return:
        return Hit(text, _("waybill of a return"), order)
    return Hit(text, _("waybill"), order, waybill, f"parcel:{parcel}")


FINDERS.append(parcels_by_waybill)
