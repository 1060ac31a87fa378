"""What tracking tells of a parcel after its case was opened: it moves, turns back, or is signed for again. The kinds say what follows (Incident.AFTER_NODES).

These cases hang on no finding, so each new last node is looked at once: the case goes on by itself where nobody is needed, else its owner is told.
`scope` is SQL over the parcel `p` that says which; the caller holds the locks of those parcels, their orders and open cases.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import product
from typing import Any

from casework.actions.bulk import lock_many, rows_of, temporary, write_entries
from casework.actions.step_many import step_many
from casework.actions.tell_owner import tell_many
from casework.registry import KINDS
from casework.workflow import States
from logistics.actions.findings import NO_RECORD, STALLED, TOUCHED, hold_remedies, tell_cases
from logistics.kinds.incident import Incident
from logistics.models import Stage
from orders.access import Actor

TOLD, SOME, HELD = "cases_told", "cases_of_one_kind", "cases_held"
# The last node that tells of a place, where it came after the case was opened and nobody has been told of it yet.
NEWER = f"""
SELECT c.id AS case_id, c.kind, c.state, e.stage, e.id AS node, {TOUCHED} AS touched
FROM logistics_parcel p JOIN logistics_incidentfacts i ON i.parcel_id = p.id JOIN casework_case c ON c.id = i.case_id AND c.closed_at IS NULL
JOIN LATERAL (
    SELECT * FROM logistics_trackingevent e WHERE e.parcel_id = p.id AND e.stage <> '' ORDER BY e.at DESC, e.place DESC, e.id DESC LIMIT 1
) e ON true
WHERE c.kind = ANY(%(kinds)s) AND c.kind || ' ' || e.stage = ANY(%(declared)s) AND {{scope}}
    AND (e.at > c.opened_at OR c.kind = ANY(%(late)s) AND e.received_at > c.opened_at)
    AND NOT EXISTS (SELECT FROM casework_journal j WHERE j.case_id = c.id AND j.facts ->> 'node' = e.id::text)
"""
# What the kinds say that follows: which step where it needs nobody or somebody works on it, and what the owner reads. "" takes no step.
FOLLOWS = """
SELECT n.case_id, n.kind, f.step, f.news, jsonb_build_object('news', f.news, 'node', n.node) AS facts
FROM {table} n JOIN unnest(%(of_kind)s::text[], %(stages)s::text[], %(states)s::text[], %(by_hand)s::boolean[], %(steps)s::text[], %(news)s::text[])
    AS f (kind, stage, state, touched, step, news) ON (f.kind, f.stage, f.state, f.touched) = (n.kind, n.stage, n.state, n.touched)
"""
OF_ONE = "SELECT case_id, facts FROM {table} WHERE kind = %(kind)s AND step = %(step)s AND news = %(news)s"
# An open task or child keeps a case where it is: that it was told is written all the same, or it would be told again and again.
UNTOLD = """
SELECT t.case_id, t.facts FROM {table} t JOIN casework_case c ON c.id = t.case_id WHERE c.closed_at IS NULL
    AND NOT EXISTS (SELECT FROM casework_journal j WHERE j.case_id = t.case_id AND j.facts ->> 'node' = t.facts ->> 'node')
"""
# Cases that the end of the order closes (L0.4), where nobody has touched them.
FINISHED = f"""
SELECT c.id AS case_id, '{{"news": "not_awaited"}}'::jsonb AS facts
FROM casework_case c JOIN logistics_incidentfacts i ON i.case_id = c.id JOIN logistics_parcel p ON p.id = i.parcel_id
WHERE c.kind = %(kind)s AND c.closed_at IS NULL AND NOT p.is_awaited AND {{scope}} AND NOT {TOUCHED}
"""


def kinds_that_follow() -> dict[str, type[Incident]]:
    """The kinds that say what their parcel's further way brings about."""
    return {name: kind for name, kind in KINDS.items() if issubclass(kind, Incident) and kind.AFTER_NODES}


def follow_cases(scope: str, *, by: Actor, at: dt.datetime, **params: Any) -> None:
    """Look at what is new on the parcels of open cases; told again it does nothing. One question when there is nothing new."""
    newer, found = NEWER.replace("{scope}", scope), kinds_that_follow()
    about: dict[str, Any] = {
        "kinds": list(found),
        "declared": [f"{name} {stage.value}" for name, kind in found.items() for after in kind.AFTER_NODES for stage in after.stages],
        "late": [name for name, kind in found.items() if kind.LATE_NODES],
    }
    if not rows_of(f"SELECT EXISTS ({newer})", **about, **params)[0][0]:
        return
    temporary(TOLD, newer, **about, **params)
    temporary(f"{TOLD}_what", FOLLOWS.replace("{table}", TOLD), **_what_follows())
    for kind, step, news in rows_of("SELECT DISTINCT kind, step, news FROM {table} ORDER BY kind, step, news", f"{TOLD}_what"):
        temporary(SOME, OF_ONE.replace("{table}", f"{TOLD}_what"), kind=kind, step=step, news=news)
        lock_many(SOME)
        _follow(kind, step, news, by, at)


@cache
def _what_follows() -> dict[str, list[Any]]:
    """The declarations of the kinds, flat: one row for each stage of a node, state of a case, and whether somebody has touched it."""
    rows = [
        (name, stage.value, state.value, touched, *_first_of(kind, stage, state, touched=touched))
        for name, kind in kinds_that_follow().items()
        for stage, state, touched in product({each for after in kind.AFTER_NODES for each in after.stages}, kind.STATES, (False, True))
        if _first_of(kind, stage, state, touched=touched)
    ]
    names = ("of_kind", "stages", "states", "by_hand", "steps", "news")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def _first_of(kind: type[Incident], stage: Stage, state: States, *, touched: bool) -> tuple[str, ...]:
    """Step and news of the first declaration that fits; nothing where none does. A step that is not possible there is none."""
    for each in kind.AFTER_NODES:
        if stage in each.stages and (not each.states or state in each.states):
            name = each.touched if touched else each.untouched
            possible = name and state in next(step for step in kind.steps() if step.name == name).source
            return (name if possible else "", each.news)
    return ()


def close_finished(scope: str, *, by: Actor, at: dt.datetime, **params: Any) -> None:
    """Close the untouched cases of orders that the platform has finished, where a kind says so (step `order_finished`) and no finding does it."""
    for name, kind in kinds_that_follow().items():
        if any(step.name == "order_finished" for step in kind.steps()) and name not in (NO_RECORD, STALLED):
            temporary(SOME, FINISHED.replace("{scope}", scope), kind=name, **params)
            step_many(kind, "order_finished", SOME, by=by, at=at)


def _follow(kind: str, step: str, news: str, by: Actor, at: dt.datetime) -> None:
    """Take the step, which leaves the entry, and tell the owners of what is still open; without a step, or where it cannot be taken, there is an
    entry alone."""
    if step:
        step_many(KINDS[kind], step, SOME, by=by, at=at)
        tell_many(SOME, news, at=at)
        if temporary(HELD, UNTOLD.replace("{table}", SOME)):
            write_entries(HELD, "parcel_told", "c.state", "c.state", by=by, at=at)
    else:
        tell_cases(SOME, by=by, at=at)
    if news == "signed_again":
        hold_remedies(SOME, by=by, at=at)
