"""What the form for a refund is about: the order, the case above it, or the refund that is asked anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from casework.actions.open_case import may_open
from casework.models import Case, Evidence
from casework.views.given import id_of
from orders.access import Actor
from orders.errors import Malformed, NotFound
from orders.models import Line, Order, PlatformRefund
from refunds.asking.concerned import begun_with, orders_of, pictures_of
from refunds.asking.figures import Figures, figures_of
from refunds.kinds.money_out import MoneyOut
from refunds.kinds.refund import Refund
from refunds.models import Request
from refunds.reading import is_set_aside


@dataclass
class Target:
    """The order, the case above it or the refund that is asked anew, with the request in force."""

    order: Order
    figures: Figures
    evidence: list[Evidence]
    above: Case | None = None
    before: Request | None = None
    version: int | None = None
    # The other orders of a merged parcel, for which the same case may ask.
    others: list[Order] = field(default_factory=list)
    # What the customer asks for on the platform, where the refund answers that.
    there: PlatformRefund | None = None


def target_of(given: Mapping[str, str], by: Actor, kind: type[MoneyOut] = Refund) -> Target | None:
    """What the address names; None when it names nothing. Raises Malformed, NotFound, NotAllowed."""
    above = _case(given, by, kind)
    order = _order(given.get("order", "").strip(), above, by)
    if order is None:
        return None
    may_open(kind, order.shop_id, by)
    anew = above if above is not None and above.kind == kind.KIND else None
    before = Request.objects.filter(case=anew).select_related("send_back", "ending").order_by("-seq").first() if anew is not None else None
    lines = list(Line.objects.filter(order=order))
    return Target(
        order=order,
        figures=figures_of(order, lines, before, set_aside=before is not None and is_set_aside(before)),
        evidence=list(pictures_of(order.pk, _parent_of(above)).select_related("case").order_by("pk")),
        above=above,
        before=before,
        version=anew.version if anew is not None else None,
        others=list(orders_of(above).exclude(pk=order.pk)) if above is not None and not isinstance(above, MoneyOut) else [],
        there=PlatformRefund.objects.filter(answers__case=anew).first() if isinstance(anew, Refund) else None,
    )


def _parent_of(above: Case | None) -> int | None:
    """The case under which the money stands, or will stand."""
    if above is None:
        return None
    return above.parent_id if isinstance(above, MoneyOut) else above.pk


def _case(given: Mapping[str, str], by: Actor, kind: type[MoneyOut]) -> Case | None:
    text = given.get("again", "") or given.get("case", "")
    if not text:
        return None
    case: Case | None = Case.objects.for_actor(by).select_related("order").filter(pk=id_of(text, "case")).first()
    if case is None or (given.get("again") and case.kind != kind.KIND):
        raise NotFound
    return case


def _order(number: str, above: Case | None, by: Actor) -> Order | None:
    rows = Order.objects.for_actor(by).select_related("shop", "buyer")
    if above is not None and above.order_id:
        theirs = rows.filter(pk__in=orders_of(above), **({"number": number} if number else {"pk": begun_with(above)}))
        if (order := theirs.first()) is None:
            raise NotFound(_("The case belongs to another order."), field="order")
        return order
    if not number:
        return None
    found = list(rows.filter(number=number)[:2])
    if not found:
        raise NotFound(_("No order has this number."), field="order")
    if len(found) > 1:
        raise Malformed(_("Two of your shops have this order; ask from its case."), code="ambiguous_order", field="order")
    return found[0]


def came_back(before: Request | None) -> str:
    """Why the version in force is to be asked anew: what the lead wants, or how its approval ended."""
    if before is None:
        return ""
    sent, ending = getattr(before, "send_back", None), getattr(before, "ending", None)
    if ending is None:
        return str(_("Wanted: {reason}")).format(reason=sent.reason) if sent else ""
    kind = ending.get_kind_display()
    return str(_("{what}: {reason}")).format(what=kind, reason=ending.reason) if ending.reason else str(kind)
