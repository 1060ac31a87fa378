"""Findings and their cases: what no longer stands ends, what stands gets its case, and cases that lost their reason close or tell their owner.

Shared by the detector (a few parcels that something was just told of) and the nightly job (a shop). `scope` is SQL over the parcel `p` that
says which; the caller holds the locks of those parcels and their orders. Everything is set-based, from finding to case, journal and deadline.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.actions.bulk import execute, in_one_pass, lock_many, rows_of, temporary, write_entries
from casework.actions.open_many import open_many
from casework.actions.step_many import step_many
from casework.actions.tell_owner import tell_many
from casework.models import Case
from casework.registry import KINDS
from logistics.waiting import KIND, SINCE, SUBJECT, TRAVELS
from orders.access import Actor
from orders.roles import SYSTEM

# The kinds of case that findings open: there is no record at all, or it stands still somewhere.
NO_RECORD, STALLED = "no_record", "stalled"
OVER, WAITING, NEW, KNOWN, STOPPED, FREED, SETTLED = (
    "findings_over",
    "findings_waiting",
    "findings_new",
    "findings_known",
    "cases_stopped",
    "cases_freed",
    "cases_settled",
)

# A finding stands while its parcel waits for the same thing and nothing moved since, or no place was told of after the code that told of it.
SAME = f"({KIND} = f.kind AND (f.kind = 'no_record' OR f.since >= {SINCE}))"
STANDS = f"({TRAVELS} AND ({SAME} OR f.code NOT IN ('', 'abort') AND f.since >= coalesce(p.moved_at, p.last_event_at, f.since)))"
ENDING = f"""
SELECT f.id AS finding_id, f.case_id, p.courier_id, p.region_id, CASE
    WHEN p.delivered_at IS NOT NULL THEN 'delivered'
    WHEN p.back_at IS NOT NULL THEN 'back'
    WHEN p.stage = 'voided' THEN 'voided'
    WHEN p.returning_at IS NOT NULL AND f.kind <> 'returning' THEN 'returning'
    WHEN p.stage = 'returned' THEN 'back'
    WHEN NOT p.is_awaited AND p.returning_at IS NULL THEN 'not_awaited'
    ELSE 'moved' END AS reason
FROM logistics_finding f JOIN logistics_parcel p ON p.id = f.parcel_id WHERE f.ended_at IS NULL AND {{scope}} AND NOT {STANDS}
"""
END = "UPDATE logistics_finding f SET ended_at = %(at)s FROM {table} t WHERE f.id = t.finding_id"

# What the journal says of a finding.
TOLD = (
    """jsonb_strip_nulls(jsonb_build_object('finding', f.kind, 'since', f.since, 'norm_hours', f.norm_hours, 'code', nullif(f.code, '')))"""
)
# Somebody closed its case, and it stands all the same: after one more norm, a day at least, it is told anew. What was made good is not.
IS_CASELESS = """(f.case_id IS NULL OR EXISTS (
    SELECT FROM casework_case k WHERE k.id = f.case_id AND k.closed_at <= %(at)s - greatest(make_interval(hours => f.norm_hours), interval '1 day')
        AND k.state NOT IN ('resent', 'refunded')))"""
CASELESS = f"""
SELECT f.id AS finding_id, f.parcel_id, f.kind AS finding, f.since AS finding_since, f.norm_hours, {TOLD} AS facts
FROM logistics_finding f JOIN logistics_parcel p ON p.id = f.parcel_id WHERE f.ended_at IS NULL AND {IS_CASELESS} AND {{scope}}
"""
# The open incidents of the parcel of `w`.
INCIDENTS = "logistics_incidentfacts i JOIN casework_case c ON c.id = i.case_id AND c.closed_at IS NULL"
# A parcel with an open incident gets no second case for a finding. Of two findings at once the first opens the case.
OPENING = f"""
SELECT DISTINCT ON (s.parcel_id) s.*, w.finding_id, w.finding, w.finding_since, w.norm_hours,
       CASE w.finding WHEN 'no_record' THEN 'no_record' ELSE 'stalled' END AS kind, w.facts, NULL::bigint AS case_id
FROM {WAITING} w JOIN ({SUBJECT.replace("{which}", f"p.id IN (SELECT parcel_id FROM {WAITING})")}) s ON s.parcel_id = w.parcel_id
WHERE NOT EXISTS (SELECT FROM {INCIDENTS} WHERE i.parcel_id = w.parcel_id) ORDER BY s.parcel_id, w.finding_since, w.finding_id
"""
OF_KIND = "SELECT * FROM {table} WHERE kind = %(kind)s"
# Whatever else has no case has that of its parcel's incident: one about the standstill itself before any other.
LINKING = f"""
SELECT DISTINCT ON (w.finding_id) w.finding_id, w.finding, w.finding_since, w.norm_hours, w.facts, c.id AS case_id
FROM {WAITING} w JOIN ({INCIDENTS}) ON i.parcel_id = w.parcel_id WHERE NOT EXISTS (SELECT FROM {NEW} n WHERE n.finding_id = w.finding_id)
ORDER BY w.finding_id, c.kind = ANY(%(kinds)s) DESC, c.id
"""
LINK = "UPDATE logistics_finding f SET case_id = t.case_id FROM {table} t WHERE f.id = t.finding_id AND t.case_id IS NOT NULL"
# A case about the standstill itself says what was seen last, whoever opened it.
SEEN = """
UPDATE logistics_incidentfacts i SET finding = t.finding, finding_since = t.finding_since, norm_hours = t.norm_hours
FROM {table} t JOIN casework_case c ON c.id = t.case_id WHERE i.case_id = t.case_id AND c.kind = ANY(%(kinds)s)
"""
STOPPING = """
SELECT DISTINCT c.id AS case_id, '{"news": "stands_still_again"}'::jsonb AS facts FROM {table} t JOIN casework_case c ON c.id = t.case_id
WHERE c.kind = %(kind)s AND c.state = 'moves_again'
"""

# Somebody has touched a case `c` who owns it, wrote in its journal, or did anything on it.
TOUCHED = """(c.owner_id IS NOT NULL
    OR EXISTS (SELECT FROM casework_journal j WHERE j.case_id = c.id AND j.actor_id IS NOT NULL)
    OR EXISTS (SELECT FROM casework_contactattempt a WHERE a.case_id = c.id)
    OR EXISTS (SELECT FROM casework_evidence e WHERE e.case_id = c.id)
    OR EXISTS (SELECT FROM casework_task k WHERE k.case_id = c.id AND k.done_by_id IS NOT NULL))"""
# A case that lost its last finding.
FREEING = f"""
SELECT DISTINCT ON (c.id) c.id AS case_id, c.kind, t.reason, t.courier_id, t.region_id, {TOUCHED} AS touched
FROM {{table}} t JOIN casework_case c ON c.id = t.case_id
WHERE c.closed_at IS NULL AND c.id NOT IN (SELECT case_id FROM logistics_finding WHERE ended_at IS NULL AND case_id IS NOT NULL)
ORDER BY c.id, t.finding_id
"""
SOME = """
SELECT case_id, jsonb_build_object('news', reason) AS facts FROM {table}
WHERE kind = %(kind)s AND reason = %(reason)s AND touched = %(touched)s
"""
# Nothing is left to do about a case that nobody has touched; a parcel that is back goes on by its own chapter (follow_back.py), and one whose
# waybill is cancelled is looked at in any case.
ENDS_BY_ITSELF = {"moved": "moved_by_itself", "not_awaited": "order_finished"}


def end_findings(scope: str, *, at: dt.datetime, **params: Any) -> int:
    """End the findings whose reason is gone; how many. They stay in the temporary table OVER for settle_cases."""
    temporary(OVER, ENDING.replace("{scope}", scope), "finding_id", **params)
    return execute(END, OVER, at=at)


def has_ending(scope: str, **params: Any) -> bool:
    """Whether any finding has lost its reason; cheap, for the many pushes that tell of nothing new."""
    return bool(rows_of(f"SELECT EXISTS ({ENDING.replace('{scope}', scope)})", **params)[0][0])


def open_for_findings(scope: str, *, by: Actor, at: dt.datetime, **params: Any) -> tuple[int, int]:
    """Give each standing finding its case: a new one, or the open incident of its parcel, which gets an entry. How many of each."""
    kinds = [name for name in (STALLED, NO_RECORD) if name in KINDS]
    opened = updated = 0
    waiting = temporary(WAITING, CASELESS.replace("{scope}", scope), "parcel_id", at=at, **params)
    with in_one_pass(waiting):
        is_new = temporary(NEW, OPENING)
    if is_new:
        opened = sum(_open(KINDS[name], by, at) for name in kinds)
    if waiting > opened and temporary(KNOWN, LINKING, "finding_id", kinds=kinds):
        lock_many(KNOWN)
        write_entries(KNOWN, "found", "c.state", "c.state", by=by, at=at)
        execute(SEEN, KNOWN, kinds=kinds)
        updated = execute(LINK, KNOWN)
        _stop_again(by, at)
    return opened, updated


def _open(kind: type[Case], by: Actor, at: dt.datetime) -> int:
    table = f"{NEW}_{kind.KIND}"
    if not temporary(table, OF_KIND.replace("{table}", NEW), "finding_id", kind=kind.KIND):
        return 0
    open_many(kind, table, by=by, at=at)
    return execute(LINK, table)


def _stop_again(by: Actor, at: dt.datetime) -> None:
    """A case that says "moving again" of a parcel that stands still anew begins anew, and its owner is told."""
    if STALLED in KINDS and temporary(STOPPED, STOPPING.replace("{table}", KNOWN), kind=STALLED):
        step_many(KINDS[STALLED], "stands_still_again", STOPPED, by=by, at=at)
        tell_many(STOPPED, at=at)


def settle_cases(*, by: Actor, at: dt.datetime) -> None:
    """Of the cases that lost their last finding: one that nobody touched closes by itself, of another the owner is told (L3.3)."""
    if temporary(FREED, FREEING.replace("{table}", OVER)):
        lock_many(FREED)
        for kind, reason, touched in rows_of("SELECT DISTINCT kind, reason, touched FROM {table} ORDER BY kind, reason, touched", FREED):
            if kind in (STALLED, NO_RECORD) and kind in KINDS and reason != "delivered":
                temporary(SETTLED, SOME.replace("{table}", FREED), kind=kind, reason=reason, touched=touched)
                _settle(KINDS[kind], reason, touched, by, at)


def _settle(kind: type[Case], reason: str, touched: bool, by: Actor, at: dt.datetime) -> None:
    if reason in ENDS_BY_ITSELF and not touched:
        step_many(kind, ENDS_BY_ITSELF[reason], SETTLED, by=by, at=at)
    elif reason == "moved":
        step_many(kind, "moves_again", SETTLED, by=by, at=at)
        tell_many(SETTLED, "moves_again", at=at)
    else:
        _tell(by, at)


def _tell(by: Actor, at: dt.datetime) -> None:
    tell_cases(SETTLED, by=by, at=at)


def tell_cases(table: str, *, by: Actor, at: dt.datetime) -> None:
    """An entry in the timeline of each case of the table, and news for the owners."""
    write_entries(table, "parcel_told", "c.state", "c.state", by=by, at=at)
    tell_many(table, at=at)


# Which step the arrival of a parcel brings about: one that we sent is with the customer, one that the customer sent is with us.
ARRIVALS = {"delivered": False, "return_delivered": True}
# Cases of parcels that have arrived, of kinds that know what follows.
ARRIVED = """
SELECT c.id AS case_id, c.kind, '{"news": "delivered"}'::jsonb AS facts
FROM logistics_parcel p JOIN logistics_incidentfacts i ON i.parcel_id = p.id JOIN casework_case c ON c.id = i.case_id
WHERE p.delivered_at IS NOT NULL AND (p.is_return OR p.back_at IS NULL OR p.back_at < p.delivered_at)
    AND c.closed_at IS NULL AND c.kind = ANY(%(kinds)s) AND p.is_return = %(is_return)s AND {scope}
"""
# An open task or child keeps a case open over the arrival of its parcel; its owner is told once.
STILL_OPEN = """
SELECT t.case_id, t.facts FROM {table} t JOIN casework_case c ON c.id = t.case_id
WHERE c.closed_at IS NULL AND NOT EXISTS (SELECT FROM casework_journal j WHERE j.case_id = c.id AND j.step = 'parcel_told' AND j.facts ->> 'news' = 'delivered')
"""


def close_delivered(scope: str, *, by: Actor, at: dt.datetime, **params: Any) -> None:
    """A delivered parcel ends its open incidents, a customer's that we signed for is to be inspected; a case over which a task or child
    stands open is told instead."""
    for step, is_return in ARRIVALS.items():
        kinds = [name for name, kind in KINDS.items() if any(each.name == step and SYSTEM in each.by for each in kind.steps())]
        arrived = ARRIVED.replace("{scope}", scope)
        params |= {"is_return": is_return}
        found = {kind for (kind,) in rows_of(f"SELECT DISTINCT kind FROM ({arrived}) a", kinds=kinds, **params)} if kinds else set()
        for name in sorted(found):
            _arrive(KINDS[name], step, arrived, params, by=by, at=at)


def _arrive(kind: type[Case], step: str, arrived: str, params: dict[str, Any], *, by: Actor, at: dt.datetime) -> None:
    temporary("cases_arrived", arrived, kinds=[kind.KIND], **params)
    step_many(kind, step, "cases_arrived", by=by, at=at)
    if params["is_return"]:
        return
    if temporary(SETTLED, STILL_OPEN.replace("{table}", "cases_arrived")):
        _tell(by, at)
    hold_remedies("cases_arrived", by=by, at=at)


# What is under way in place of a parcel that the customer has after all.
INSTEAD = """
SELECT k.id AS case_id, k.kind, '{"news": "original_signed"}'::jsonb AS facts FROM {table} t JOIN casework_case k ON k.parent_id = t.case_id
WHERE k.closed_at IS NULL
    AND NOT EXISTS (SELECT FROM casework_journal j WHERE j.case_id = k.id AND j.step = 'parcel_told' AND j.facts ->> 'news' = 'original_signed')
"""


def hold_remedies(table: str, *, by: Actor, at: dt.datetime) -> None:
    """The owners of the remedies below the cases of the table are told before goods or money go out twice; a kind that can wait does so
    (step `original_signed`)."""
    if not temporary(SETTLED, INSTEAD.replace("{table}", table)):
        return
    lock_many(SETTLED)
    for kind in KINDS.values():
        if any(step.name == "original_signed" for step in kind.steps()):
            step_many(kind, "original_signed", SETTLED, by=by, at=at)
    _tell(by, at)
