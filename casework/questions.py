"""The short list: what other roles are asked, as each of them sees it. A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from casework import clocks
from casework.lists.queues import held_in
from casework.models import Case, Deadline, Task
from casework.registry import TASK_KINDS, WAYBILLS
from casework.task_kinds import TaskKind
from orders.access import Actor
from orders.models import Order

TAIL = 4


def open_questions(by: Actor) -> QuerySet[Task]:
    """Open questions in the actor's shops, with `due_at`; what runs out first comes first."""
    name = Concat(Value("task_"), Cast(OuterRef("pk"), CharField()))
    due = Deadline.objects.filter(case=OuterRef("case"), kind=name, status__in=Deadline.STANDING).values("due_at")[:1]
    rows = Task.objects.for_actor(by).filter(done_at=None, kind__in=list(TASK_KINDS))
    return (
        rows.annotate(due_at=Subquery(due))
        .select_related("case__order__buyer", "case__shop")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )


def addressed_to(by: Actor) -> Q:
    """Of open questions those that this person may answer: asked of their role in that shop, or of anybody where they are manager."""
    found = Q(pk__in=[])
    for name, kind in TASK_KINDS.items():
        found |= Q(kind=name) & held_in(by, frozenset(kind.answered_by), path="case__shop")
    return found


def waiting(by: Actor) -> QuerySet[Task]:
    """The questions that wait for this person's answer, for the rail."""
    return Task.objects.for_actor(by).filter(addressed_to(by), done_at=None)


@dataclass(frozen=True)
class Asked:
    """A question as its list shows it: what, about which parcel and order, since when and until when."""

    task: Task
    due_at: dt.datetime | None
    waybill: str
    now: dt.datetime

    @property
    def kind(self) -> TaskKind:
        """Its answers."""
        return TASK_KINDS[self.task.kind]

    @property
    def case(self) -> Case:
        """The case that asks."""
        return self.task.case

    @property
    def order(self) -> Order | None:
        """The order that the case is about."""
        return self.task.case.order

    @property
    def order_tail(self) -> str:
        """The last digits of the order number."""
        return self.order.number[-TAIL:] if self.order else ""

    @property
    def buyer(self) -> str:
        """The buyer's id, by which slips are kept (L5.5)."""
        return self.order.buyer.nick if self.order and self.order.buyer else ""

    @property
    def shipped_at(self) -> dt.datetime | None:
        """When the order left us: slips are kept by date."""
        return self.order.shipped_at or self.order.shipped_seen_at if self.order else None

    @property
    def left(self) -> str:
        """What is left to answer."""
        return clocks.left(self.due_at, self.now) if self.due_at else ""

    @property
    def tone(self) -> str:
        """The class of the clock."""
        return clocks.tone(self.due_at, self.now) if self.due_at else ""


def asked_rows(tasks: Sequence[Any], now: dt.datetime) -> list[Asked]:
    """The rows of a list of open_questions, their waybills read at once."""
    ids = [each.case_id for each in tasks]
    waybills = {case_id: waybill for each in WAYBILLS for case_id, waybill in each.of_cases(ids).items()}
    return [Asked(each, each.due_at, waybills.get(each.case_id, ""), now) for each in tasks]
