"""What is asked for on an order, by itself or as the remedy of a case: the order and the case above, read from what was sent."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.locks import lock_orders
from casework.actions.open_case import may_open
from casework.models import Case
from orders.access import Actor
from orders.errors import Malformed, NotFound, Reason, StepRefused
from orders.models import Order
from refunds.asking.concerned import orders_of

LONGEST_NUMBER = 32


def known_fields(given: Any, fields: set[str]) -> dict[str, Any]:
    """What was sent, when it is an object of these fields. Raises Malformed naming the one that is none."""
    if not isinstance(given, dict):
        raise Malformed(_("What is asked for is an object."), code="malformed")
    for name in sorted(set(given) - fields, key=str):
        raise Malformed(_("There is no such field."), code="unknown_field", field=str(name)[:60])
    return given


def order_and_parent(given: dict[str, Any], kind: type[Case], by: Actor) -> tuple[Order, Case | None]:
    """The locked order of {order, case} and the case above, None without one. For a case its order may be left out.

    Raises Malformed naming the field, NotFound, NotAllowed, StepRefused `not_a_remedy` where the chapter of the case knows no such remedy.
    """
    above = above_of(given.get("case"), kind, by)
    order = order_of(given.get("order"), above, by)
    may_open(kind, order.shop_id, by)
    lock_orders([order.pk])
    order.refresh_from_db()
    return order, above


def above_of(value: Any, kind: type[Case], by: Actor) -> Case | None:
    """The case that a remedy of the kind is for, or the very case of the kind that is asked anew; None where none is named.

    Raises Malformed, NotFound, StepRefused `not_a_remedy`.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed(_("The case is named by its id."), code="bad_value", field="case")
    above: Case | None = Case.objects.for_actor(by).filter(pk=value).first()
    if above is None:
        raise NotFound(field="case")
    if above.kind != kind.KIND and kind.KIND not in type(above).REMEDIES:
        text = str(_("The chapter of this case does not end in this: {remedy}.")).format(remedy=kind._meta.verbose_name)
        raise StepRefused(reasons=[Reason("not_a_remedy", text, str(above.CHAPTER))])
    return above


def order_of(value: Any, above: Case | None, by: Actor) -> Order:
    """The order by its number, or the case's own. A case whose parcel holds several is asked for each of them. Raises Malformed, NotFound."""
    if value is None and above is not None and above.order_id:
        return Order.objects.get(pk=above.order_id)
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER):
        raise Malformed(_("The order is named by its number, as a text."), code="bad_value", field="order")
    found = list(Order.objects.for_actor(by).filter(number=value)[:2])
    if above is not None and above.order_id:
        theirs = set(orders_of(above).values_list("pk", flat=True))
        found = [each for each in found if each.pk in theirs]
        if not found:
            raise Malformed(_("The case belongs to another order."), code="other_order", field="order")
    if not found:
        raise NotFound(_("No order has this number."), field="order")
    if len(found) > 1:
        raise Malformed(_("Two of your shops have this order; name the case."), code="ambiguous_order", field="order")
    return found[0]
