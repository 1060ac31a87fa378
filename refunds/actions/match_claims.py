"""Matching what couriers' statements pay to open claims, by waybill, for a whole shop in a fixed number of statements (L13.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from casework.actions.bulk import insert_from, lock_many, rows_of, temporary, write_entries
from casework.actions.door import as_programme, door
from casework.actions.step_many import step_many
from casework.actions.tell_owner import tell_many
from casework.models import Case
from orders.access import Actor
from refunds.kinds.courier_claim import CourierClaim
from refunds.kinds.courier_claim.states import CLAIMED, State
from refunds.models.statement import Recovery

LOCK_SPACE = 0x636C6D  # "clm": advisory locks of matching, one key a shop
# News for the owner: it is to be decided how it goes on.
PAID_IN_PART = "claim_paid_in_part"
OPEN, ASKED, MATCHED = "claims_open", "claims_asked", "claims_matched"
PAID, IN_PART, MORE = "claims_paid", "claims_paid_in_part", "claims_paid_more"

# Claims for whose parcel a line waits. Of all of them it is known whom a line may mean; `is_asked` says which may be paid now.
CLAIMS = """
SELECT c.id AS case_id, %(cases)s::bigint[] IS NULL OR c.id = ANY(%(cases)s::bigint[]) AS is_asked,
       p.waybill, l.courier_id AS of_loss, p.courier_id AS of_parcel, f.amount - f.received AS due
FROM casework_case c JOIN refunds_claimfacts f ON f.case_id = c.id JOIN logistics_loss l ON l.id = f.loss_id JOIN logistics_parcel p ON p.id = l.parcel_id
WHERE c.shop_id = %(shop)s AND c.kind = 'courier_claim' AND c.state = ANY(%(states)s) AND p.waybill IN (
    SELECT s.waybill FROM refunds_statementline s WHERE s.shop_id = %(shop)s AND s.settled_at IS NULL)
"""
# A line pays the one open claim of its waybill; of several the one that is due for exactly as much. Lines that would pay more than is due
# wait for a person.
PAIRS = f"""
WITH pairs AS (
    SELECT s.id AS line_id, o.case_id, o.is_asked, s.amount, s.paid_on, o.due, count(*) OVER every AS claims,
           count(*) FILTER (WHERE o.due = s.amount) OVER every AS exact
    FROM refunds_statementline s JOIN {OPEN} o ON o.waybill = s.waybill AND (s.courier_id IS NULL OR s.courier_id IN (o.of_loss, o.of_parcel))
    WHERE s.shop_id = %(shop)s AND s.settled_at IS NULL AND NOT EXISTS (SELECT FROM refunds_recovery r WHERE r.line_id = s.id)
    WINDOW every AS (PARTITION BY s.id)
), sums AS (
    SELECT line_id, case_id, due, sum(amount) OVER (PARTITION BY case_id ORDER BY paid_on NULLS LAST, line_id) AS upto
    FROM pairs WHERE is_asked AND (claims = 1 OR exact = 1 AND due = amount)
)
SELECT line_id, case_id FROM sums WHERE upto <= due
"""
SHOPS = """
SELECT DISTINCT s.shop_id FROM refunds_statementline s JOIN logistics_parcel p ON (p.shop_id, p.waybill) = (s.shop_id, s.waybill)
JOIN logistics_loss l ON l.parcel_id = p.id JOIN refunds_claimfacts f ON f.loss_id = l.id JOIN casework_case c ON c.id = f.case_id
WHERE s.settled_at IS NULL AND c.state = ANY(%(states)s) AND NOT EXISTS (SELECT FROM refunds_recovery r WHERE r.line_id = s.id) ORDER BY s.shop_id
"""
DUE = "CASE c.state WHEN 'accepted' THEN coalesce(f.accepted, f.amount) ELSE f.amount END"
MOVED = """
SELECT DISTINCT c.id AS case_id, jsonb_build_object('received', f.received::text) AS facts
FROM {table} m JOIN casework_case c ON c.id = m.case_id JOIN refunds_claimfacts f ON f.case_id = c.id WHERE c.closed_at IS NULL AND {which}
"""
# A further part, by which the claim goes no further: an entry without a step.
STILL = "SELECT t.case_id, t.facts FROM {table} t JOIN casework_case c ON c.id = t.case_id WHERE c.state = %(partly)s"


def match_claims(shop_id: int, *, by: Actor, at: dt.datetime, cases: Collection[int] | None = None) -> int:
    """Let lines that wait pay the shop's open claims, and move these on; how many lines paid one. As the programme, whoever imports or opens.

    Of `cases`, which the caller has just opened and locked, alone: no other order is waited for, and where somebody else is matching this is
    left to the sweep.
    """
    about = {"shop": shop_id, "states": [each.value for each in CLAIMED], "cases": None if cases is None else list(cases)}
    with door(by, at), as_programme(by, at) as programme:
        if not _is_our_turn(shop_id, may_wait=cases is None) or not temporary(OPEN, CLAIMS, **about):
            return 0
        temporary(ASKED, f"SELECT case_id FROM {OPEN} WHERE is_asked")
        lock_many(ASKED)
        # As they stand now that nobody else moves them.
        temporary(OPEN, CLAIMS, **about)
        matched = temporary(MATCHED, PAIRS, shop=shop_id)
        if matched:
            columns = {"case_id": "case_id", "direction": "'in'", "line_id": "line_id", "amount": "0.01", "at": "%(at)s"}
            insert_from(Recovery, columns, "FROM {table} ORDER BY line_id", MATCHED, at=at)
            move_on(MATCHED, by=programme, at=at)
    return matched


def match_what_waits(*, by: Actor, at: dt.datetime) -> int:
    """Match in every shop where an open claim's waybill has a line that waits, however the two have come together; how many lines paid one."""
    shops = [shop for (shop,) in rows_of(SHOPS, states=[each.value for each in CLAIMED])]
    return sum(match_claims(shop, by=by, at=at) for shop in shops)


def claims_opened(sender: Any, *, cases: Sequence[Case], by: Actor, at: dt.datetime, **_: Any) -> None:
    """What a statement has paid already for claims that somebody has just opened by hand."""
    for shop_id in sorted({each.shop_id for each in cases}):
        match_claims(shop_id, by=by, at=at, cases=[each.pk for each in cases if each.shop_id == shop_id])


def _is_our_turn(shop_id: int, *, may_wait: bool) -> bool:
    """One matches in a shop at a time, until the deed ends."""
    if may_wait:
        rows_of("SELECT pg_advisory_xact_lock(%(space)s, %(shop)s)", space=LOCK_SPACE, shop=shop_id)
        return True
    return bool(rows_of("SELECT pg_try_advisory_xact_lock(%(space)s, %(shop)s)", space=LOCK_SPACE, shop=shop_id)[0][0])


def move_on(table: str, *, by: Actor, at: dt.datetime) -> None:
    """The claims of the temporary table that have got money: paid, or paid in part. `by` is the programme."""
    for name, which in ((PAID, f"f.received >= {DUE}"), (IN_PART, f"f.received < {DUE}")):
        temporary(name, MOVED.replace("{table}", table).replace("{which}", which))
    temporary(MORE, STILL.replace("{table}", IN_PART), partly=State.PARTLY.value)
    step_many(CourierClaim, "paid_in_full", PAID, by=by, at=at)
    step_many(CourierClaim, "paid_in_part", IN_PART, by=by, at=at)
    write_entries(MORE, "paid_in_part", "c.state", "c.state", by=by, at=at)
    tell_many(IN_PART, PAID_IN_PART, at=at)
