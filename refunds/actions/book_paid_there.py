"""R2.3 What somebody agreed to on the platform, past the desk: it enters the ledger under its case, and the leads are told that four eyes were walked round.

Set-based, when the platform's list has come in, as follow_platform.py. Where a case of ours is open its steps have the word: finance records the
payout, or the case is closed as refunded by the platform.
"""

from __future__ import annotations

import datetime as dt

from casework.actions.bulk import in_one_pass, insert_from, lock_many, rows_of, temporary, write_entries
from casework.actions.open_many import open_many
from casework.actions.step_many import step_many
from casework.actions.tell_owner import tell_leads
from orders.access import Actor
from refunds.actions.told_there import ITS_DECISION, TOLD
from refunds.kinds.asked_on_platform import WITHOUT_APPROVAL
from refunds.kinds.refund import Refund
from refunds.models import PaidThere

NEW, BOOKED = "agreed_there_new", "agreed_there"
# Paid there by no decision of the platform's, and in our books neither by its number, nor by the payout of a case that answers it.
NOT_BOOKED = f"""
p.shop_id = %(shop)s AND p.is_paid AND p.amount > 0 AND NOT {ITS_DECISION}
AND NOT EXISTS (SELECT FROM casework_ledger l WHERE l.key = 'platform:' || p.shop_id || ':' || p.number)
AND NOT EXISTS (SELECT FROM refunds_payout o JOIN refunds_approval g ON g.id = o.approval_id
                WHERE o.channel = 'platform' AND g.order_id = p.order_id AND o.platform_number = p.number)
AND NOT EXISTS (SELECT FROM refunds_askedthere b JOIN refunds_request q ON q.case_id = b.case_id JOIN refunds_approval g ON g.request_id = q.id
                JOIN refunds_payout o ON o.approval_id = g.id WHERE b.refund_id = p.id AND o.channel = 'platform')
"""
# A refund of ours that is to be paid on the platform and still waits: the payment may be its own.
NONE_WAITS = """
NOT EXISTS (SELECT FROM refunds_request r LEFT JOIN refunds_ending e ON e.request_id = r.id LEFT JOIN refunds_approval g ON g.request_id = r.id
            LEFT JOIN refunds_payout o ON o.approval_id = g.id
            WHERE r.order_id = p.order_id AND r.payee_channel = 'platform' AND e.id IS NULL AND o.id IS NULL)
"""
AS_CASES = f"""
SELECT p.shop_id, p.order_id, 'platform_refund:' || p.id AS subject, '¥' || p.amount AS label, p.id AS refund_id, p.amount, p.status,
       NULL::timestamptz AS requested_at, NULL::timestamptz AS deadline_at, {TOLD} AS facts, NULL::bigint AS case_id
FROM orders_platformrefund p WHERE """
# Never asked here before it was paid. What was paid before the shop's first case is history; what may still be the payment of a refund of ours on the
# platform (one that waits, or one whose number is on no list) is for a person, on the page of reconciliation.
UNKNOWN = f"""
{NOT_BOOKED} AND p.id NOT IN (SELECT refund_id FROM refunds_askedthere WHERE refund_id IS NOT NULL)
  AND coalesce(p.finished_at, p.requested_at) >= (SELECT min(opened_at) FROM casework_case WHERE shop_id = %(shop)s)
  AND {NONE_WAITS}
  AND NOT EXISTS (SELECT FROM refunds_payout o JOIN refunds_approval g ON g.id = o.approval_id JOIN refunds_request r ON r.id = g.request_id
                  WHERE g.order_id = p.order_id AND o.channel = 'platform'
                    AND NOT EXISTS (SELECT FROM orders_platformrefund t WHERE t.order_id = g.order_id AND t.number = o.platform_number AND t.is_paid)
                    AND NOT EXISTS (SELECT FROM refunds_askedthere a JOIN orders_platformrefund t ON t.id = a.refund_id AND t.is_paid
                                    WHERE a.case_id = r.case_id))
"""
# Of several cases that answered it, none of them open, the last; where another refund of the order waits, finance says whose payment it is.
ANSWERED = f"""
SELECT p.id AS refund_id, mine.case_id, {TOLD} AS facts
FROM orders_platformrefund p JOIN (
    SELECT a.refund_id, max(c.id) AS case_id FROM refunds_askedthere a JOIN casework_case c ON c.id = a.case_id
    WHERE c.shop_id = %(shop)s AND c.kind = 'refund' AND a.refund_id IS NOT NULL GROUP BY a.refund_id HAVING bool_and(c.closed_at IS NOT NULL)
) mine ON mine.refund_id = p.id
WHERE {NOT_BOOKED} AND {NONE_WAITS} ORDER BY mine.case_id
"""
PAID = "SELECT count(*) FROM orders_platformrefund WHERE shop_id = %(shop)s AND is_paid"
OF_THEM = "FROM {table} t ORDER BY t.case_id"


def book_paid_there(shop_id: int, *, by: Actor, at: dt.datetime) -> None:
    """Book what was agreed to there without a payout of ours, each once. Inside the door, as the programme."""
    paid = int(rows_of(PAID, shop=shop_id)[0][0])
    with in_one_pass(paid):
        open_as_refunded(UNKNOWN, by=by, at=at, shop=shop_id)
    with in_one_pass(paid):
        found = temporary(BOOKED, ANSWERED, shop=shop_id)
    if not found:
        return
    lock_many(BOOKED)
    insert_from(PaidThere, {"refund_id": "t.refund_id", "case_id": "t.case_id", "at": "%(at)s"}, OF_THEM, BOOKED, at=at)
    write_entries(BOOKED, WITHOUT_APPROVAL, "c.state", "c.state", by=by, at=at)
    tell_leads(BOOKED, WITHOUT_APPROVAL, at=at)


def open_as_refunded(which: str, *, by: Actor, at: dt.datetime, **params: int) -> None:
    """A closed case for each of the platform's refunds (`which` is SQL over `p`) of which we knew nothing: the ledger keeps it there."""
    if temporary(NEW, AS_CASES + which, **params):
        open_many(Refund, NEW, by=by, at=at)
        step_many(Refund, "refunded_there", NEW, by=by, at=at)
