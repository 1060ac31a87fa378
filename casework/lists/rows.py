"""Rows of today and the queue: a case in two lines, with what to do next and what runs out first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from casework import clocks
from casework.actions.offers import offers
from casework.lists.queues import GROUPS, OVERDUE, TURN, what_next
from casework.models import Case, Deadline
from casework.reading import CaseView
from casework.situation import Situation, read_situations
from casework.wording import clock_label, is_platform, news_words
from casework.workflow import Category
from orders.access import Actor

TAIL = 4


@dataclass(frozen=True)
class Row:
    """One case of a list. `clock` is what runs out first, `paused` when it stands still."""

    case: Case
    bucket: int
    todo: str
    clock: Deadline | None
    clock_name: str
    is_platform: bool
    now: dt.datetime
    by: Actor

    @property
    def is_changed(self) -> bool:
        """Whether others did something on it since the reader last looked (queues.grouped); what they never opened has no mark."""
        return bool(getattr(self.case, "is_changed", False))

    @property
    def mark(self) -> str:
        """The class and symbol of the row: overdue, or whose turn it is."""
        if self.bucket in (OVERDUE, TURN):
            return "overdue" if self.bucket == OVERDUE else Category.OPEN if self.case.category != Category.LEAD else Category.LEAD
        return str(self.case.category)

    @property
    def mark_words(self) -> str:
        """What the symbol says."""
        return str(GROUPS[OVERDUE] if self.mark == "overdue" else Category(self.mark).label)

    @property
    def clock_adds(self) -> str:
        """The name of its clock; "" where the state or what is to be done says it already."""
        return "" if any(self.clock_name in each for each in (self.todo, str(self.case.state_label))) else self.clock_name

    @property
    def is_late(self) -> bool:
        """Whether its clock has run out."""
        return self.bucket == OVERDUE

    @property
    def news(self) -> list[str]:
        """What the owner has not seen yet."""
        return news_words(self.case)

    @property
    def amount(self) -> str:
        """What the case is about, when that is money."""
        return self.case.subject_label if self.case.subject_label.startswith("¥") else ""

    @property
    def left(self) -> str:
        """What is left, in words; of a paused clock what will be left."""
        if self.clock is None:
            return ""
        if self.clock.left is not None:
            return clocks.length(self.clock.left)
        return clocks.left(self.clock.due_at, self.now)

    @property
    def tone(self) -> str:
        """The class of the clock."""
        return clocks.tone(self.clock.due_at, self.now) if self.clock else ""

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands still."""
        return self.clock is not None and self.clock.status == Deadline.Status.PAUSED

    @property
    def order_tail(self) -> str:
        """The last digits of the order number, by which people tell orders apart."""
        return self.case.order.number[-TAIL:] if self.case.order else ""

    @property
    def is_mine(self) -> bool:
        """Whether the reader owns it."""
        return self.case.owner_id is not None and self.case.owner_id == self.by.user_id


def rows_of(cases: Sequence[Any], *, by: Actor, now: dt.datetime) -> list[Row]:
    """The rows of cases of a grouped list; the same number of queries for one and for a hundred."""
    situations = read_situations(cases, now=now, actor=by) if cases else {}
    return [_row(case, situations[case.pk], by, now) for case in cases]


def _row(case: Any, at: Situation, by: Actor, now: dt.datetime) -> Row:
    view = CaseView(case, at, offers(case, at, by) if case.is_open else [], at.open_tasks)
    first = next(iter(view.deadlines), None)
    kind = type(case)
    return Row(
        case=case,
        bucket=case.bucket,
        todo=what_next(view, by.role_in(case.shop_id)).words,
        clock=first,
        clock_name=clock_label(kind, first.kind, at.open_tasks) if first else "",
        is_platform=first is not None and is_platform(kind, first),
        now=now,
        by=by,
    )
