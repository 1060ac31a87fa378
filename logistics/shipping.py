"""Parcels that the desk tells us of: a changed courier, a reshipment. The import may know them already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from logistics.from_orders import refresh_standing
from logistics.models.courier import Courier
from logistics.models.parcel import Parcel


def courier_choices() -> list[tuple[str, str]]:
    """The couriers in use, for a field that names one by its code; nothing is chosen beforehand."""
    return [("", "–"), *Courier.objects.filter(active=True).exclude(code="unknown").values_list("code", "name")]


def keep_parcel(shop_id: int, courier: str, waybill: str, *, orders: Collection[int], at: dt.datetime, again: bool = False) -> Parcel:
    """The parcel of that courier's code and waybill, made when nobody knew it, with these orders in it.

    `again`: sent beside the order's own parcels, so that its time counts from now and not from the order's shipping.
    """
    carrier = Courier.objects.get(code=courier)
    parcel, _new = Parcel.objects.get_or_create(shop_id=shop_id, courier=carrier, waybill=waybill, defaults={"first_seen_at": at})
    parcel.orders.add(*orders)
    if again:
        Parcel.objects.filter(pk=parcel.pk, sent_again_at=None).update(sent_again_at=at)
    refresh_standing(orders, at=at)
    return parcel
