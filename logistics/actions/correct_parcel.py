"""A parcel whose courier was entered wrongly: a person corrects it, and the journal keeps what stood there."""

from __future__ import annotations

import datetime as dt

from casework.actions.door import concerns, door
from logistics.actions.add_parcel import KEEPERS, Added, courier_of
from logistics.actions.correct_courier import correct_courier
from logistics.actions.detect import detect
from logistics.actions.lock_parcels import lock_parcels
from logistics.actions.refresh_parcels import refresh_parcels
from logistics.carriers.stages import PROBLEMS
from logistics.models import Parcel
from logistics.patterns import odd_waybill
from orders.access import Actor
from orders.errors import NotAllowed, NotFound


def correct_parcel(parcel_id: int, courier: str, *, by: Actor, at: dt.datetime) -> Added:
    """Give the parcel the courier with this code. Where that courier has a parcel of the number already, both become one.

    Raises NotFound, NotAllowed, Malformed naming `courier`. The provider follows the new courier's number from now on.
    """
    seen: Parcel | None = Parcel.objects.for_actor(by).filter(pk=parcel_id).first()
    if seen is None:
        raise NotFound
    carrier = courier_of(courier)
    with door(by, at):
        concerns(shop_id=seen.shop_id, step="correct_parcel", object_type="parcel", object_id=parcel_id)
        if by.is_person and by.role_in(seen.shop_id) not in KEEPERS:
            raise NotAllowed
        same = {each.pk: each for each in lock_parcels(seen.shop_id, [seen.waybill]).get(seen.waybill, [])}
        if parcel_id not in same:
            raise NotFound
        parcel = same[parcel_id]
        if parcel.courier_id == carrier.pk:
            return Added(parcel, False, odd_waybill(carrier, parcel.waybill))
        twin = next((each for each in same.values() if each.courier_id == carrier.pk), None)
        parcel = correct_courier(parcel, carrier.code, twin, by=by, at=at)
        Parcel.objects.filter(pk=parcel.pk).update(subscribed_at=None, tracking_end="")
        refresh_parcels([parcel.pk], problems=PROBLEMS)
        detect([parcel.pk], by=by, at=at)
    parcel.refresh_from_db()
    return Added(parcel, False, odd_waybill(carrier, parcel.waybill))
