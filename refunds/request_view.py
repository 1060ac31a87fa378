"""One request in one view: money, evidence, checks, versions, buyer, the way here. A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from casework.actions.offers import Offer
from casework.models import Case, Evidence, Journal
from casework.photos.gallery import Shown, ask_gallery
from casework.reading import CaseView, read_case
from casework.situation import Situation
from casework.workflow import Guard
from orders.access import Actor
from orders.errors import NotFound, Reason
from orders.models import Line, Memo, Order, PlatformRefund
from orders.together import answers, read_together
from refunds.asking.concerned import pictures_of
from refunds.asking.draft import Draft
from refunds.asking.figures import Figures, figures_of, seen_of
from refunds.asking.simulation import Simulation, simulate
from refunds.books.paid_beside import paid_beside
from refunds.buyer import BuyerHistory, ask_history
from refunds.models import Approval, Request
from refunds.reading import is_set_aside, step_called, versions_of
from refunds.signals import Signals, ask_signals
from refunds.standing import Standing

# So many memos, the newest ones.
MEMOS = 3


@dataclass(frozen=True)
class Check:
    """One guard of a step as the page shows it. `params` fill the sentence for a check that passed."""

    guard: Guard
    passed: bool
    reason: Reason


def checks_of(case: Case, step: str, at: Situation) -> list[Check]:
    """What the step's guards say of this case, one by one."""
    return [Check(each, each.holds(case, at), each.reason(case, at)) for each in step_called(step, type(case)).guards]


@dataclass(frozen=True)
class RequestView:
    """One request in one view: money, evidence, checks, versions, buyer, the way here."""

    view: CaseView
    standing: Standing
    order: Order
    figures: Figures
    seen: str
    versions: list[Request]
    evidence: list[Shown]
    checks: list[Check]
    buyer: BuyerHistory
    signals: Signals
    journal: list[Journal]
    earlier: list[Approval]
    memos: list[Memo]
    # What the platform has paid of the order past our refunds.
    beside: list[PlatformRefund]
    # What a yes would do, as of now.
    simulation: Simulation

    @property
    def case(self) -> Any:
        """The refund."""
        return self.view.case

    @property
    def request(self) -> Request:
        """The version in force."""
        return self.standing.request

    @property
    def earlier_amount(self) -> Decimal:
        """Yuan of the order's other approvals that hold or were paid."""
        return sum((each.amount for each in self.earlier), Decimal("0.00"))

    @property
    def left_of_order(self) -> Decimal | None:
        """Yuan that the power used may still approve for the order, this request not yet counted. None: may not approve."""
        mine = self.standing
        return None if mine.limit is None else mine.limit - mine.cumulated + self.request.amount

    @property
    def left_of_day(self) -> Decimal | None:
        """Yuan that the power used may still approve today, this request not yet counted. None: may not approve."""
        mine = self.standing
        return None if mine.day_limit is None else mine.day_limit - mine.day_total

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
    pictures, lines, versions = evidence_of(view.case, standing.request), Line.objects.filter(order=order), versions_of(view.case)
    journal, earlier, memos = way_here(view.case), earlier_of(view.case), Memo.objects.filter(order=order).order_by("-at", "-pk")[:MEMOS]
    read_together(pictures, lines, versions, journal, earlier, memos)
    shown, buyer, signals = answers(
        ask_gallery(pictures, by),
        ask_history(order, now, view.case),
        ask_signals(view.case, order, pictures, by=by, now=now, policies=view.at.policies),
    )
    figures = figures_of(order, list(lines), standing.request, set_aside=is_set_aside(versions[0]))
    return RequestView(
        view=view,
        standing=standing,
        order=order,
        figures=figures,
        seen=seen_of(order, list(lines)),
        versions=list(versions),
        evidence=shown,
        checks=checks_of(view.case, "approve", view.at),
        buyer=buyer,
        signals=signals,
        journal=list(journal),
        earlier=list(earlier),
        beside=paid_beside([order.pk]).get(order.pk, []),
        simulation=simulate(order, figures, Draft.of(standing.request), above=view.case.parent, before=versions[0], at=now),
        memos=list(memos),
    )


def evidence_of(case: Case, request: Request) -> QuerySet[Evidence]:
    """The pictures named in the request and those on the refund and on the case above it."""
    named = pictures_of(case.order_id, case.parent_id).filter(pk__in=request.evidence).values("pk")
    here = Q(case__in=[pk for pk in (case.pk, case.parent_id) if pk])
    return Evidence.objects.filter(Q(pk__in=named) | here).order_by("pk")


def way_here(case: Case) -> QuerySet[Journal]:
    """The last entries of the refund's and its parent's journal, newest first."""
    ids = [pk for pk in (case.pk, case.parent_id) if pk]
    rows: QuerySet[Journal] = Journal.objects.filter(case__in=ids).select_related("case").order_by("-at", "-pk")[:3]
    return rows


def earlier_of(case: Case) -> QuerySet[Approval]:
    """Other approvals of the same order that hold or were paid, the newest first."""
    rows = Approval.objects.filter(order=case.order_id, request__ending__isnull=True).exclude(request__case=case)
    return rows.select_related("payout", "request").order_by("-pk")
