"""R2.3 The platform has paid what was approved here to go another way: found when its list comes in, set-based, told to owner and finance at once."""

from __future__ import annotations

import datetime as dt

from casework.actions.bulk import insert_from, lock_many, temporary, write_entries
from casework.actions.tell_owner import tell_many
from casework.models import Outbox
from orders.access import Actor

# The journal's step, the news of the owner and the letter to finance.
PAID_THERE = "paid_there"
# Approvals in force of money that is not the platform's to pay and that it has paid all the same, each told once.
FOUND = """
SELECT c.id AS case_id, jsonb_build_object('amount', a.amount::text) AS facts
FROM casework_case c JOIN refunds_request r ON r.case_id = c.id JOIN refunds_approval a ON a.request_id = r.id
WHERE c.shop_id = %(shop)s AND c.state IN ('to_pay', 'paying') AND c.closed_at IS NULL AND r.payee_channel <> 'platform'
  AND NOT EXISTS (SELECT FROM refunds_ending e WHERE e.request_id = r.id) AND NOT EXISTS (SELECT FROM refunds_payout p WHERE p.approval_id = a.id)
  AND (refunds_is_short(r.id) OR refunds_is_paid_there(r.id))
  AND NOT EXISTS (SELECT FROM casework_journal j WHERE j.case_id = c.id AND j.step = 'paid_there' AND j.at >= a.decided_at)
"""
TO_FINANCE = "FROM {table} t ORDER BY t.case_id"


def alarm_paid_there(shop_id: int, *, by: Actor, at: dt.datetime) -> None:
    """Tell owner and finance of each approval that nobody is to pay any more. Inside the door; the import holds the orders."""
    if not temporary(PAID_THERE, FOUND, shop=shop_id):
        return
    lock_many(PAID_THERE)
    write_entries(PAID_THERE, PAID_THERE, "c.state", "c.state", by=by, at=at)
    tell_many(PAID_THERE, PAID_THERE, at=at)
    columns = {
        "topic": "'paid_there'",
        "payload": "jsonb_build_object('case', t.case_id)",
        "created_at": "%(at)s",
        "wake_at": "%(at)s",
    }
    insert_from(Outbox, columns, TO_FINANCE, PAID_THERE, at=at)
