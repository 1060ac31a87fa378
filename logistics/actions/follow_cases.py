"""What tracking tells of a parcel after its case was opened: a doubtful one moves or turns back, a signed one moves or is signed for again.

These cases hang on no finding, so each new last node is looked at once: the case goes on by itself where nobody is needed, else its owner is told.
`scope` is SQL over the parcel `p` that says which; the caller holds the locks of those parcels, their orders and open cases.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.actions.bulk import lock_many, rows_of, temporary
from casework.actions.step_many import step_many
from casework.actions.tell_owner import tell_many
from casework.registry import KINDS
from logistics.actions.findings import TOUCHED, hold_remedies, tell_cases
from orders.access import Actor

TOLD, SOME = "cases_told", "cases_of_one_kind"
# The last node that tells of a place, where it came after the case was opened and nobody has been told of it yet. A late feed tells of a way that
# lies before the case; of a signature only a new one counts, since the old one is what the case is about.
NEWER = f"""
SELECT c.id AS case_id, c.kind, c.state, e.stage, e.id AS node, {TOUCHED} AS touched
FROM logistics_parcel p JOIN logistics_incidentfacts i ON i.parcel_id = p.id JOIN casework_case c ON c.id = i.case_id AND c.closed_at IS NULL
JOIN LATERAL (
    SELECT * FROM logistics_trackingevent e WHERE e.parcel_id = p.id AND e.stage <> '' ORDER BY e.at DESC, e.place DESC, e.id DESC LIMIT 1
) e ON true
WHERE c.kind = ANY(%(kinds)s) AND {{scope}} AND e.stage NOT IN ('problem', 'voided', 'ordered')
    AND (e.at > c.opened_at OR c.kind = 'doubtful' AND e.received_at > c.opened_at)
    AND NOT EXISTS (SELECT FROM casework_journal j WHERE j.case_id = c.id AND j.facts ->> 'node' = e.id::text)
"""
# What follows: which step where it needs nobody or somebody works on it, and what the owner reads. "" takes no step.
FOLLOWS = """
SELECT n.case_id, n.kind, f.step, f.news, jsonb_build_object('news', f.news, 'node', n.node) AS facts
FROM {table} n CROSS JOIN LATERAL (SELECT
    CASE WHEN n.kind = 'doubtful' THEN
        CASE WHEN n.stage IN ('returning', 'returned') THEN 'turned_back' WHEN n.stage = 'signed' THEN ''
             WHEN n.touched THEN 'moves_again' ELSE 'moved_by_itself' END
    ELSE CASE WHEN n.stage = 'signed' AND (n.state IN ('fetched', 'getting_back') OR NOT n.touched) THEN 'signed_again' ELSE '' END END AS step,
    CASE WHEN n.stage IN ('returning', 'returned') THEN 'returning' WHEN n.stage = 'signed' THEN 'signed_again'
         WHEN n.kind = 'doubtful' THEN 'moves_again' ELSE 'moves_after_signing' END AS news
) f WHERE n.kind <> 'doubtful' OR n.stage IN ('returning', 'returned')
    OR n.stage <> 'signed' AND n.state NOT IN ('redelivery', 'returning', 'moves_again')
"""
OF_ONE = "SELECT case_id, facts FROM {table} WHERE kind = %(kind)s AND step = %(step)s AND news = %(news)s"
FOLLOWED = ("signed_not_received", "doubtful")


def follow_cases(scope: str, *, by: Actor, at: dt.datetime, **params: Any) -> None:
    """Look at what is new on the parcels of open cases; told again it does nothing. One question when there is nothing new."""
    newer = NEWER.replace("{scope}", scope)
    kinds = [name for name in FOLLOWED if name in KINDS]
    if not rows_of(f"SELECT EXISTS ({newer})", kinds=kinds, **params)[0][0]:
        return
    temporary(TOLD, newer, kinds=kinds, **params)
    temporary(f"{TOLD}_what", FOLLOWS.replace("{table}", TOLD))
    for kind, step, news in rows_of("SELECT DISTINCT kind, step, news FROM {table} ORDER BY kind, step, news", f"{TOLD}_what"):
        temporary(SOME, OF_ONE.replace("{table}", f"{TOLD}_what"), kind=kind, step=step, news=news)
        lock_many(SOME)
        _follow(kind, step, news, by, at)


def _follow(kind: str, step: str, news: str, by: Actor, at: dt.datetime) -> None:
    """Take the step, which leaves the entry, and tell the owners of what is still open; without a step there is an entry alone."""
    if step:
        step_many(KINDS[kind], step, SOME, by=by, at=at)
        tell_many(SOME, news, at=at)
    else:
        tell_cases(SOME, by=by, at=at)
    if news == "signed_again":
        hold_remedies(SOME, by=by, at=at)
