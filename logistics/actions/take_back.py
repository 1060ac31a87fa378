"""A parcel that is with us again, as who has it in hand sees it, whether a case is about it or not (L3.4)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from casework.actions.bulk import rows_of
from casework.actions.door import as_programme, concerns, door
from casework.actions.open_case import open_on
from casework.models import Case
from casework.registry import Subject, kind_of
from logistics.actions.detect import detect
from logistics.actions.lock_parcels import lock_parcels
from logistics.actions.parcel_journal import journal_parcel
from logistics.handing_over import RETURNED
from logistics.kinds.incident import blind_kinds
from logistics.models import Parcel
from logistics.signals import parcel_came_back
from logistics.waiting import SUBJECT
from orders.access import Actor
from orders.errors import NotAllowed, NotFound, Refused
from orders.models import Order
from orders.roles import AGENTS, Role

RECEIVERS = AGENTS | {Role.WAREHOUSE}


def take_back(parcel_id: int, *, by: Actor, at: dt.datetime) -> Parcel:
    """Keep that the parcel is back with us, and tell the owners of the cases about it. Told again it changes nothing.

    Raises NotFound, NotAllowed, Refused `delivered` for one that the customer has: what they send back is another parcel.
    """
    seen: Parcel | None = Parcel.objects.for_actor(by).filter(pk=parcel_id).first()
    if seen is None:
        raise NotFound
    with door(by, at):
        concerns(shop_id=seen.shop_id, step="take_back", object_type="parcel", object_id=parcel_id)
        if by.is_person and by.role_in(seen.shop_id) not in RECEIVERS:
            raise NotAllowed
        locked = lock_parcels(seen.shop_id, [seen.waybill]).get(seen.waybill, [])
        parcel = next((each for each in locked if each.pk == parcel_id), None)
        if parcel is None:
            raise NotFound
        if parcel.delivered_at is not None:
            raise Refused(_("This parcel was delivered: the customer has it."), code="delivered")
        if parcel.back_at is None:
            _keep(parcel, by, at)
    return parcel


def _keep(parcel: Parcel, by: Actor, at: dt.datetime) -> None:
    Parcel.objects.filter(pk=parcel.pk).update(back_at=at)
    # First what the programme makes of it: a case that only this word touches ends by itself.
    detect([parcel.pk], by=by, at=at)
    journal_parcel(parcel, "parcel_back", by=by, at=at)
    parcel_came_back.send(Parcel, parcel=parcel.pk, by=by, at=at)
    with as_programme(by, at) as programme:
        _go_on(parcel, programme, at)
    parcel.refresh_from_db()


def _go_on(parcel: Parcel, by: Actor, at: dt.datetime) -> None:
    """L10.1: what is back, and was not refunded, is somebody's to settle with the customer: a case begins where none sees to the parcel."""
    seen_to = Case.objects.open().filter(incident__parcel=parcel).exclude(kind__in=blind_kinds())
    ((_pk, shop, order_id, key, label),) = rows_of(SUBJECT.replace("{which}", "p.id = %(parcel)s"), parcel=parcel.pk)
    order = Order.objects.filter(pk=order_id).first()
    if parcel.is_return or order is None or seen_to.exists() or order.gone >= order.paid - order.freight_paid:
        return
    open_on(kind_of(RETURNED), Subject(key, label, shop, order_id, {"parcel_id": parcel.pk}), by=by, at=at)
