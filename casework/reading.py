"""Reading cases for those who look: lists and the whole case, for page, API and admin alike. Fixed numbers of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, DateTimeField, Exists, OuterRef, QuerySet, Subquery

from casework.actions.offers import Offer, offers
from casework.actions.ways_back import WayBack, ask_step_back, newest, others_like, reopening_of, step_back_of
from casework.models import Case, Deadline, Evidence, Journal, Task, UploadLink, Watch
from casework.models.case import CaseQuerySet
from casework.photos.checklist import Line, checklist
from casework.situation import Situation, read_situations
from orders.access import Actor
from orders.errors import NotFound
from orders.together import Reading

RUNNING = Deadline.RUNNING


@dataclass(frozen=True)
class CaseView:
    """A case with all that stands around it, as somebody sees it."""

    case: Case
    at: Situation
    offers: list[Offer]
    tasks: Collection[Task]

    @property
    def deadlines(self) -> list[Deadline]:
        """Running, paused and parked deadlines, the first to run out first."""
        running = [each for each in self.at.deadlines if each.status in (*RUNNING, Deadline.Status.PAUSED)]
        return sorted(running, key=lambda each: (each.status == Deadline.Status.PAUSED, each.due_at))

    @property
    def evidence(self) -> list[Evidence]:
        """The pictures on the case."""
        return self.at.evidence

    @property
    def checklist(self) -> list[Line]:
        """The pictures that the chapter asks for, there or missing."""
        return checklist(self.case, self.at)

    def ask_ways(self) -> Reading[tuple[WayBack, WayBack]]:
        """The way a step back and the way to open it again, to be read with other parts of a page."""
        yield self.newest, self.others
        back = yield from ask_step_back(self.case, self.at, self.at.actor, self.newest, self.others)
        return back, self.reopening

    @cached_property
    def step_back(self) -> WayBack:
        """Whether the last step can be taken back; queries of its own."""
        return step_back_of(self.case, self.at, self.at.actor, self.newest)

    @cached_property
    def reopening(self) -> WayBack:
        """Whether the closed case can be opened again; queries of its own."""
        return reopening_of(self.case, self.at.actor, [] if self.case.is_open else self.newest, self.others)

    @cached_property
    def newest(self) -> Sequence[Journal]:
        """The newest entries of the timeline; a query of its own."""
        return newest(self.case)

    @cached_property
    def others(self) -> Sequence[Case]:
        """The open case that stands in the way of opening this one again; a query of its own."""
        others: Sequence[Case] = others_like(self.case)
        return others

    @property
    def here(self) -> list[Offer]:
        """The steps that start at this state, allowed or refused with their reasons."""
        return [each for each in self.offers if each.starts_here]


def read_case(case_id: int, *, by: Actor, now: dt.datetime) -> CaseView:
    """The case as the actor sees it. Raises NotFound outside their shops."""
    mine = Watch.objects.filter(case=OuterRef("pk"), user=by.user_id)
    rows = Case.objects.for_actor(by).select_related("shop", "order__buyer", "owner", "parent").annotate(is_watched=Exists(mine))
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise NotFound
    case.surroundings = situation = read_situations([case], now=now, actor=by)[case.pk]
    # Read when somebody asks for them, or with the other parts of a page.
    tasks: Any = Task.objects.filter(case=case).select_related("done_by")
    return CaseView(case, situation, offers(case, situation, by), tasks)


def links_of(case: Case) -> QuerySet[UploadLink]:
    """The links that were sent to the customer, newest first, with `photos`, how many came by each."""
    links: Any = UploadLink.objects.filter(case=case).select_related("created_by")
    return links.annotate(photos=Count("evidence")).order_by("-pk")


def timeline(case: Case) -> QuerySet[Journal]:
    """The case's journal, oldest first."""
    return Journal.objects.filter(case=case).select_related("actor").order_by("at", "pk")


def list_cases(by: Actor) -> CaseQuerySet:
    """The actor's cases with `next_due`, the instant that runs out first."""
    due = Deadline.objects.filter(case=OuterRef("pk"), status__in=RUNNING).order_by("due_at").values("due_at")[:1]
    rows: Any = Case.objects.for_actor(by).select_related("order__buyer", "shop", "owner")
    return rows.annotate(next_due=Subquery(due, output_field=DateTimeField()))
