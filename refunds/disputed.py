"""What a new case about the platform's intervention is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from casework.registry import Subject
from logistics.actions.find_parcel import Finder, Wanted, parcel_subject
from orders.access import Actor
from orders.errors import DeskError, Malformed, NotFound
from orders.models import Order, PlatformRefund


class DisputedSubject(Finder):
    """The order's request on the platform: the one into which it has stepped, else the only open one; the order where neither is known.

    Instead of it: NotFound, and Malformed naming the field where two shops have the order.
    """

    def of_many(self, by: Actor, wanted: Sequence[Wanted]) -> list[Subject | DeskError]:
        """As for one, for each of many. As many queries as for one."""
        meant = _orders_of(by, wanted)
        pks = {each for each in meant if isinstance(each, int)}
        orders = {each.pk: each for each in Order.objects.filter(pk__in=pks)}
        there: dict[int, list[PlatformRefund]] = defaultdict(list)
        for row in PlatformRefund.objects.filter(order__in=pks, is_open=True).order_by("pk"):
            there[row.order_id].append(row)
        return [_about(orders[each], there[each]) if isinstance(each, int) else each for each in meant]


def _about(order: Order, requests: Sequence[PlatformRefund]) -> Subject:
    stepped_in = [each for each in requests if each.intervention] or requests
    if len(stepped_in) != 1:
        return Subject(f"order:{order.pk}", order.number, order.shop_id, order.pk)
    (there,) = stepped_in
    facts = {"refund_id": there.pk, "amount": there.amount, "status": there.status}
    return Subject(f"platform_refund:{there.pk}", f"¥{there.amount}", order.shop_id, order.pk, facts)


def _orders_of(by: Actor, wanted: Sequence[Wanted]) -> list[int | DeskError]:
    """The order that each means: by its number, else by the parcel that it travels in."""
    known: dict[str, list[int]] = defaultdict(list)
    for number, pk in (
        Order.objects.for_actor(by).filter(number__in={order for order, _waybill in wanted if order}).values_list("number", "pk")
    ):
        known[number].append(pk)
    bare = [(order, waybill) for order, waybill in wanted if not order]
    parcels = iter(parcel_subject.of_many(by, bare) if bare else ())
    return [_one_of(known[order]) if order else _in_parcel(next(parcels)) for order, _waybill in wanted]


def _in_parcel(found: Subject | DeskError) -> int | DeskError:
    if isinstance(found, DeskError):
        return found
    return found.order_id if found.order_id is not None else _one_of(())


def _one_of(found: Sequence[int]) -> int | DeskError:
    if not found:
        return NotFound(_("No order has this number."), field="order")
    if len(found) > 1:
        return Malformed(_("Two of your shops have this order; name the case."), code="ambiguous_order", field="order")
    return found[0]


disputed = DisputedSubject()
