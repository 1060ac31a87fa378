"""Opening a closed case again, with a reason: in the state that it was closed from, with its clocks and tasks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.advance import locked_as_seen, refuse_bad_version
from casework.actions.apply import Move, facts_of, settle_case, write_case
from casework.actions.deadlines import DeadlinePlan, due_of, ends_after, left_of, task_span
from casework.actions.deeds import about_case, text_of
from casework.actions.door import concerns, door
from casework.actions.journal import Entry, write_journal
from casework.actions.moves import go_on
from casework.actions.open_case import open_parent, tell_of_child
from casework.actions.tell_owner import tell_owner
from casework.actions.traces import put_back
from casework.actions.ways_back import REOPEN, ROLE, newest, others_like, reopening_of
from casework.models import Case, Deadline, Journal, Task
from casework.registry import own_clock
from casework.situation import Situation, read_situations
from casework.workflow import Clock, back_to
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, NotAllowed, StepRefused
from orders.models import User
from orders.roles import AGENTS


def reopen(case_id: int, *, note: Any, by: Actor, at: dt.datetime | None = None, version: int | None = None) -> Case:
    """Open a closed case again; the note says why. It counts again as the one open case of its kind about its subject.

    Raises NotFound, Malformed, Stale (409), NotAllowed (403), StepRefused (422, every reason).
    """
    now, why = at or wall_clock(), text_of(note, "note")
    refuse_bad_version(version)
    if not why:
        raise Malformed(_("Write why; this step needs a note."), code="note_required", field="note")
    with door(by, now):
        concerns(step=REOPEN)
        case = locked_as_seen(case_id, version, by)
        entry = _allowed(case, by)
        _leave_what_is_over(case)
        above = open_parent(case.parent_id, type(case), by, now) if case.parent_id else None
        situation = read_situations([case], now=now, actor=by)[case.pk]
        before = case.owner_id
        again = _open(case, situation, entry)
        changed = {"before": {"owner": before}, "after": {"owner": case.owner_id}} if case.owner_id != before else {}
        write_journal([Entry(case, situation, REOPEN, source=entry.to_state, note=why, own=again, **changed)])
        if case.owner_id not in (None, by.user_id):
            tell_owner(case, "reopened", at=now)
        if above is not None:
            tell_of_child(above, case, situation)
        go_on([case], by=by, at=now)
    return case


def _leave_what_is_over(case: Case) -> None:
    """What only gathered cases, and is over, holds none that goes on."""
    if case.parent is not None and case.parent.GATHERS and not case.parent.is_open:
        Case.objects.filter(pk=case.pk).update(parent=None)
        case.parent = None


def _allowed(case: Case, by: Actor) -> Journal:
    """The entry that closed it. Raises NotAllowed, StepRefused."""
    way = reopening_of(case, by, newest(case), others_like(case))
    if way.entry is None or way.reasons:
        is_right = any(each.code == ROLE for each in way.reasons)
        raise about_case(NotAllowed() if is_right else StepRefused(reasons=way.reasons), case)
    return way.entry


def _open(case: Case, at: Situation, entry: Journal) -> dict[str, Any]:
    """What came back with it, for the journal."""
    closed_at = case.closed_at
    assert closed_at is not None  # reopening_of has looked
    move = Move(case, at, REOPEN, case.state, facts_before=facts_of(case))
    back_to(case, entry.from_state)
    settle_case(case, at.now)
    case.version += 1
    _facts_again(case, entry)
    write_case(move)
    again = case.unsay(entry)
    _keep_owner(case, at.actor)
    plan = DeadlinePlan()
    _tasks_again(plan, case, at, closed_at)
    _clocks_again(plan, case, at, closed_at)
    plan.write(at.now)
    return again


def _facts_again(case: Case, entry: Journal) -> None:
    """What its end took away of the facts that go with its state; what else the closing step learnt stays."""
    kept = (entry.before or {}).get("facts", {})
    gone = {name: kept[name] for name in type(case).UNSAID if kept.get(name) and not getattr(case.facts, name)}
    if gone:
        put_back(case.facts, gone)


def _keep_owner(case: Case, by: Actor) -> None:
    """Who had it has it again, when they still work here; else the agent or lead who opens it."""
    had = User.objects.filter(pk=case.owner_id, is_active=True).first() if case.owner_id else None
    if had is None or Actor.of(had, by.channel).role_in(case.shop_id) not in AGENTS:
        case.owner_id = by.user_id if by.role_in(case.shop_id) in AGENTS else None
        Case.objects.filter(pk=case.pk).update(owner=case.owner_id)


def _tasks_again(plan: DeadlinePlan, case: Case, at: Situation, closed_at: dt.datetime) -> None:
    """What was to be done when the case was closed, and nobody did, is to be done again in the time that was left."""
    tasks = list(Task.objects.filter(case=case, done_at=closed_at, done_by=None))
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(done_at=None)
    clocks = {row.kind: row for row in _newest_rows(case)}
    for task in tasks:
        row = clocks.get(task.clock_kind)
        if row is not None:
            due = ends_after(left_of(row, task_span(task, at), at, closed_at), task_span(task, at), at)
            plan.opened.append(_anew(row, due, at))


def _clocks_again(plan: DeadlinePlan, case: Case, at: Situation, closed_at: dt.datetime) -> None:
    """Spans have left what they had when the case was closed; what is an instant from outside stays that instant."""
    rows = {row.kind: row for row in _newest_rows(case)}
    for clock in type(case).CLOCKS:
        if case.state in (*clock.runs_in, *clock.pauses_in):
            _clock_again(plan, clock, rows.get(clock.name), case, at, closed_at)
    for row in rows.values():
        if own_clock(row.kind) is not None and _stood(row, closed_at):
            plan.opened.append(_anew(row, row.due_at, at))


def _clock_again(plan: DeadlinePlan, clock: Clock, row: Deadline | None, case: Case, at: Situation, closed_at: dt.datetime) -> None:
    stood = row is not None and (_stood(row, closed_at) or (row.status == Deadline.Status.FIRED and not clock.then))
    if clock.due is not None or row is None or not stood:
        start = (clock.starts(case, at) if clock.starts else None) or at.now
        due = due_of(clock, case, at, row.started_at if row is not None and stood else start)
        if due is None or (row is not None and not stood and due <= at.now):
            return
        fresh = Deadline(case=case, kind=clock.name, started_at=start, due_at=due, wake_at=due, rule=clock.rule)
    else:
        span = at.policy(clock.lasts)
        left = row.left if row.left is not None else left_of(row, span, at, closed_at)
        fresh = _anew(row, ends_after(left, span, at), at)
        if case.state in clock.pauses_in:
            fresh.status, fresh.paused_at, fresh.pause_reason, fresh.left = Deadline.Status.PAUSED, at.now, case.state, left
    plan.opened.append(fresh)


def _newest_rows(case: Case) -> list[Deadline]:
    """The newest deadline of each name."""
    return list(Deadline.objects.filter(case=case).order_by("kind", "-pk").distinct("kind"))


def _stood(row: Deadline, closed_at: dt.datetime) -> bool:
    """Whether the end of the case stopped it."""
    return row.status == Deadline.Status.MET and row.ended_at == closed_at


def _anew(row: Deadline, due: dt.datetime, at: Situation) -> Deadline:
    return Deadline(case_id=row.case_id, kind=row.kind, started_at=row.started_at, due_at=due, wake_at=due, rule=row.rule)
