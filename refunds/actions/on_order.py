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
    above = _parent(given.get("case"), kind, by)
    order = _order(given.get("order"), above, by)
    may_open(kind, order.shop_id, by)
    lock_orders([order.pk])
    order.refresh_from_db()
    return order, above


def _parent(value: Any, kind: type[Case], by: Actor) -> Case | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed(_("The case is named by its id."), code="bad_value", field="case")
    above: Case | None = Case.objects.for_actor(by).filter(pk=value).first()
    if above is None:
        raise NotFound(field="case")
    if kind.KIND not in type(above).REMEDIES or above.order_id is None:
        text = str(_("The chapter of this case knows no such remedy: {kind}.")).format(kind=kind._meta.verbose_name)
        raise StepRefused(reasons=[Reason("not_a_remedy", text, str(above.CHAPTER))])
    return above


def _order(value: Any, above: Case | None, by: Actor) -> Order:
    if value is None and above is not None and above.order is not None:
        return above.order
    if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER):
        raise Malformed(_("The order is named by its number, as a text."), code="bad_value", field="order")
    found = list(Order.objects.for_actor(by).filter(number=value)[:2])
    if above is not None:
        found = [each for each in found if each.pk == above.order_id]
    if not found:
        raise NotFound(_("No order has this number."), field="order")
    if len(found) > 1:
        raise Malformed(_("Two of your shops have this order; name the case."), code="ambiguous_order", field="order")
    return found[0]
