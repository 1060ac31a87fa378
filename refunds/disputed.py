"""What a new case about the platform's intervention is about."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.registry import Subject
from logistics.actions.find_parcel import parcel_subject
from orders.access import Actor
from orders.errors import Malformed, NotFound
from orders.models import Order, PlatformRefund


def disputed(by: Actor, order: str, waybill: str) -> Subject:
    """The order's request on the platform: the one into which it has stepped, else the only open one; the order where neither is known.

    Raises NotFound, and Malformed naming the field where two shops have the order.
    """
    found = _order(by, order or _order_of(by, waybill))
    rows = list(PlatformRefund.objects.filter(order=found, is_open=True).order_by("pk"))
    stepped_in = [each for each in rows if each.intervention] or rows
    if len(stepped_in) != 1:
        return Subject(f"order:{found.pk}", found.number, found.shop_id, found.pk)
    (there,) = stepped_in
    facts = {"refund_id": there.pk, "amount": there.amount, "status": there.status}
    return Subject(f"platform_refund:{there.pk}", f"¥{there.amount}", found.shop_id, found.pk, facts)


def _order_of(by: Actor, waybill: str) -> str:
    """The number of the order in a parcel."""
    order_id = parcel_subject(by, "", waybill).order_id
    return Order.objects.get(pk=order_id).number if order_id is not None else ""


def _order(by: Actor, number: str) -> Order:
    found = list(Order.objects.for_actor(by).filter(number=number)[:2])
    if not found:
        raise NotFound(_("No order has this number."), field="order")
    if len(found) > 1:
        raise Malformed(_("Two of your shops have this order; name the case."), code="ambiguous_order", field="order")
    return found[0]
