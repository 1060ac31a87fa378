"""With which of the buyer's orders something travels that the desk adds to a parcel: a gift (S4.3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from logistics.models import Parcel
from logistics.shipping import keep_parcel
from orders.errors import Malformed
from orders.models import Order
from orders.models.order import OrderStatus
from orders.together import Reading

# Orders whose next parcel is still to leave.
TO_PACK = (OrderStatus.WAIT_SHIP, OrderStatus.PART_SHIPPED)


@dataclass(frozen=True)
class Carriers:
    """The orders of a case's buyer that still wait for a parcel, its own one first, then the one paid first."""

    waiting: list[Order] = field(default_factory=list)
    buyer: str = ""

    @property
    def first(self) -> Order | None:
        """The order whose parcel leaves next."""
        return next(iter(self.waiting), None)

    @property
    def newest(self) -> Order | None:
        """The order that the customer placed last."""
        return max(self.waiting, key=lambda each: (each.paid_at is not None, each.paid_at, each.pk), default=None)


def ask_carriers(cases: Sequence[Case]) -> Reading[dict[int, Carriers]]:
    """The carriers of these cases by case id."""
    ids = {case.order_id for case in cases if case.order_id}
    own = Order.objects.select_related("buyer").filter(pk__in=ids)
    theirs = Q(pk__in=ids) | Q(buyer__in=Order.objects.filter(pk__in=ids, buyer__isnull=False).values("buyer"))
    waiting = Order.objects.filter(theirs, status__in=TO_PACK).order_by("paid_at", "pk")
    yield own, waiting
    orders = {each.pk: each for each in own}
    return {case.pk: _carriers(orders.get(case.order_id or 0), waiting) for case in cases}


def _carriers(own: Order | None, waiting: Iterable[Order]) -> Carriers:
    if own is None:
        return Carriers()
    found = [each for each in waiting if _is_same_buyer(each, own)]
    return Carriers(sorted(found, key=lambda each: each.pk != own.pk), own.buyer.nick if own.buyer else "")


def _is_same_buyer(order: Order, own: Order) -> bool:
    return order.shop_id == own.shop_id and (order.pk == own.pk or (own.buyer_id is not None and order.buyer_id == own.buyer_id))


def parcel_with(own: Order, carrier: Order | None, waybill: str, courier: str, *, since: dt.datetime, at: dt.datetime) -> Parcel:
    """The parcel of that waybill with an order of the buyer in it; made when nobody knew it and an order waits for one.

    Raises Malformed naming `waybill`: another customer's parcel, one that had left before `since`, or an unknown one that no order waits
    for; naming `courier` when the waybill is new and nobody says whose it is.
    """
    known = list(Parcel.objects.filter(shop=own.shop_id, waybill=waybill).prefetch_related("orders"))
    mine = next((each for each in known if any(_is_same_buyer(order, own) for order in each.orders.all())), None)
    if mine is not None:
        left = _left_at(mine)
        if left is not None and left < since:
            raise Malformed(_("This parcel had left before the gift was agreed."), code="left_before", field="waybill")
        return mine
    if known:
        raise Malformed(_("This waybill belongs to another customer's parcel."), code="waybill_taken", field="waybill")
    if carrier is None:
        text = _("No order of this customer waits for a parcel. Enter the parcel with its order first.")
        raise Malformed(text, code="no_carrier", field="waybill")
    if not courier:
        raise Malformed(_("Our lists do not know this waybill yet; choose its courier."), code="courier_required", field="courier")
    return keep_parcel(own.shop_id, courier, waybill, orders={carrier.pk}, at=at)


def _left_at(parcel: Parcel) -> dt.datetime | None:
    """When it left us, by the courier or by the list."""
    return min((each for each in (parcel.picked_up_at, parcel.shipped_at) if each is not None), default=None)
