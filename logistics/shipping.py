"""Parcels that the desk tells us of: a changed courier, a reshipment, a return. The import may know them already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from logistics.from_orders import refresh_standing
from logistics.models.courier import Courier
from logistics.models.parcel import Parcel
from orders.errors import Malformed
from orders.models import Order


def courier_choices() -> list[tuple[str, str]]:
    """The couriers in use, for a field that names one by its code; nothing is chosen beforehand."""
    return [("", "–"), *Courier.objects.filter(active=True).exclude(code="unknown").values_list("code", "name")]


def keep_parcel(
    shop_id: int, courier: str, waybill: str, *, orders: Collection[int], at: dt.datetime, asked_at: dt.datetime | None = None
) -> Parcel:
    """The parcel of that courier's code and waybill, made when nobody knew it, with these orders in it. Raises Malformed naming
    `waybill` when the number is another parcel's.

    `asked_at`: when it was asked to be sent beside the order's own parcels. Its time counts from now, not from the order's shipping.
    """
    carrier = Courier.objects.get(code=courier)
    parcel, _new = Parcel.objects.get_or_create(shop_id=shop_id, courier=carrier, waybill=waybill, defaults={"first_seen_at": at})
    # Looked at once it is kept: who enters the same number at the same moment has waited for the other.
    if any(_is_another(each, orders, asked_at) for each in Parcel.objects.filter(shop=shop_id, waybill=waybill)):
        raise Malformed(_("This waybill belongs to another parcel."), code="waybill_taken", field="waybill")
    parcel.orders.add(*orders)
    if asked_at:
        Parcel.objects.filter(pk=parcel.pk).update(sent_again_at=at)
    refresh_standing(orders, at=at)
    return parcel


def keep_return(shop_id: int, courier: str, waybill: str, *, orders: Collection[int], at: dt.datetime) -> Parcel:
    """The parcel in which a customer sends goods back, tracked like any other; several returns of one buyer may lie in it. Raises
    Malformed naming `waybill` when the number is that of a parcel of ours, or of another buyer.
    """
    carrier = Courier.objects.get(code=courier)
    parcel, is_new = Parcel.objects.get_or_create(
        shop_id=shop_id, courier=carrier, waybill=waybill, defaults={"first_seen_at": at, "is_return": True, "sent_again_at": at}
    )
    if any(not each.is_return or _is_of_others(each, orders) for each in Parcel.objects.filter(shop=shop_id, waybill=waybill)):
        raise Malformed(_("This waybill belongs to another parcel."), code="waybill_taken", field="waybill")
    parcel.orders.add(*orders)
    refresh_standing(orders, at=at)
    if is_new:
        parcel.refresh_from_db()
    return parcel


def _is_of_others(parcel: Parcel, orders: Collection[int]) -> bool:
    """Whether orders of another buyer lie in it. Of a buyer that the list does not name only the order itself is theirs."""
    buyers = set(Order.objects.filter(pk__in=orders).values_list("buyer", flat=True)) - {None}
    return parcel.orders.exclude(pk__in=orders).exclude(buyer__in=buyers).exists()


def _is_another(parcel: Parcel, orders: Collection[int], asked_at: dt.datetime | None) -> bool:
    """Whether it holds other orders, was sent to make something else good, or is older than the wish for it. It may have moved:
    the import can know a waybill before somebody enters it here."""
    if parcel.sent_again_at is not None or parcel.orders.exclude(pk__in=orders).exists():
        return True
    return asked_at is not None and parcel.first_seen_at < asked_at
