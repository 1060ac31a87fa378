"""Lists of refunds for those who decide and those who pay. Fixed numbers of queries, whatever the length of a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from casework.actions.offers import why_not
from casework.lists.queues import held_in
from casework.models import Case
from casework.reading import list_cases
from casework.situation import read_situations
from casework.workflow import Step
from orders.access import Actor
from orders.errors import NotFound, Reason
from orders.models import Order
from orders.roles import LEADS
from refunds.asking.wish import read_wish
from refunds.books.register import RegisterState, register_rows
from refunds.kinds.compensation import Compensation
from refunds.kinds.invoice import ISSUERS, Invoice
from refunds.kinds.invoice import State as InvoiceState
from refunds.kinds.paying import PAYERS
from refunds.kinds.refund import Refund
from refunds.kinds.refund_state import State
from refunds.models import InvoiceFacts, Request, Transfer
from refunds.standing import Standing

# A page of a list; more are on the next one.
PAGE = 50
# As long as somebody may take a request that they sent for one that they did not.
MOMENT = dt.timedelta(minutes=10)


# Kinds of case by which money goes to the customer.
KINDS_OF_MONEY = (Refund.KIND, Compensation.KIND)


def step_called(name: str, kind: type[Case] = Refund) -> Step:
    """A step of a kind of money by its name."""
    return next(each for each in kind.steps() if each.name == name)


@dataclass(frozen=True)
class Waiting:
    """A refund in a list of work: why it cannot be done by this person, or no reasons at all."""

    case: Any
    standing: Standing
    reasons: list[Reason]

    @property
    def request(self) -> Request:
        """The version in force."""
        return self.standing.request


def waiting_cases(by: Actor) -> Any:
    """Requests that wait for a decision in the shops where the actor is a lead, what runs out first on top."""
    rows = list_cases(by).filter(held_in(by, LEADS), kind__in=KINDS_OF_MONEY, state=State.ASKED)
    return rows.order_by(F("next_due").asc(nulls_last=True), "pk")


def with_reasons(cases: Sequence[Case], step: str, by: Actor, now: dt.datetime) -> list[Waiting]:
    """The cases with what stands against the step for this person."""
    situations = read_situations(cases, now=now, actor=by)
    return [
        Waiting(case, situations[case.pk].more["standing"], why_not(case, step_called(step, type(case)), situations[case.pk], by))
        for case in cases
        if "standing" in situations[case.pk].more
    ]


def to_pay(by: Actor) -> Any:
    """Approvals that wait for their payout in the shops where the actor may pay, the oldest first."""
    return register_rows(by, roles=PAYERS, state=RegisterState.TO_PAY).order_by("decided_at", "pk")


def to_decide(by: Actor) -> QuerySet[Any]:
    """Requests of others that wait for a lead's decision, for the rail."""
    rows = Case.objects.for_actor(by).filter(held_in(by, LEADS), kind__in=KINDS_OF_MONEY, state=State.ASKED)
    return rows.exclude(requests__asked_by=by.user_id)


def waits_for_payout(by: Actor) -> QuerySet[Any]:
    """Approved requests that nobody has paid, and those of which a person must find out, for the rail."""
    parked = Q(requests__approval__transfer__status__in=[Transfer.Status.PARKED, Transfer.Status.LATE])
    rows = Case.objects.for_actor(by).filter(held_in(by, PAYERS), Q(state=State.TO_PAY) | parked, kind__in=KINDS_OF_MONEY)
    return rows.distinct()


def invoices_to_issue(by: Actor) -> Any:
    """Complete invoices in the shops where the actor issues them, what runs out first on top."""
    rows = list_cases(by).filter(held_in(by, ISSUERS), kind=Invoice.KIND, state=InvoiceState.TO_ISSUE)
    return rows.select_related("order__shop").order_by(F("next_due").asc(nulls_last=True), "pk")


def invoice_of(case_id: int, by: Actor) -> tuple[Case, InvoiceFacts]:
    """An invoice with its facts, for a page. Raises NotFound outside the person's shops and for other kinds."""
    case = Case.objects.for_actor(by).select_related("order__buyer", "order__shop").filter(pk=case_id, kind=Invoice.KIND).first()
    if case is None:
        raise NotFound
    return case, InvoiceFacts.objects.select_related("issued_by").get(case=case)


def newest_requests(cases: QuerySet[Any]) -> QuerySet[Request]:
    """The version in force of each refund, with its case, decision and payout; by case."""
    rows = Request.objects.filter(case__in=cases).order_by("case_id", "-seq").distinct("case_id")
    return rows.select_related("case", "asked_by", "ending", "approval__decided_by", "approval__payout")


def asked_just_now(order: Order, given: Any, *, by: Actor, now: dt.datetime) -> Request | None:
    """The same request by the same person some minutes ago, if it still stands. Raises Malformed for a request that cannot be read."""
    wish = read_wish(given)
    lines = [{"line": line, "amount": str(amount)} for line, amount in sorted(wish.lines.items())]
    same = {
        "lines": lines,
        "freight": wish.freight,
        "beyond": wish.beyond,
        "beyond_kind": wish.beyond_kind,
        "reason": wish.reason,
        "payee_channel": wish.channel,
    }
    rows = Request.objects.filter(order=order, asked_by=by.user_id, asked_at__gte=now - MOMENT, ending__isnull=True, **same)
    return rows.select_related("case").order_by("-pk").first()


def versions_of(case: Case) -> QuerySet[Request]:
    """Every version of a request with what became of it, the newest first."""
    rows = Request.objects.filter(case=case).select_related(
        "asked_by", "send_back__by", "ending__by", "approval__decided_by", "approval__power_of", "approval__payout__paid_by"
    )
    return rows.order_by("-seq")


def is_set_aside(request: Request) -> bool:
    """Whether the order's counters hold the request's money: neither ended nor paid."""
    approval = getattr(request, "approval", None)
    return not hasattr(request, "ending") and not (approval is not None and hasattr(approval, "payout"))
