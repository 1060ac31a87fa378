"""Taking one step on many cases at once, by the programme: a fixed number of statements for one as for twenty thousand.

The whole effect of a step that is declared `plain` (casework.E010) is the new state, with the clocks that the class says. What advance
does for one case is done here in SQL; a test holds the rows of both against each other. Cases on which more depends (an open task, a
parent or children at the end) and steps that are not plain go through memory, in batches.
"""

from __future__ import annotations

import datetime as dt
import json

from casework.actions.bulk import execute, insert_from, lock_many, rows_of, temporary, write_entries
from casework.actions.door import door
from casework.actions.locks import lock_cases
from casework.actions.moves import finish, take
from casework.actions.offers import reasons_of_rules
from casework.calendars import Calendar
from casework.models import Case, Deadline
from casework.policies import Policies
from casework.situation import read_situations
from casework.workflow import Step, steps_of
from orders.access import Actor

MOVING = "step_many_moving"
BATCH = 500
# Whole sets to look into, not one question a case: right also when the planner knows nothing yet of what this night has written.
CANDIDATES = """
SELECT c.id AS case_id, c.shop_id, c.state AS source, coalesce(to_jsonb(t) -> 'facts', '{}') AS facts, NOT %(plain)s
    OR c.id IN (SELECT case_id FROM casework_task WHERE done_at IS NULL)
    OR {closes} AND (c.parent_id IS NOT NULL OR c.id IN (SELECT parent_id FROM casework_case WHERE closed_at IS NULL AND parent_id IS NOT NULL)) AS alone
FROM {table} t JOIN casework_case c ON c.id = t.case_id WHERE c.kind = %(kind)s AND c.state = ANY(%(sources)s)
"""
MOVE = """
UPDATE casework_case c SET state = %(state)s, category = %(category)s, queue = %(queue)s, closed_at = %(closed_at)s, changed_at = %(at)s,
    version = c.version + 1, snoozed_until = NULL, snoozed_for = '',
    news = CASE WHEN {closes} THEN '{}' ELSE c.news END, news_at = CASE WHEN {closes} THEN NULL ELSE c.news_at END
FROM {table} t WHERE t.case_id = c.id
"""
# A deadline that had run out keeps its end; one that runs still is met, late when the sweep alone had not seen it.
STOP = """
UPDATE casework_deadline d SET status = CASE d.status WHEN 'over' THEN 'fired' ELSE 'met' END,
    ended_at = CASE d.status WHEN 'over' THEN d.ended_at ELSE %(at)s END,
    late = CASE d.status WHEN 'over' THEN d.late ELSE d.status <> 'paused' AND d.due_at < %(at)s END
FROM {table} t WHERE t.case_id = d.case_id AND d.status = ANY(%(standing)s) AND ({closes} OR d.kind = ANY(%(stops)s))
"""
OPEN = """
FROM {table} t JOIN unnest(%(shops)s::bigint[], %(sources)s::text[], %(places)s::int[], %(kinds)s::text[], %(dues)s::timestamptz[], %(rules)s::text[])
    AS d (shop_id, source, place, kind, due, rule) ON d.shop_id = t.shop_id AND d.source = t.source
ORDER BY t.case_id, d.place
"""


def step_many(kind: type[Case], name: str, table: str, *, by: Actor, at: dt.datetime) -> None:
    """Take the step `name` on the cases of the temporary table `table` (column case_id), as the programme.

    What its column `facts` says, where it has one, is kept in the journal.
    A case where the step is not possible, by its state, by a guard or by what stands open in it, stays as it is.
    """
    step = next(each for each in steps_of(kind) if each.name == name)
    assert by.name in step.by
    with door(by, at):
        lock_many(table)
        about = {"kind": kind.KIND, "sources": [each.value for each in step.source], "plain": step.plain}
        if not temporary(MOVING, _for(step, CANDIDATES).replace("{table}", table), **about):
            return
        _through_memory(step, by, at)
        _write_states(step, at)
        _write_deadlines(kind, step, at)
        write_entries(MOVING, step.name, "t.source", "c.state", by=by, at=at)


def _for(step: Step, statement: str) -> str:
    return statement.replace("{closes}", "true" if step.closes else "false")


def _through_memory(step: Step, by: Actor, at: dt.datetime) -> None:
    told = dict(rows_of("SELECT case_id, facts::text FROM {table} WHERE alone ORDER BY case_id", MOVING))
    if not told:
        return
    ids = list(told)
    execute("DELETE FROM {table} WHERE alone", MOVING)
    for batch in (ids[first : first + BATCH] for first in range(0, len(ids), BATCH)):
        cases = [case for pk, case in lock_cases(batch).items() if pk in batch]
        situations = read_situations(cases, now=at, actor=by)
        possible = [case for case in cases if not reasons_of_rules(case, step, situations[case.pk])]
        moves = [take(case, step, situations[case.pk], step.facts.read({})) for case in possible]
        for move in moves:
            move.case.effects.facts |= json.loads(told[move.case.pk])
        finish(moves)


def _write_states(step: Step, at: dt.datetime) -> None:
    assert step.target is not None
    target = step.target
    closed_at = at if target.is_end else None
    execute(
        _for(step, MOVE), MOVING, state=target.value, category=target.category.value, queue=target.queue.value, closed_at=closed_at, at=at
    )


def _write_deadlines(kind: type[Case], step: Step, at: dt.datetime) -> None:
    stops = [clock.name for clock in kind.CLOCKS if step.target not in clock.runs_in]
    execute(_for(step, STOP), MOVING, at=at, standing=list(Deadline.STANDING), stops=stops)
    policies, calendar = Policies(at), Calendar()
    begins = [
        (shop, source.value, place, clock.name, calendar.after(at, policies.value(clock.lasts, shop), policies.value("working_hours", shop)), clock.rule)
        for (shop,) in rows_of("SELECT DISTINCT shop_id FROM {table}", MOVING)
        for place, clock in enumerate(kind.CLOCKS)
        for source in step.source
        if step.target in clock.runs_in and source not in clock.runs_in
    ]  # fmt: skip
    if not begins:
        return
    columns = {"case_id": "t.case_id", "kind": "d.kind", "started_at": "%(at)s", "due_at": "d.due", "wake_at": "d.due", "rule": "d.rule"}
    names = ("shops", "sources", "places", "kinds", "dues", "rules")
    insert_from(
        Deadline, columns, OPEN, MOVING, at=at, **{name: list(each) for name, each in zip(names, zip(*begins, strict=True), strict=True)}
    )
