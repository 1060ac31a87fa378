"""Opening, stopping, pausing and moving the deadlines of cases that have just moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from casework.models import Case, Deadline, Task
from casework.policies import Span
from casework.registry import TASK_KINDS
from casework.situation import Situation
from casework.workflow import Clock

Status = Deadline.Status
# A deadline that fires later than this after its time is marked late.
PUNCTUAL = dt.timedelta(minutes=5)
# What of a deadline is moved.
MOVED = ["due_at", "wake_at", "status", "paused_at", "pause_reason", "left", "ended_at", "late", "attempts"]


@dataclass
class DeadlinePlan:
    """What has to be written for a batch: grouped, so that the number of statements does not grow."""

    opened: list[Deadline] = field(default_factory=list)
    ended: dict[tuple[Status, bool], list[int]] = field(default_factory=dict)
    settled: list[int] = field(default_factory=list)
    moved: list[Deadline] = field(default_factory=list)

    def write(self, now: dt.datetime) -> None:
        """Write everything."""
        Deadline.objects.filter(pk__in=self.settled).update(status=Status.FIRED)
        for (status, late), ids in self.ended.items():
            Deadline.objects.filter(pk__in=ids).update(status=status, ended_at=now, late=late)
        Deadline.objects.bulk_update(self.moved, MOVED)
        Deadline.objects.bulk_create(self.opened)

    def fire(self, deadline: Deadline, now: dt.datetime, status: Status = Status.FIRED) -> None:
        """Give a deadline its one end; OVER when no step follows and the case stays where it is."""
        self.ended.setdefault((status, now - deadline.due_at > PUNCTUAL), []).append(deadline.pk)

    def stop(self, deadline: Deadline, now: dt.datetime) -> None:
        """The case has moved on: after the deadline ran out, or before (late when the sweep alone had not seen it)."""
        if deadline.status == Status.OVER:
            self.settled.append(deadline.pk)
        else:
            late = deadline.status != Status.PAUSED and deadline.due_at < now
            self.ended.setdefault((Status.MET, late), []).append(deadline.pk)


def plan_clocks(plan: DeadlinePlan, case: Case, at: Situation, source: str | None) -> None:
    """Bring the case's clocks in line with its new state. `source` is the state it left, None when just opened."""
    if at.fired is not None:
        plan.fire(at.fired, at.now)
    for clock in type(case).CLOCKS:
        _plan_clock(plan, clock, case, at, source)
    known = {clock.name for clock in type(case).CLOCKS}
    for deadline in _standing(at) if case.closed_at is not None else ():
        if deadline.kind not in known:
            plan.stop(deadline, at.now)


def plan_instants(plan: DeadlinePlan, case: Case, at: Situation) -> None:
    """Bring what is an instant from outside in line with what stands there now, while the case stays where it is."""
    for clock in type(case).CLOCKS:
        if clock.due is not None:
            _plan_clock(plan, clock, case, at, case.state)


def _standing(at: Situation) -> list[Deadline]:
    return [each for each in at.deadlines if each.status in Deadline.STANDING and each is not at.fired]


def _plan_clock(plan: DeadlinePlan, clock: Clock, case: Case, at: Situation, source: str | None) -> None:
    states = {*clock.runs_in, *clock.pauses_in}
    standing = [each for each in _standing(at) if each.kind == clock.name]
    if case.state not in states:
        for each in standing:
            plan.stop(each, at.now)
    elif not standing:
        _open(plan, clock, case, at, stayed=source in states)
    else:
        _move(plan, clock, standing[0], case, at)


def due_of(clock: Clock, case: Case, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """When the clock runs out if it starts at `start`; None when it does not run for this case."""
    if clock.due is not None:
        return clock.due(case, at, start)
    return at.after(start, at.policy(clock.lasts))


def _open(plan: DeadlinePlan, clock: Clock, case: Case, at: Situation, *, stayed: bool) -> None:
    start = (clock.starts(case, at) if clock.starts else None) or at.now
    due = due_of(clock, case, at, start)
    just_ended = at.fired is not None and (at.fired.kind, at.fired.due_at) == (clock.name, due)
    # A clock begins where the case comes in. While it stays, only an instant from outside makes a new one.
    if due is None or (stayed and (clock.due is None or just_ended)):
        return
    deadline = Deadline(case=case, kind=clock.name, started_at=start, due_at=due, wake_at=due, rule=clock.rule)
    if case.state in clock.pauses_in:
        _pause(deadline, clock, case, at)
    plan.opened.append(deadline)


def _move(plan: DeadlinePlan, clock: Clock, running: Deadline, case: Case, at: Situation) -> None:
    if case.state in clock.pauses_in and running.status == Status.OPEN:
        _pause(running, clock, case, at)
        plan.moved.append(running)
    elif case.state in clock.runs_in and running.status == Status.PAUSED:
        _resume(running, clock, at)
        plan.moved.append(running)
    elif clock.due is not None:
        due = clock.due(case, at, running.started_at)
        if due is None:
            plan.stop(running, at.now)
        elif due != running.due_at:
            _begin_again(running, due)
            plan.moved.append(running)


def _begin_again(deadline: Deadline, due: dt.datetime) -> None:
    """The instant was moved from outside: what ran out or was parked runs again."""
    deadline.due_at = deadline.wake_at = due
    deadline.status, deadline.ended_at, deadline.late, deadline.attempts = Status.OPEN, None, False, 0


def _pause(deadline: Deadline, clock: Clock, case: Case, at: Situation) -> None:
    """Stop the clock while somebody else has the word; what is left is counted in the clock's own time."""
    left = left_of(deadline, at.policy(clock.lasts), at, at.now)
    deadline.status = Status.PAUSED
    deadline.paused_at, deadline.pause_reason, deadline.left = at.now, case.state, left


def _resume(deadline: Deadline, clock: Clock, at: Situation) -> None:
    deadline.status = Status.OPEN
    deadline.due_at = deadline.wake_at = ends_after(deadline.left or dt.timedelta(), at.policy(clock.lasts), at)
    deadline.paused_at, deadline.pause_reason, deadline.left = None, "", None


def left_of(deadline: Deadline, span: Span, at: Situation, since: dt.datetime) -> dt.timedelta:
    """What was left of a span at an instant, in its own time; below zero by how much it was over."""
    if span.working and deadline.due_at > since:
        return at.calendar.working(at.policy("working_hours")).between(since, deadline.due_at)
    return deadline.due_at - since


def ends_after(left: dt.timedelta, span: Span, at: Situation) -> dt.datetime:
    """When what is left of a span is over, counted from now."""
    if span.working and left > dt.timedelta():
        return at.calendar.working(at.policy("working_hours")).add(at.now, left)
    return at.now + left


def plan_tasks(plan: DeadlinePlan, tasks: Sequence[Task], at: Situation) -> None:
    """Each task has its own deadline (S7.1), a question that of its kind."""
    for task in tasks:
        due = at.after(at.now, task_span(task, at))
        plan.opened.append(
            Deadline(
                case_id=task.case_id,
                kind=task.clock_kind,
                started_at=at.now,
                due_at=due,
                wake_at=due,
                rule=task.rule if task.kind in TASK_KINDS else "S7.1",
            )
        )


def task_span(task: Task, at: Situation) -> Span:
    """How long a task may take."""
    question = TASK_KINDS.get(task.kind)
    span: Span = at.policy(question.lasts if question else "platform_task_within")
    return span
