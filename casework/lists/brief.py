"""Rows of long lists: what a line shows comes with its case in one query, for twenty cases as for two hundred.

A line knows the state, the clock that runs out first, open tasks and the channels that were not tried. What the next step is and
whether it is allowed needs the whole situation (casework/lists/rows.py); the first screen and the case say it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case as When_
from django.db.models import F, FloatField, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.functions import Extract, JSONObject

from casework.lists.queues import next_task
from casework.lists.rows import Row
from casework.models import Channel, ContactAttempt, Deadline, Task
from casework.models.case import CaseQuerySet
from casework.wording import clock_label, is_platform, words_to_reach
from orders.access import Actor


def with_lines(rows: CaseQuerySet) -> CaseQuerySet:
    """The rows with what their lines show beside them, read for those of the page alone."""
    running = Deadline.objects.filter(case=OuterRef("pk"), status__in=[*Deadline.RUNNING, Deadline.Status.PAUSED])
    paused_last = When_(When(status=Deadline.Status.PAUSED, then=Value(1)), default=Value(0), output_field=IntegerField())
    clock = JSONObject(kind="kind", due_at="due_at", status="status", left=Extract(F("left"), "epoch", output_field=FloatField()))
    tasks = Task.objects.filter(case=OuterRef("pk"), done_at__isnull=True).order_by("pk")
    tried = ContactAttempt.objects.filter(case=OuterRef("pk")).order_by("pk")
    marked: Any = rows.annotate(
        line_clock=Subquery(running.order_by(paused_last, "due_at").annotate(line=clock).values("line")[:1]),
        line_tasks=ArraySubquery(tasks.annotate(line=JSONObject(id="pk", kind="kind", title="title", role="role")).values("line")),
        line_tried=ArraySubquery(tried.values("channel")),
    )
    return marked


def lines_of(cases: Sequence[Any], *, by: Actor, now: dt.datetime) -> list[Row]:
    """The lines of cases of a grouped list that was read with_lines; no query."""
    return [_line(case, by, now) for case in cases]


def _line(case: Any, by: Actor, now: dt.datetime) -> Row:
    kind, clock = type(case), _clock(case.line_clock)
    tasks = [Task(**each) for each in case.line_tasks]
    return Row(
        case=case,
        bucket=case.bucket,
        todo=_todo(case, tasks, by.role_in(case.shop_id)) if case.is_open else "",
        clock=clock,
        clock_name=clock_label(kind, clock.kind, tasks) if clock else "",
        is_platform=clock is not None and is_platform(kind, clock),
        now=now,
        by=by,
    )


def _clock(told: dict[str, Any] | None) -> Deadline | None:
    if told is None:
        return None
    left = dt.timedelta(seconds=told["left"]) if told["left"] is not None else None
    return Deadline(kind=told["kind"], due_at=dt.datetime.fromisoformat(told["due_at"]), status=told["status"], left=left)


def _todo(case: Any, tasks: Sequence[Task], role: str) -> str:
    """What is wanted of this role as far as a line knows: a channel to try (L6.1), or a task."""
    missing = [each for each in Channel if each not in case.line_tried] if case.state in type(case).TRIES_IN else []
    task = next_task(tasks, role)
    return words_to_reach(missing) or (task.title if task else "")
