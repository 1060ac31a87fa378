"""Matching what couriers' statements pay to open claims, by waybill, for a whole shop in a fixed number of statements (L13.1)."""

from __future__ import annotations

import datetime as dt

from casework.actions.bulk import insert_from, lock_many, rows_of, temporary, write_entries
from casework.actions.door import as_programme, door
from casework.actions.step_many import step_many
from casework.actions.tell_owner import tell_many
from orders.access import Actor
from refunds.kinds.courier_claim import CourierClaim
from refunds.kinds.courier_claim.states import CLAIMED, State
from refunds.models.statement import Recovery

LOCK_SPACE = 0x636C6D  # "clm": advisory locks of matching, one key a shop
# News for the owner: it is to be decided how it goes on.
PAID_IN_PART = "claim_paid_in_part"
OPEN, MATCHED, PAID, IN_PART, MORE = "claims_open", "claims_matched", "claims_paid", "claims_paid_in_part", "claims_paid_more"

# Claims for whose parcel a line waits.
CLAIMS = """
SELECT c.id AS case_id, p.waybill, l.courier_id AS of_loss, p.courier_id AS of_parcel, f.amount - f.received AS due
FROM casework_case c JOIN refunds_claimfacts f ON f.case_id = c.id JOIN logistics_loss l ON l.id = f.loss_id JOIN logistics_parcel p ON p.id = l.parcel_id
WHERE c.shop_id = %(shop)s AND c.kind = 'courier_claim' AND c.state = ANY(%(states)s) AND p.waybill IN (
    SELECT s.waybill FROM refunds_statementline s WHERE s.shop_id = %(shop)s AND s.settled_at IS NULL)
"""
# A line pays the one open claim of its waybill; of several the one that is due for exactly as much. Lines that would pay more than is due
# wait for a person.
PAIRS = f"""
WITH pairs AS (
    SELECT s.id AS line_id, o.case_id, s.amount, s.paid_on, o.due, count(*) OVER every AS claims,
           count(*) FILTER (WHERE o.due = s.amount) OVER every AS exact
    FROM refunds_statementline s JOIN {OPEN} o ON o.waybill = s.waybill AND (s.courier_id IS NULL OR s.courier_id IN (o.of_loss, o.of_parcel))
    WHERE s.shop_id = %(shop)s AND s.settled_at IS NULL AND NOT EXISTS (SELECT FROM refunds_recovery r WHERE r.line_id = s.id)
    WINDOW every AS (PARTITION BY s.id)
), sums AS (
    SELECT line_id, case_id, due, sum(amount) OVER (PARTITION BY case_id ORDER BY paid_on NULLS LAST, line_id) AS upto
    FROM pairs WHERE claims = 1 OR exact = 1 AND due = amount
)
SELECT line_id, case_id FROM sums WHERE upto <= due
"""
DUE = "CASE c.state WHEN 'accepted' THEN coalesce(f.accepted, f.amount) ELSE f.amount END"
MOVED = """
SELECT DISTINCT c.id AS case_id, jsonb_build_object('received', f.received::text) AS facts
FROM {table} m JOIN casework_case c ON c.id = m.case_id JOIN refunds_claimfacts f ON f.case_id = c.id WHERE c.closed_at IS NULL AND {which}
"""
# A further part, by which the claim goes no further: an entry without a step.
STILL = "SELECT t.case_id, t.facts FROM {table} t JOIN casework_case c ON c.id = t.case_id WHERE c.state = %(partly)s"


def match_claims(shop_id: int, *, by: Actor, at: dt.datetime) -> int:
    """Let lines that wait pay the shop's open claims, and move these on; how many lines paid one. As the programme, whoever imports or opens."""
    with door(by, at), as_programme(by, at) as programme:
        rows_of("SELECT pg_advisory_xact_lock(%(space)s, %(shop)s)", space=LOCK_SPACE, shop=shop_id)
        if not temporary(OPEN, CLAIMS, shop=shop_id, states=[each.value for each in CLAIMED]):
            return 0
        lock_many(OPEN)
        # As they stand now that nobody else moves them.
        temporary(OPEN, CLAIMS, shop=shop_id, states=[each.value for each in CLAIMED])
        matched = temporary(MATCHED, PAIRS, shop=shop_id)
        if matched:
            columns = {"case_id": "case_id", "direction": "'in'", "line_id": "line_id", "amount": "0.01", "at": "%(at)s"}
            insert_from(Recovery, columns, "FROM {table} ORDER BY line_id", MATCHED, at=at)
            move_on(MATCHED, by=programme, at=at)
    return matched


def move_on(table: str, *, by: Actor, at: dt.datetime) -> None:
    """The claims of the temporary table that have got money: paid, or paid in part. `by` is the programme."""
    for name, which in ((PAID, f"f.received >= {DUE}"), (IN_PART, f"f.received < {DUE}")):
        temporary(name, MOVED.replace("{table}", table).replace("{which}", which))
    temporary(MORE, STILL.replace("{table}", IN_PART), partly=State.PARTLY.value)
    step_many(CourierClaim, "paid_in_full", PAID, by=by, at=at)
    step_many(CourierClaim, "paid_in_part", IN_PART, by=by, at=at)
    write_entries(MORE, "paid_in_part", "c.state", "c.state", by=by, at=at)
    tell_many(IN_PART, PAID_IN_PART, at=at)
