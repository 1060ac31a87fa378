"""How long is normal: the norm that counts for a courier and a region (L3.4). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from logistics.models.norm import DELIVERY, Norm, Region
from logistics.models.parcel import Parcel

# Their days count from the pick-up, all others' from dispatch (L3.4).
FROM_PICK_UP = frozenset({"shunfeng"})


def norm_for(norms: Iterable[Norm], measure: str, courier_id: int | None, region_id: int | None) -> Norm | None:
    """The row that counts: the one for both; else the longer of the courier's and the region's; else the one for all."""
    rows = {(each.courier_id, each.region_id): each for each in norms if each.measure == measure}
    both = rows.get((courier_id, region_id)) if courier_id and region_id else None
    ones = [rows[key] for key in ((courier_id, None), (None, region_id)) if key != (None, None) and key in rows]
    return both or max(ones, key=lambda each: each.hours, default=None) or rows.get((None, None))


def normal_hours(norms: Iterable[Norm], courier_id: int, region: Region | None) -> int | None:
    """Hours that a whole delivery normally takes. A region's extra hours come on top, unless the row is the region's own."""
    norm = norm_for(norms, DELIVERY, courier_id, region.pk if region else None)
    if norm is None:
        return None
    return norm.hours + (region.extra_hours if region and norm.region_id is None else 0)


def delivery_hours(norms: Iterable[Norm], parcel: Parcel) -> int | None:
    """Hours that the whole delivery of a parcel normally takes."""
    return normal_hours(norms, parcel.courier_id, parcel.region)


def began_at(parcel: Parcel) -> dt.datetime | None:
    """When its delivery began: a list that names no shipping time shows it later than it left, so the first scan counts when it is earlier."""
    if parcel.courier.code in FROM_PICK_UP:
        return parcel.picked_up_at
    return min(filter(None, (parcel.shipped_at, parcel.picked_up_at)), default=None)


def delivery_until(norms: Iterable[Norm], parcel: Parcel) -> dt.datetime | None:
    """When the normal time of delivery is over; None while nobody knows when it began: unknown is not stalled."""
    hours, began = delivery_hours(norms, parcel), began_at(parcel)
    return began + dt.timedelta(hours=hours) if began and hours is not None else None
