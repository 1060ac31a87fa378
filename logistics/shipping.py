"""Parcels that people tell us of: a changed courier, a resend. The import may know them already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from logistics.models.courier import Courier
from logistics.models.parcel import Parcel


def courier_choices() -> list[tuple[str, str]]:
    """The couriers in use, for a field that names one by its code; nothing is chosen beforehand."""
    return [("", "–"), *Courier.objects.filter(active=True).exclude(code="unknown").values_list("code", "name")]


def keep_parcel(shop_id: int, courier_code: str, waybill: str, *, orders: Collection[int], at: dt.datetime, **columns: Any) -> Parcel:
    """The parcel of that courier and waybill, made when nobody knew it, with these orders in it."""
    courier = Courier.objects.get(code=courier_code)
    defaults = {"first_seen_at": at, "shipped_at": at, **columns}
    parcel, _new = Parcel.objects.get_or_create(shop_id=shop_id, courier=courier, waybill=waybill, defaults=defaults)
    parcel.orders.add(*orders)
    return parcel
