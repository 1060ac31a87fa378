"""Detection by code: what a provider's node or end of tracking means for us, by the table that a lead may change (DetectionRule)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from casework.actions.bulk import execute, rows_of, temporary
from casework.actions.door import as_programme, door
from casework.actions.open_many import open_many
from casework.registry import KINDS
from logistics.actions.decide_anew import OF_PARCELS, decide_anew
from logistics.actions.findings import (
    NO_RECORD,
    STALLED,
    close_delivered,
    end_findings,
    has_ending,
    open_for_findings,
    settle_cases,
)
from logistics.actions.follow_cases import follow_cases
from logistics.kinds.incident import Found, Incident, blind_kinds, may_be_found
from logistics.waiting import KIND, MOVED_ON, PLACES, SINCE, SUBJECT, TRAVELS
from orders.access import Actor


class Abort(NamedTuple):
    """A provider gave a parcel up, and why."""

    provider: str
    message: str


SCOPE = "p.id = ANY(%(parcels)s)"
OPEN = "detected_cases"

LAST = """NOT EXISTS (
    SELECT FROM logistics_trackingevent n WHERE n.parcel_id = e.parcel_id AND n.stage <> '' AND (n.at, n.place, n.id) > (e.at, e.place, e.id)) AS is_last"""
SAYS = "r.active AND (r.pattern = '' OR e.text ~ r.pattern)"
# Once signed for it stays so; that it moves on all the same may mean that nobody of ours has it (L1).
AFTER_SIGNING = f"""
FROM logistics_trackingevent e JOIN logistics_parcel p ON p.id = e.parcel_id
WHERE {SCOPE} AND p.stage = 'signed' AND e.at > p.delivered_at AND e.stage NOT IN ('', 'signed')
"""
# Every node of these parcels that a rule names, and the ends of tracking, which are no nodes: they stand at the last place known.
# A node is the last word until another tells of a place: remarks behind it leave the parcel where it was. That a locker or station took it in
# for the customer is often written behind the signature, and is no way on.
TOLD = f"""
SELECT e.parcel_id, e.at, e.provider, e.code, e.stage, r.outcome, r.name, {LAST}
FROM logistics_trackingevent e JOIN logistics_parcel p ON p.id = e.parcel_id
JOIN logistics_detectionrule r ON (r.provider, r.code) = (e.provider, e.code) AND {SAYS} WHERE {SCOPE}
UNION ALL
SELECT e.parcel_id, e.at, e.provider, e.code, e.stage, r.outcome, r.name, {LAST}
{AFTER_SIGNING.replace("WHERE", f"JOIN logistics_detectionrule r ON (r.provider, r.code) = (e.provider, '{MOVED_ON}') AND {SAYS} WHERE")}
    AND e.stage IN ('picked_up', 'transit', 'customs', 'delivering', 'returning', 'returned') AND e.text !~ '驿站|代收|自提|柜'
UNION ALL
SELECT p.id, coalesce(p.moved_at, p.last_event_at, p.shipped_at, p.first_seen_at), r.provider, r.code, '', r.outcome, r.name, true
FROM unnest(%(ended)s::bigint[], %(providers)s::text[], %(messages)s::text[]) AS a (parcel_id, provider, message) JOIN logistics_parcel p ON p.id = a.parcel_id
JOIN logistics_detectionrule r ON r.active AND (r.provider, r.code) = (a.provider, 'abort') AND (r.pattern = '' OR a.message ~ r.pattern)
"""
# What stands still has a finding, and by it its case; a cancelled waybill waits for nothing and has its case alone.
BY_FINDING = "t.outcome = 'case' AND t.name = ANY(%(by_finding)s) AND t.stage <> 'voided'"
# A fact is kept once, whenever it was told. That it is new says that what it opens has not been opened before.
FACTS = f"""
INSERT INTO logistics_parcelfact (parcel_id, name, at, provider, code, seen_at)
SELECT DISTINCT ON (parcel_id, name, at) parcel_id, name, at, provider, code, %(at)s FROM (
    SELECT parcel_id, name, at, provider, code FROM ({TOLD}) t WHERE outcome = 'fact' OR outcome = 'case' AND NOT ({BY_FINDING})
    UNION ALL SELECT e.parcel_id, 'moved_after_signing', e.at, e.provider, e.code {AFTER_SIGNING}
) told ORDER BY parcel_id, name, at
ON CONFLICT (parcel_id, name, at) DO NOTHING RETURNING parcel_id, name, at
"""
# A parcel that is late by our norm and of which the courier says so keeps its finding, now by code as well. That it does not move stands
# since the courier first said so.
FINDINGS = f"""
INSERT INTO logistics_finding (parcel_id, kind, since, norm_hours, code, found_at)
SELECT DISTINCT ON (p.id, f.kind) p.id, f.kind, coalesce(CASE WHEN {KIND} = f.kind AND f.kind <> 'not_moving' THEN {SINCE} END, t.at),
       coalesce(logistics_norm_hours(f.kind, p.courier_id, p.region_id), 0), t.code, %(at)s
FROM ({TOLD}) t JOIN logistics_parcel p ON p.id = t.parcel_id
CROSS JOIN LATERAL (SELECT CASE t.outcome WHEN 'finding' THEN t.name ELSE {KIND} END AS kind) f
WHERE t.is_last AND {TRAVELS} AND p.returning_at IS NULL
  AND (t.outcome = 'finding' OR {BY_FINDING} AND (t.name = 'no_record') = (f.kind = 'no_record'))
ORDER BY p.id, f.kind, t.outcome, t.at
ON CONFLICT (parcel_id, kind) WHERE ended_at IS NULL DO UPDATE SET code = EXCLUDED.code WHERE logistics_finding.code = ''
"""
# A finding of outcome "finding" waits for the night; that of a case has its case at once.
AT_ONCE = f"""{SCOPE} AND p.id IN (
    SELECT t.parcel_id FROM ({TOLD}) t WHERE t.is_last AND {BY_FINDING}
)"""
WAITING = f"""
SELECT EXISTS (SELECT FROM logistics_finding f JOIN logistics_parcel p ON p.id = f.parcel_id WHERE f.ended_at IS NULL AND f.case_id IS NULL AND {AT_ONCE})
"""
# A cancelled waybill whose order goes on under a later one is nobody's trouble.
NOT_REPLACED = """(t.stage <> 'voided' OR p.is_awaited AND NOT EXISTS (
    SELECT FROM logistics_parcel_orders a JOIN logistics_parcel_orders b ON b.order_id = a.order_id JOIN logistics_parcel o ON o.id = b.parcel_id
    WHERE a.parcel_id = p.id AND o.id <> p.id AND NOT o.is_return AND o.stage <> 'voided' AND o.first_seen_at >= p.first_seen_at))"""
# What was signed for has one such case, whatever became of it; what turns back has one where no other case sees to the parcel.
ENOUGH = {
    Found.SIGNED: "AND NOT EXISTS (SELECT FROM casework_case c WHERE c.kind = t.name AND c.subject = s.subject)",
    Found.TURNED_BACK: """AND NOT EXISTS (
        SELECT FROM logistics_incidentfacts i JOIN casework_case c ON c.id = i.case_id
        WHERE i.parcel_id = p.id AND c.closed_at IS NULL AND c.kind <> ALL(%(blind)s))""",
}
CASES = f"""
SELECT DISTINCT ON (s.parcel_id) s.*, jsonb_build_object('code', t.code) AS facts, NULL::bigint AS case_id
FROM ({TOLD}) t JOIN unnest(%(new)s::bigint[], %(times)s::timestamptz[]) AS n (parcel_id, at) ON (n.parcel_id, n.at) = (t.parcel_id, t.at)
JOIN logistics_parcel p ON p.id = t.parcel_id JOIN ({SUBJECT.replace("{which}", SCOPE)}) s ON s.parcel_id = t.parcel_id
WHERE t.is_last AND t.outcome = 'case' AND t.name = %(kind)s AND NOT p.is_return AND {NOT_REPLACED} AND {{place}} {{enough}}
ORDER BY s.parcel_id
"""


def detect(parcels: Collection[int], *, by: Actor, at: dt.datetime, aborted: Mapping[int, Abort] = MappingProxyType({})) -> None:
    """See what the events of these parcels mean: keep facts, open cases, begin and end findings, close or tell what moves again.

    Called when their events are merged and summed up, in the same transaction, by who holds the locks of the parcels with their orders and
    open cases; safe to call again, with nothing new it does nothing.
    `aborted` has provider and message for parcels that are followed no longer. By the programme, through the door by which the news came:
    nobody's file makes them the one who acts on the cases, and cases opened here have no owner.
    """
    told: dict[str, Any] = {
        "parcels": list(parcels),
        "ended": list(aborted),
        "providers": [each.provider for each in aborted.values()],
        "messages": [each.message for each in aborted.values()],
        "by_finding": [name for name in (STALLED, NO_RECORD) if name in KINDS],
    }
    with door(by, at), as_programme(by, at) as programme:
        new = rows_of(FACTS, at=at, **told)
        execute(FINDINGS, at=at, **told)
        _open_cases(new, told, programme, at)
        _follow_findings(told, programme, at)
        follow_cases(SCOPE, by=programme, at=at, parcels=told["parcels"])
        close_delivered(SCOPE, by=programme, at=at, parcels=told["parcels"])
        decide_anew(OF_PARCELS, by=programme, at=at, parcels=told["parcels"])


def _open_cases(new: list[tuple[Any, ...]], told: dict[str, Any], by: Actor, at: dt.datetime) -> None:
    """A node that was never told before opens its case, while it is the last. A kind that is not built yet stays a fact."""
    names = {name for _parcel, name, _at in new if may_be_found(KINDS.get(name))}
    for name in sorted(names):
        mine = [(parcel, moment) for parcel, its_name, moment in new if its_name == name]
        fresh = {"new": [parcel for parcel, _at in mine], "times": [moment for _parcel, moment in mine]}
        kind = KINDS[name]
        assert issubclass(kind, Incident)  # may_be_found looked
        cases = CASES.replace("{place}", PLACES[kind.FOUND_WHILE]).replace("{enough}", ENOUGH.get(kind.FOUND_WHILE, ""))
        temporary(OPEN, cases, kind=name, blind=blind_kinds(), **fresh, **told)
        open_many(kind, OPEN, by=by, at=at)


def _follow_findings(told: dict[str, Any], by: Actor, at: dt.datetime) -> None:
    ending = has_ending(SCOPE, parcels=told["parcels"])
    if ending:
        end_findings(SCOPE, at=at, parcels=told["parcels"])
    if rows_of(WAITING, **told)[0][0]:
        open_for_findings(AT_ONCE, by=by, at=at, **told)
    if ending:
        settle_cases(by=by, at=at)
