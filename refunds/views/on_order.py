"""Pages that ask for something on an order: which order, and the case above it, as the address says."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.translation import gettext as _

from casework.actions.open_case import may_open
from casework.models import Case
from casework.views.given import id_of
from orders.access import Actor
from orders.clock import now_of
from orders.errors import Malformed, NotFound, Reason
from orders.models import Order
from refunds.asking.known import why_not_yet


@dataclass(frozen=True)
class Target:
    """The order, the case above it, and what the chapter of that case wants first."""

    order: Order
    above: Case | None = None
    first: list[Reason] = field(default_factory=list)

    @property
    def asked(self) -> dict[str, int | str]:
        """The target as the actions take it."""
        return {"order": self.order.number} | ({"case": self.above.pk} if self.above else {})


def target_of(request: HttpRequest, kind: type[Case], by: Actor) -> Target:
    """`?case=ID` or `?order=NUMBER`. Raises NotFound outside the person's shops, Malformed, NotAllowed for the role."""
    above = _above(request, kind, by)
    order = above.order if above is not None else _order(request.GET.get("order", "").strip(), by)
    if order is None:
        raise NotFound
    may_open(kind, order.shop_id, by)
    return Target(order, above, why_not_yet(above, kind.KIND, by, now_of(request)))


def _above(request: HttpRequest, kind: type[Case], by: Actor) -> Case | None:
    text = request.GET.get("case", "")
    if not text:
        return None
    case: Case | None = Case.objects.for_actor(by).select_related("order__buyer", "order__shop").filter(pk=id_of(text, "case")).first()
    if case is None or kind.KIND not in type(case).REMEDIES:
        raise NotFound
    return case


def _order(number: str, by: Actor) -> Order | None:
    found = list(Order.objects.for_actor(by).select_related("shop", "buyer").filter(number=number)[:2])
    if len(found) > 1:
        raise Malformed(_("Two of your shops have this order; ask from its case."), code="ambiguous_order", field="order")
    return next(iter(found), None)
