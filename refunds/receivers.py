"""What refunds does when the platform's list comes in: running deadlines follow the platform's own (R2.3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from casework.calendars import Calendar
from casework.models import Deadline
from casework.policies import Policies
from orders.models import Shop

# Deadlines are touched under their case's lock only (casework/actions/locks.py); the import holds its orders already.
LOCK = """
SELECT c.id FROM casework_case c WHERE c.kind = 'refund' AND c.closed_at IS NULL AND c.shop_id = %(shop)s
  AND EXISTS (SELECT 1 FROM orders_platformrefund p WHERE p.order_id = c.order_id)
ORDER BY c.id FOR NO KEY UPDATE
"""
# Changed or newly known platform deadlines of open refund cases; one statement, whatever the number.
FOLLOW = """
WITH theirs AS (
    SELECT DISTINCT ON (c.id) c.id AS case_id, p.deadline_at FROM casework_case c
    JOIN orders_platformrefund p ON p.order_id = c.order_id AND p.is_open AND p.deadline_at IS NOT NULL
    WHERE c.kind = 'refund' AND c.closed_at IS NULL AND c.state <> 'paid' AND c.shop_id = %(shop)s
    ORDER BY c.id, p.deadline_at
), moved AS (
    UPDATE casework_deadline d SET due_at = t.deadline_at, wake_at = t.deadline_at, status = 'open', ended_at = NULL, late = false, attempts = 0
    FROM theirs t
    WHERE d.case_id = t.case_id AND d.kind = 'platform' AND d.status IN ('open', 'over', 'parked') AND d.due_at <> t.deadline_at
)
INSERT INTO casework_deadline (case_id, kind, started_at, due_at, wake_at, status, pause_reason, late, attempts, last_error, rule)
SELECT t.case_id, 'platform', %(at)s, t.deadline_at, t.deadline_at, 'open', '', false, 0, '', 'R2.3' FROM theirs t
WHERE NOT EXISTS (SELECT 1 FROM casework_deadline d WHERE d.case_id = t.case_id AND d.kind = 'platform'
                  AND (d.status IN ('open', 'over', 'parked') OR d.due_at = t.deadline_at))
"""
# What the customer took back on the platform, or what is done there, runs no longer.
STOP = """
UPDATE casework_deadline d SET status = CASE d.status WHEN 'over' THEN 'fired' ELSE 'met' END, ended_at = coalesce(d.ended_at, %(at)s)
FROM casework_case c
WHERE c.id = d.case_id AND c.kind = 'refund' AND c.shop_id = %(shop)s AND d.kind = 'platform' AND d.status IN ('open', 'over', 'parked')
  AND NOT EXISTS (SELECT 1 FROM orders_platformrefund p WHERE p.order_id = c.order_id AND p.is_open AND p.deadline_at IS NOT NULL)
"""


# Our 24 hours count from the customer's request, also where that came to our knowledge after the case was opened.
EARLIER = """
SELECT d.id, min(p.requested_at) FROM casework_deadline d JOIN casework_case c ON c.id = d.case_id
JOIN orders_platformrefund p ON p.order_id = c.order_id AND p.is_open
WHERE c.kind = 'refund' AND c.closed_at IS NULL AND c.shop_id = %(shop)s AND d.kind = 'answer' AND d.status = 'open'
GROUP BY d.id HAVING min(p.requested_at) < min(d.started_at)
"""


def follow_platform_deadlines(sender: Any, *, shop: Shop, at: dt.datetime, **_: Any) -> None:
    """Bring the clocks of open refunds in line with the platform's newest list: its own deadline, and our answer's start."""
    with connection.cursor() as cursor:
        for statement in (LOCK, FOLLOW, STOP):
            cursor.execute(statement, {"shop": shop.pk, "at": at})
        cursor.execute(EARLIER, {"shop": shop.pk})
        _start_earlier(dict(cursor.fetchall()), shop, at)


def _start_earlier(begun: dict[int, dt.datetime], shop: Shop, at: dt.datetime) -> None:
    """Give each deadline its true start; few at a time, since only newly known requests come here."""
    policies, calendar = Policies(at), Calendar()
    span, hours = policies.value("answer_platform_refund", shop.pk), policies.value("working_hours", shop.pk)
    for deadline in Deadline.objects.filter(pk__in=begun):
        deadline.started_at = begun[deadline.pk]
        deadline.due_at = deadline.wake_at = calendar.after(deadline.started_at, span, hours)
        deadline.save(update_fields=["started_at", "due_at", "wake_at"])
