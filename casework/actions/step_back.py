"""Taking the last step back: state, facts, clocks and tasks stand again as the step found them, and the journal has a row more."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.actions.advance import locked_as_seen, refuse_bad_version
from casework.actions.apply import Move, facts_of, settle_case, write_case
from casework.actions.deadlines import DeadlinePlan, plan_instants
from casework.actions.deeds import about_case, text_of
from casework.actions.door import concerns, door
from casework.actions.journal import Entry, write_journal
from casework.actions.moves import go_on
from casework.actions.sweep import fire_case
from casework.actions.tell_owner import forget_news
from casework.actions.traces import clocks_again, put_back
from casework.actions.ways_back import NOT_YOURS, STEP_BACK, newest, step_back_of
from casework.models import Case, Journal, Task
from casework.situation import Situation, read_situations
from casework.workflow import back_to
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import NotAllowed, StepRefused


def step_back(case_id: int, *, by: Actor, at: dt.datetime | None = None, version: int | None = None, note: Any = "") -> Case:
    """Take the last step of a case back: who took it within `undo_within`, a lead later, and nobody once something happened outside.

    What ran out before `at` fires first. Raises NotFound, Malformed, Stale (409), NotAllowed (403), StepRefused (422, every reason).
    """
    now, words = at or wall_clock(), text_of(note, "note")
    refuse_bad_version(version)
    fire_case(case_id, by=by, at=now)
    with door(by, now):
        concerns(step=STEP_BACK)
        case = locked_as_seen(case_id, version, by)
        situation = read_situations([case], now=now, actor=by)[case.pk]
        entry = _allowed(case, situation, by)
        own = {"entry": entry.pk, "taken_back": entry.step} | _put_back(case, situation, entry)
        write_journal([Entry(case, situation, STEP_BACK, source=entry.to_state, note=words, own=own)])
        forget_news([case], by)
        # What it would have been told of while it stood elsewhere.
        go_on([case], by=by, at=now)
    return case


def _allowed(case: Case, at: Situation, by: Actor) -> Journal:
    """The entry of the step. Raises NotAllowed, StepRefused."""
    way = step_back_of(case, at, by, newest(case))
    if way.entry is None or way.reasons:
        is_right = NOT_YOURS in way.reasons
        refusal = NotAllowed(NOT_YOURS.text, code=NOT_YOURS.code, reasons=way.reasons) if is_right else StepRefused(reasons=way.reasons)
        raise about_case(refusal, case)
    return way.entry


def _put_back(case: Case, at: Situation, entry: Journal) -> dict[str, Any]:
    """What came back beside the case, for the journal."""
    assert entry.before is not None  # way.entry without reasons against it
    move = Move(case, at, STEP_BACK, case.state, facts_before=facts_of(case))
    back_to(case, entry.from_state)
    settle_case(case, at.now)
    case.version += 1
    if case.facts is not None:
        put_back(case.facts, entry.before["facts"])
    write_case(move)
    again = case.unsay(entry)
    _tasks(entry, at)
    _clocks(case, entry, at)
    return again


def _tasks(entry: Journal, at: Situation) -> None:
    """What the step asked for and nobody did is pointless; what it made pointless is to be done again."""
    assert entry.before is not None
    assert entry.after is not None
    Task.objects.filter(pk__in=entry.after["tasks"], done_at=None).update(done_at=at.now)
    Task.objects.filter(pk__in=entry.before["tasks"], done_by=None).update(done_at=None)


def _clocks(case: Case, entry: Journal, at: Situation) -> None:
    """To the second as if the step had not been taken: nothing begins anew, and what would have run out meanwhile runs out now. What is an
    instant from outside stands as it is told by now."""
    assert entry.before is not None
    plan = DeadlinePlan()
    plan.moved = clocks_again(entry.before["clocks"])
    stood = {each.pk for each in plan.moved}
    for each in at.deadlines:
        if each.pk not in stood:
            plan.stop(each, at.now)
    plan.write(at.now)
    at.deadlines = plan.moved
    moved = DeadlinePlan()
    plan_instants(moved, case, at)
    moved.write(at.now)
