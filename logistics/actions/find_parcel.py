"""Which parcel a new incident is about."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.registry import Subject
from logistics.models import Parcel
from orders.access import Actor
from orders.errors import Malformed, NotFound, Refused
from orders.models import Order


def parcel_subject(by: Actor, order: str, waybill: str) -> Subject:
    """The parcel by its waybill, or the order's only open parcel.

    A merged parcel's case keeps the order that it is opened for, else takes the one paid first, and names the others. Raises NotFound, Malformed naming
    `waybill` when the choice is not clear, Refused `no_parcel` when the order has none.
    """
    return _only_one(by, order, waybill, Q(delivered_at=None, back_at=None))


def signed_parcel_subject(by: Actor, order: str, waybill: str) -> Subject:
    """parcel_subject for what was signed for; of an order's parcels those come first. Raises Refused `not_signed` when nobody has signed for it yet."""
    subject = _only_one(by, order, waybill, Q(delivered_at__isnull=False))
    if not Parcel.objects.filter(pk=subject.facts["parcel_id"], delivered_at__isnull=False).exists():
        raise Refused(
            _("Nobody has signed for this parcel yet. Does it stand still or is it stuck? Choose that kind."),
            code="not_signed",
            field="waybill",
        )
    return subject


def arrived_parcel_subject(by: Actor, order: str, waybill: str) -> Subject:
    """parcel_subject for what is found on unpacking: of an order's parcels those that were signed for come first, as far as tracking tells."""
    return _only_one(by, order, waybill, Q(delivered_at__isnull=False))


def parcel_or_order_subject(by: Actor, order: str, waybill: str) -> Subject:
    """parcel_subject; the order itself where nothing was sent yet."""
    try:
        return parcel_subject(by, order, waybill)
    except Refused:
        found = Order.objects.for_actor(by).get(number=order)
        return Subject(f"order:{found.pk}", found.number, found.shop_id, found.pk)


def order_subject(by: Actor, order: str, waybill: str) -> Subject:
    """The order by its number, or by the waybill of one of its parcels. Raises NotFound, Malformed naming `order` when a parcel holds several."""
    rows = Order.objects.for_actor(by)
    found = list((rows.filter(number=order) if order else rows.filter(parcels__waybill=waybill)).distinct()[:2])
    if not found:
        raise NotFound(_("No order has this number.") if order else _("No parcel has this waybill."), field="order" if order else "waybill")
    if len(found) > 1:
        raise Malformed(_("Several orders travel in this parcel; give the order number."), code="order_required", field="order")
    return Subject(f"order:{found[0].pk}", found[0].number, found[0].shop_id, found[0].pk)


def sent_parcel_subject(by: Actor, order: str, waybill: str) -> Subject:
    """parcel_subject for what the courier has and can still stop or get back. Raises Refused `parcel_is_back` when it is with us."""
    subject = parcel_subject(by, order, waybill)
    if Parcel.objects.filter(pk=subject.facts["parcel_id"], back_at__isnull=False).exists():
        raise Refused(_("This parcel is back with us; there is nothing to stop."), code="parcel_is_back", field="waybill")
    return subject


def _only_one(by: Actor, order: str, waybill: str, first: Q) -> Subject:
    """The one parcel that is meant: among those of `first` when there are any."""
    parcels = Parcel.objects.for_actor(by).select_related("courier").prefetch_related("orders")
    if order:
        parcels = parcels.filter(orders__number=order, is_return=False)
        _known_order(by, order)
    if waybill:
        parcels = parcels.filter(waybill=waybill)
    found = list(parcels.filter(first).distinct()[:2]) or list(parcels.distinct()[:2])
    if not found:
        if waybill:
            raise NotFound(_("No parcel has this waybill."), field="waybill")
        raise Refused(_("This order has no parcel yet."), code="no_parcel")
    if len(found) > 1:
        raise Malformed(_("There are several parcels; give the waybill."), code="waybill_required", field="waybill")
    return _subject(found[0], order)


def travelling_parcel_subject(by: Actor, order: str, waybill: str) -> Subject:
    """parcel_subject for what can only befall a parcel on its way. Raises Refused `parcel_has_arrived` when it was signed for or is back."""
    subject = parcel_subject(by, order, waybill)
    parcel = Parcel.objects.get(pk=subject.facts["parcel_id"])
    arrived = parcel.delivered_at or parcel.back_at
    if arrived is not None:
        text = _("The parcel arrived on {at:%m-%d %H:%M}; it stands still no more. Is something missing or broken? Choose that kind.")
        raise Refused(str(text).format(at=arrived.astimezone(SHOP_TIME)), code="parcel_has_arrived", field="waybill")
    return subject


def undelivered_parcel_subject(by: Actor, order: str, waybill: str) -> Subject:
    """parcel_subject for one that never reached the customer, also when it is here already. Raises Refused `delivered` for one that they have."""
    subject = parcel_subject(by, order, waybill)
    if Parcel.objects.filter(pk=subject.facts["parcel_id"], delivered_at__isnull=False).exists():
        raise Refused(_("This parcel was delivered: what the customer sends back is a return."), code="delivered", field="waybill")
    return subject


def _known_order(by: Actor, number: str) -> None:
    if not Order.objects.for_actor(by).filter(number=number).exists():
        raise NotFound(_("No order has this number."), field="order")


def _subject(parcel: Parcel, number: str) -> Subject:
    orders = sorted(parcel.orders.all(), key=lambda each: (each.number != number, each.paid_at is None, each.paid_at, each.pk))
    others = [each.number for each in orders[1:]]
    label = f"{parcel.courier.name} {parcel.waybill}" + (f" + {', '.join(others)}" if others else "")
    return Subject(f"parcel:{parcel.pk}", label, parcel.shop_id, orders[0].pk if orders else None, {"parcel_id": parcel.pk})
