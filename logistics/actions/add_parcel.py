"""A parcel that a person enters: the print clerk who printed the waybill, the warehouse, an agent who was told the number (L4.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from casework.actions.door import door
from casework.actions.locks import lock_orders
from logistics.actions.decide_anew import decide_anew
from logistics.actions.parcel_journal import journal_parcel
from logistics.from_orders import refresh_standing
from logistics.models import Courier, Parcel
from logistics.patterns import folded, is_waybill, odd_waybill
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound, Reason
from orders.models import Order
from orders.roles import AGENTS, PACKERS

KEEPERS = AGENTS | PACKERS
MOST_ORDERS = 50


@dataclass(frozen=True)
class Added:
    """The parcel, whether it is new, and what the person should look at again."""

    parcel: Parcel
    is_new: bool
    warnings: list[Reason]


def add_parcel(orders: Sequence[str], courier: str, waybill: str, *, by: Actor, at: dt.datetime) -> Added:
    """Enter a parcel with the orders in it, by their numbers; several of one shop travel merged. Adding it again adds what is missing.

    `courier` is a code of the directory. Raises NotFound for an order outside the person's shops, NotAllowed, and Malformed naming
    `orders`, `courier` or `waybill`. An unusual waybill is only warned of.
    """
    found = _orders(orders, by)
    shop_id = found[0].shop_id
    if by.is_person and by.role_in(shop_id) not in KEEPERS:
        raise NotAllowed
    carrier, number = courier_of(courier), waybill_of(waybill)
    with door(by, at):
        lock_orders([order.pk for order in found])
        parcel, is_new = _parcel(shop_id, carrier, number, found, at)
        fresh = [order for order in found if not parcel.orders.filter(pk=order.pk).exists()]
        if is_new or fresh:
            parcel.orders.add(*fresh)
            refresh_standing([order.pk for order in fresh], at=at)
            facts = {"waybill": number, "courier": parcel.courier.code, "orders": [order.number for order in fresh]}
            journal_parcel(parcel, "parcel_added" if is_new else "orders_added", by=by, at=at, facts=facts)
            decide_anew("SELECT unnest(%(orders)s::bigint[])", by=by, at=at, orders=[order.pk for order in fresh])
    parcel.refresh_from_db()
    return Added(parcel, is_new, [*odd_waybill(carrier, number), *_doubts(parcel, carrier)])


def _parcel(shop_id: int, carrier: Courier, number: str, orders: Sequence[Order], at: dt.datetime) -> tuple[Parcel, bool]:
    """The courier's parcel of the number, or the one under which an order of them travels already: one order awaits no waybill twice."""
    known = Parcel.objects.filter(shop=shop_id, waybill=number).order_by("pk")
    same = known.filter(courier=carrier).first() or known.filter(Q(former_couriers__contains=[carrier.code]) | Q(orders__in=orders)).first()
    if same is not None:
        return same, False
    return Parcel.objects.get_or_create(shop_id=shop_id, courier=carrier, waybill=number, defaults={"first_seen_at": at})


def _orders(numbers: Sequence[str], by: Actor) -> list[Order]:
    wanted = list(dict.fromkeys(number.strip() for number in numbers if number.strip()))
    if not wanted or len(wanted) > MOST_ORDERS:
        raise Malformed(_("Name the orders in the parcel, at least one and at most 50."), code="orders_required", field="orders")
    found = list(Order.objects.for_actor(by).filter(number__in=wanted).order_by("pk"))
    if len({order.number for order in found}) < len(wanted):
        raise NotFound(_("No order has this number."), field="orders")
    if len(found) > len(wanted) or len({order.shop_id for order in found}) > 1:
        raise Malformed(_("The orders in one parcel are of one shop."), code="orders_of_several_shops", field="orders")
    return found


def courier_of(code: str) -> Courier:
    """The courier of the directory. Raises Malformed naming `courier`."""
    found = Courier.objects.filter(code=code).first()
    if found is None:
        raise Malformed(_("Choose a courier of the directory."), code="unknown_courier", field="courier")
    return found


def waybill_of(text: str) -> str:
    """The waybill in its one form. Raises Malformed naming `waybill`."""
    number = folded(text)
    if not is_waybill(number):
        raise Malformed(_("A waybill has 5 to 64 letters, digits and hyphens."), code="bad_waybill", field="waybill")
    return number


def _doubts(parcel: Parcel, carrier: Courier) -> list[Reason]:
    """What may be a slip of the pen: the number with another courier, or orders of several buyers."""
    doubts = []
    named = Parcel.objects.filter(shop=parcel.shop_id, waybill=parcel.waybill).select_related("courier").order_by("pk")
    twin = named.exclude(courier=carrier).first()
    if twin:
        text = _("{courier} has a parcel with this waybill too. If it is the same one, correct its courier there.")
        doubts.append(Reason("waybill_of_another_courier", text.format(courier=twin.courier.name), "L4.3"))
    if len(set(parcel.orders.exclude(buyer=None).values_list("buyer", flat=True))) > 1:
        doubts.append(Reason("orders_of_several_buyers", _("The orders in this parcel are of several buyers.")))
    return doubts
