"""Reading refunds for those who decide and those who pay. Fixed numbers of queries, whatever the length of a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet, Sum

from casework.actions.offers import Offer, why_not
from casework.models import Case, Evidence, Journal
from casework.reading import CaseView, list_cases, read_case
from casework.situation import Situation, read_situations
from casework.workflow import Guard, Step
from orders.access import Actor
from orders.errors import NotFound, Reason
from orders.models import Line, Order
from orders.roles import LEADS
from refunds.figures import Figures, figures_of, seen_of
from refunds.kinds.refund import PAYERS, Refund, State
from refunds.models import Approval, Payout, Request
from refunds.register import RegisterState, register_rows, shops_with
from refunds.standing import Standing
from refunds.wish import read_wish

QUARTER, YEAR = dt.timedelta(days=90), dt.timedelta(days=365)
# A page of a list; more are on the next one.
PAGE = 50
# As long as somebody may take a request that they sent for one that they did not.
MOMENT = dt.timedelta(minutes=10)


def step_called(name: str) -> Step:
    """A step of the refund by its name."""
    return next(each for each in Refund.steps() if each.name == name)


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
    """Refunds that wait for a decision in the shops where the actor is a lead, what runs out first on top."""
    rows = list_cases(by).filter(kind=Refund.KIND, state=State.ASKED, shop__in=shops_with(by, LEADS))
    return rows.order_by(F("next_due").asc(nulls_last=True), "pk")


def with_reasons(cases: Sequence[Case], step: str, by: Actor, now: dt.datetime) -> list[Waiting]:
    """The cases with what stands against the step for this person."""
    wanted, situations = step_called(step), read_situations(cases, now=now, actor=by)
    return [
        Waiting(case, situations[case.pk].more["standing"], why_not(case, wanted, situations[case.pk], by))
        for case in cases
        if "standing" in situations[case.pk].more
    ]


def to_pay(by: Actor) -> Any:
    """Approvals that wait for their payout in the shops where the actor may pay, the oldest first."""
    return register_rows(by, roles=PAYERS, state=RegisterState.TO_PAY).order_by("decided_at", "pk")


def how_many_wait(by: Actor, now: dt.datetime | None = None) -> int:
    """Requests of others that wait for a lead's decision, for the rail."""
    rows = Case.objects.for_actor(by).filter(kind=Refund.KIND, state=State.ASKED, shop__in=shops_with(by, LEADS))
    return rows.exclude(requests__asked_by=by.user_id).count()


def how_many_to_pay(by: Actor, now: dt.datetime | None = None) -> int:
    """Approved refunds that nobody has paid, for the rail."""
    return Case.objects.for_actor(by).filter(kind=Refund.KIND, state=State.TO_PAY, shop__in=shops_with(by, PAYERS)).count()


@dataclass(frozen=True)
class Check:
    """One guard of a step as the page shows it. `params` fill the sentence for a check that passed."""

    guard: Guard
    passed: bool
    reason: Reason


def checks_of(case: Case, step: str, at: Situation) -> list[Check]:
    """What the step's guards say of this case, one by one."""
    return [Check(each, each.holds(case, at), each.reason(case, at)) for each in step_called(step).guards]


@dataclass(frozen=True)
class BuyerHistory:
    """What the buyer had before, in this shop: yuan and counts, this order included."""

    orders: int = 0
    paid: Decimal = Decimal("0.00")
    since: dt.datetime | None = None
    refunds_quarter: int = 0
    refunded_quarter: Decimal = Decimal("0.00")
    refunds_year: int = 0
    refunded_year: Decimal = Decimal("0.00")


def buyer_history(order: Order, now: dt.datetime) -> BuyerHistory:
    """Earlier orders and refunds that we paid, by the buyer's name in this shop."""
    if order.buyer_id is None:
        return BuyerHistory()
    zero = Decimal("0.00")
    bought = Order.objects.filter(buyer=order.buyer_id).aggregate(
        orders=Count("pk"), paid=Sum("paid", default=zero), since=Min("ordered_at")
    )
    quarter = Q(paid_at__gte=now - QUARTER)
    back = Payout.objects.filter(approval__order__buyer=order.buyer_id, paid_at__gte=now - YEAR).aggregate(
        refunds_year=Count("pk"),
        refunded_year=Sum("amount", default=zero),
        refunds_quarter=Count("pk", filter=quarter),
        refunded_quarter=Sum("amount", filter=quarter, default=zero),
    )
    return BuyerHistory(**bought, **back)


def newest_requests(cases: QuerySet[Any]) -> list[Request]:
    """The version in force of each refund, with its case, decision and payout; by case."""
    rows = Request.objects.filter(case__in=cases).order_by("case_id", "-seq").distinct("case_id")
    return list(rows.select_related("case", "asked_by", "ending", "approval__decided_by", "approval__payout"))


def asked_just_now(order: Order, given: dict[str, Any], *, by: Actor, now: dt.datetime) -> Request | None:
    """The same request by the same person some minutes ago, if it still stands. Raises Malformed for a request that cannot be read."""
    wish = read_wish({name: value for name, value in given.items() if name not in ("case", "order")})
    lines = [{"line": line, "amount": str(amount)} for line, amount in sorted(wish.lines.items())]
    same = {"lines": lines, "freight": wish.freight, "reason": wish.reason, "payee_channel": wish.channel}
    rows = Request.objects.filter(order=order, asked_by=by.user_id, asked_at__gte=now - MOMENT, ending__isnull=True, **same)
    return rows.select_related("case").order_by("-pk").first()


def versions_of(case: Case) -> list[Request]:
    """Every version of a request with what became of it, the newest first."""
    rows = Request.objects.filter(case=case).select_related(
        "asked_by", "send_back__by", "ending__by", "approval__decided_by", "approval__payout__paid_by"
    )
    return list(rows.order_by("-seq"))


@dataclass(frozen=True)
class RequestView:
    """One request in one view: money, evidence, checks, versions, buyer, the way here."""

    view: CaseView
    standing: Standing
    order: Order
    figures: Figures
    seen: str
    versions: list[Request]
    evidence: list[Evidence]
    checks: list[Check]
    buyer: BuyerHistory
    journal: list[Journal]
    earlier: list[Approval]

    @property
    def case(self) -> Any:
        """The refund."""
        return self.view.case

    @property
    def request(self) -> Request:
        """The version in force."""
        return self.standing.request

    @property
    def goods(self) -> Decimal:
        """Yuan of goods in the request."""
        return self.request.amount - self.request.freight

    def offer(self, name: str) -> Offer:
        """The offer of a step."""
        return next(each for each in self.view.offers if each.step.name == name)


def read_request(case_id: int, *, by: Actor, now: dt.datetime) -> RequestView:
    """A refund with everything that a decision needs. Raises NotFound outside the actor's shops, or for another kind of case."""
    view = read_case(case_id, by=by, now=now)
    standing = view.at.more.get("standing")
    if standing is None or view.case.order is None:
        raise NotFound
    order = view.case.order
    lines, versions = list(Line.objects.filter(order=order)), versions_of(view.case)
    return RequestView(
        view=view,
        standing=standing,
        order=order,
        figures=figures_of(order, lines, standing.request, set_aside=is_set_aside(versions[0])),
        seen=seen_of(order, lines),
        versions=versions,
        evidence=evidence_of(view.case, standing.request),
        checks=checks_of(view.case, "approve", view.at),
        buyer=buyer_history(order, now),
        journal=way_here(view.case),
        earlier=earlier_of(view.case),
    )


def is_set_aside(request: Request) -> bool:
    """Whether the order's counters hold the request's money: neither ended nor paid."""
    approval = getattr(request, "approval", None)
    return not hasattr(request, "ending") and not (approval is not None and hasattr(approval, "payout"))


def evidence_of(case: Case, request: Request) -> list[Evidence]:
    """The pictures named in the request and those on the refund and on the case above it."""
    named, above = Q(pk__in=request.evidence, case__order=case.order_id), Q(case__in=[pk for pk in (case.pk, case.parent_id) if pk])
    return list(Evidence.objects.filter(named | above).select_related("case", "uploaded_by").order_by("pk"))


def way_here(case: Case) -> list[Journal]:
    """The last entries of the refund's and its parent's journal, newest first."""
    ids = [pk for pk in (case.pk, case.parent_id) if pk]
    return list(Journal.objects.filter(case__in=ids).select_related("case").order_by("-at", "-pk")[:5])


def earlier_of(case: Case) -> list[Approval]:
    """Other approvals of the same order that hold or were paid, the newest first."""
    rows = Approval.objects.filter(order=case.order_id, request__ending__isnull=True).exclude(request__case=case)
    return list(rows.select_related("payout", "request").order_by("-pk"))
