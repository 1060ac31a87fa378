"""Writing what steps have decided, for a whole batch, in grouped statements."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import translation

from casework.actions.deadlines import DeadlinePlan, plan_clocks, plan_tasks
from casework.actions.journal import Entry, owner_taken, write_journal
from casework.actions.tell_owner import forget_news, tell_owners
from casework.actions.traces import after_of, before_of, facts_that_changed
from casework.models import Case, Outbox, Task
from casework.models.case import AWAKE
from casework.situation import Situation


@dataclass
class Move:
    """A case that has taken a step in memory and is to be written."""

    case: Case
    at: Situation
    step: str
    source: str | None
    note: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    facts_before: dict[str, Any] = field(default_factory=dict)
    # How the clocks stood, of a step by hand.
    clocks_before: list[dict[str, Any]] = field(default_factory=list)
    # Nobody had the case; it belongs to this person from now on.
    owner: int | None = None


def settle_case(case: Case, now: dt.datetime) -> None:
    """Set the columns that follow from the state: category, queue, end, time of change. What moves is not laid aside any more."""
    state = case.state_now
    case.category, case.queue = state.category, state.queue
    case.closed_at = now if state.is_end else None
    case.changed_at = now
    case.snoozed_until, case.snoozed_for = None, ""


def write_moves(moves: list[Move]) -> None:
    """Write states, facts, effects, tasks, deadlines, journal and outbox of a batch that has one `now`."""
    if not moves:
        return
    for deed in [deed for move in moves for deed in move.case.effects.deeds]:
        deed()
    _write_states(moves)
    _write_facts(moves)
    write_rows([row for move in moves for row in move.case.effects.rows])
    _write_updates(moves)
    plan = DeadlinePlan()
    _drop_tasks(plan, moves)
    tasks = _write_tasks(moves)
    for move in moves:
        plan_clocks(plan, move.case, move.at, move.source)
        plan_tasks(plan, tasks[move.case.pk], move.at)
    plan.write(moves[0].at.now)
    write_journal([_entry(move, tasks[move.case.pk]) for move in moves])
    _write_outbox(moves)
    forget_news([move.case for move in moves], moves[0].at.actor)
    _tell_owners(moves)


def _entry(move: Move, tasks: list[Task]) -> Entry:
    own = dict(move.case.effects.facts)
    if move.at.fired is not None:
        own |= {"clock": move.at.fired.kind, "due_at": move.at.fired.due_at.isoformat()}
    note = move.note or move.case.effects.words
    left = _left_behind(move, tasks)
    return Entry(move.case, move.at, move.step, source=move.source or "", note=note, facts=move.facts, own=own, **left)


def _left_behind(move: Move, tasks: list[Task]) -> dict[str, Any]:
    """What stands beside the deed: who took the case by it, and, of a step by hand, how it stood before (casework/actions/step_back.py)."""
    case, at, owner = move.case, move.at, owner_taken(move.owner)
    if move.source is None or not at.actor.is_person or "deed" in move.facts:
        return owner
    facts = facts_that_changed(case, move.facts_before)
    before = before_of(case, at, move.clocks_before, facts, case.effects.drops)
    return {"before": owner.get("before", {}) | before, "after": owner.get("after", {}) | after_of(case, at, facts, tasks)}


def _write_states(moves: list[Move]) -> None:
    """One UPDATE per (source, target): the state column is the engine's to write, here and nowhere else."""
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for move in moves:
        case = move.case
        if move.source is not None:
            groups[(case.state, case.category, case.queue, case.closed_at, case.changed_at, move.owner)].append(case.pk)
    for (state, category, queue, closed_at, changed_at, owner), ids in groups.items():
        columns = {"state": state, "category": category, "queue": queue, "closed_at": closed_at, "changed_at": changed_at, **AWAKE}
        columns |= {"owner": owner} if owner else {}
        Case.objects.filter(pk__in=ids).update(**columns, version=F("version") + 1)


def write_case(move: Move) -> None:
    """Write state and facts of one case alone, where clocks and journal are written by another rule."""
    _write_states([move])
    _write_facts([move])


def facts_of(case: Case) -> dict[str, Any]:
    """The facts row's values, to see afterwards what a step changed."""
    if case.facts is None:
        return {}
    return {each.attname: getattr(case.facts, each.attname) for each in case.facts._meta.concrete_fields}


def _write_facts(moves: list[Move]) -> None:
    """Equal changes of equal facts tables are one UPDATE."""
    # A fact may be a list, which is no key: equal is what reads the same.
    groups: dict[tuple[type[models.Model], str], tuple[dict[str, Any], list[int]]] = {}
    for move in moves:
        now = facts_of(move.case)
        changed = {name: value for name, value in now.items() if move.facts_before.get(name) != value}
        if changed and move.source is not None:
            groups.setdefault((type(move.case.facts), repr(changed)), (changed, []))[1].append(move.case.pk)
    for (table, _), (values, ids) in groups.items():
        table._default_manager.filter(pk__in=ids).update(**values)


def write_rows(rows: list[models.Model]) -> None:
    """Rows of the owning app, table by table, in the order in which they were asked for."""
    by_table: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for row in rows:
        by_table[type(row)].append(row)
    for table, its_rows in by_table.items():
        table._default_manager.bulk_create(its_rows)


def _write_updates(moves: list[Move]) -> None:
    """Equal changes of rows of one table are one UPDATE."""
    groups: dict[tuple[type[models.Model], tuple[tuple[str, Any], ...]], list[int]] = defaultdict(list)
    for move in moves:
        for table, pk, columns in (*move.case.effects.updates, *move.case.effects.revisions):
            groups[(table, tuple(columns.items()))].append(pk)
    for (table, values), ids in groups.items():
        table._default_manager.filter(pk__in=ids).update(**dict(values))


def _drop_tasks(plan: DeadlinePlan, moves: list[Move]) -> None:
    """Open tasks that a step made pointless end without a name: nobody did them, and their clocks stop."""
    dropped = [(move, task) for move in moves for task in move.at.open_tasks if task.kind in move.case.effects.drops]
    for move, task in dropped:
        move.case.effects.facts.setdefault("dropped", []).append(task.title)
        for deadline in move.at.deadlines:
            # A case that closes stops all its clocks by itself.
            if deadline.kind == task.clock_kind and move.case.closed_at is None:
                plan.stop(deadline, move.at.now)
    if dropped:
        Task.objects.filter(pk__in=[task.pk for _move, task in dropped]).update(done_at=moves[0].at.now)


def _write_tasks(moves: list[Move]) -> dict[int, list[Task]]:
    """Tasks are written in the shop's language, whoever's deed asks for them."""
    with translation.override(settings.LANGUAGE_CODE):
        asked = [
            Task(
                case=move.case,
                kind=each.kind,
                title=str(each.title),
                text=each.text,
                role=each.role,
                rule=each.rule,
                created_at=move.at.now,
            )
            for move in moves
            for each in move.case.effects.tasks
        ]
    found: dict[int, list[Task]] = defaultdict(list)
    for task in Task.objects.bulk_create(asked):
        found[task.case_id].append(task)
    return found


def _tell_owners(moves: list[Move]) -> None:
    """Whoever did it knows it already."""
    told: dict[str, list[Case]] = defaultdict(list)
    for move in moves:
        is_own = move.at.actor.user_id is not None and move.at.actor.user_id == move.case.owner_id
        for what in () if is_own else move.case.effects.news:
            told[what].append(move.case)
    for what, cases in told.items():
        tell_owners(cases, what, at=moves[0].at.now)


def _write_outbox(moves: list[Move]) -> None:
    Outbox.objects.bulk_create(
        Outbox(topic=topic, payload=payload | {"case": move.case.pk}, created_at=move.at.now, wake_at=move.at.now)
        for move in moves
        for topic, payload in move.case.effects.messages
    )
