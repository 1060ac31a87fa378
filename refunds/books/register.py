"""The refund register (退款登记表, R2.1): every approval, with who, what, why, and what became of it.

One query for page, export and API. Rows are approvals; a request that nobody approved is not on the register.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Case, Count, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext_lazy as _

from casework.actions.door import concerns, door
from casework.lists.queues import held_in
from orders.access import Actor
from orders.errors import NotAllowed
from orders.roles import AGENTS, FINANCE, LEADS, Role
from refunds.models import Approval

# Who answers customers reads the register, on the page as by the API; taking it away as a file is for those who answer for it.
READERS = AGENTS | FINANCE | {Role.AUDITOR, Role.ADMIN}
EXPORTERS = LEADS | FINANCE | {Role.AUDITOR}


class RegisterState(models.TextChoices):
    """What became of an approval."""

    TO_PAY = "to_pay", _("To be paid")
    PAID = "paid", _("Paid")
    VOID = "void", _("Void")


STATE_OF = Case(
    When(request__ending__isnull=False, then=Value(RegisterState.VOID.value)),
    When(payout__isnull=False, then=Value(RegisterState.PAID.value)),
    default=Value(RegisterState.TO_PAY.value),
    output_field=models.CharField(max_length=6),
)


def may_read(by: Actor, roles: frozenset[str] = READERS, *, at: dt.datetime) -> None:
    """Raise NotAllowed unless one of the roles is held in some shop. The refusal is in the journal."""
    if by.has_role(roles):
        return
    with door(by, at):
        concerns(step="look_at_money", object_type="person", object_id=by.user_id)
        raise NotAllowed


def register_rows(
    by: Actor,
    *,
    roles: frozenset[str] = READERS,
    shop: int | None = None,
    order: str = "",
    state: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> QuerySet[Approval]:
    """Approvals of the shops where the actor holds one of the roles, newest first, each with `register_state`.

    `since` and `until` are days of shop time, both included; `order` is an order number. Everything that a row
    shows comes with it: request with case and asker, order with shop, buyer and lines, approver, payout with payer, end.
    """
    rows: Any = Approval.objects.filter(held_in(by, roles, "order__shop")).annotate(register_state=STATE_OF)
    wanted = {"order__shop": shop, "order__number": order, "register_state": state, "day__gte": since, "day__lte": until}
    rows = rows.filter(**{name: value for name, value in wanted.items() if value not in (None, "")})
    rows = rows.select_related(
        "request__case", "request__asked_by", "request__ending", "order__shop", "order__buyer", "decided_by", "power_of", "payout__paid_by"
    )
    return rows.prefetch_related("order__lines").order_by("-decided_at", "-pk")


def totals(rows: QuerySet[Approval]) -> dict[str, Any]:
    """Number and yuan in all, and by state: {"count", "total", "paid", "to_pay", "void"}."""
    sums = {each.value: Sum("amount", filter=Q(register_state=each.value), default=Decimal("0.00")) for each in RegisterState}
    plain = rows.order_by().prefetch_related(None).select_related(None)
    return plain.aggregate(count=Count("pk"), total=Sum("amount", default=Decimal("0.00")), **sums)


def goods_of(approval: Approval) -> list[str]:
    """The titles of the lines that the money is for, in the order's order; postage is not among them."""
    picked = {each["line"] for each in approval.request.lines}
    return [line.title or line.number for line in approval.order.lines.all() if line.pk in picked]


def goods_text(approval: Approval) -> str:
    """Goods, postage and what goes beyond the order as one cell."""
    parts = goods_of(approval)
    if approval.request.freight:
        parts.append(str(_("Postage")))
    if approval.request.beyond:
        parts.append(str(approval.request.get_beyond_kind_display()))
    return "；".join(parts)


def state_label(approval: Any) -> str:
    """What became of it, in the language of the moment; for a void one how it ended."""
    if approval.register_state == RegisterState.VOID:
        return str(approval.request.ending.get_kind_display())
    return str(RegisterState(approval.register_state).label)
