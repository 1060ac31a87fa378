"""Refund cases joined with the request in force and what was decided about it, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from casework.models import Case
from orders.models import Order
from refunds.kinds.refund_state import State
from refunds.models import Approval, Request
from refunds.standing import supervisors_limits


@dataclass(frozen=True)
class Shown:
    """One row of either list. What did not happen is None."""

    request: Request
    approval: Approval | None

    @property
    def case(self) -> Any:
        """The refund's case."""
        return self.request.case

    @property
    def order(self) -> Order:
        """The order that the money goes back to."""
        return self.request.order

    @property
    def payout(self) -> Any:
        """The payment, None while nothing is paid."""
        return getattr(self.approval, "payout", None)

    @property
    def ending(self) -> Any:
        """The end without money, None while there is none."""
        return getattr(self.request, "ending", None)


@dataclass(frozen=True)
class Registered(Shown):
    """A row of the register."""

    id: int
    register_state: str


@dataclass(frozen=True)
class Asked(Shown):
    """A row of the refunds."""

    needs_manager: bool


def show_refunds(cases: Sequence[Case]) -> list[Asked]:
    """The cases' newest requests, in the order of the cases."""
    newest = Request.objects.filter(case__in=[case.pk for case in cases]).order_by("case_id", "-seq").distinct("case_id")
    rows = newest.select_related(
        "case", "order__shop", "asked_by", "approval__decided_by", "approval__power_of", "approval__payout__paid_by"
    )
    limits = supervisors_limits({case.shop_id for case in cases})
    found = {each.case_id: Asked(each, getattr(each, "approval", None), _needs_manager(each, limits)) for each in rows}
    return [found[case.pk] for case in cases if case.pk in found]


def _needs_manager(request: Request, limits: dict[int, Decimal]) -> bool:
    """Whether it waits, and with it more would be approved for the order than any supervisor of the shop may (R1.2)."""
    most = limits.get(request.case.shop_id)
    waits = request.case.state == State.ASKED
    return waits and most is not None and request.order.approved_total + request.amount > most


def show_register(approvals: Sequence[Any]) -> list[Registered]:
    """The register's rows as they are shown."""
    return [Registered(each.request, each, each.pk, each.register_state) for each in approvals]
