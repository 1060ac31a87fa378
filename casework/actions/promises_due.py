"""Promises of closed cases: their time comes too, and whoever keeps them is told (S1.4). Of an open case their own deadline tells."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from casework.actions.door import door
from casework.actions.journal import Entry, write_journal
from casework.actions.locks import lock_cases
from casework.calendars import Calendar
from casework.models import Deadline, Promise
from casework.policies import Policies
from casework.situation import Situation
from orders.access import Actor
from orders.clock import wall_clock
from orders.roles import AGENTS, LEADS

BATCH = 500
# The end of a case stops the deadline of a promise (met). Told, it has fired: once, and a case that is opened again does not tell once more.
DUE = """
SELECT p.id, p.case_id FROM casework_promise p JOIN casework_case c ON c.id = p.case_id
CROSS JOIN LATERAL (
    SELECT d.status FROM casework_deadline d WHERE d.case_id = p.case_id AND d.kind = 'promise_' || p.id ORDER BY d.id DESC LIMIT 1
) newest
WHERE p.status = 'open' AND p.due_at <= %(at)s AND c.closed_at IS NOT NULL AND newest.status = 'met'
  AND (%(cases)s::bigint[] IS NULL OR p.case_id = ANY (%(cases)s))
ORDER BY p.due_at, p.id
"""
# Who made it and who had the case, where they speak with customers of the shop; the leads where neither does.
TELL = """
INSERT INTO casework_notice (user_id, case_id, what, about, count, at)
WITH here AS (
    SELECT p.id AS promise, p.case_id, u.id AS person, m.role = ANY (%(leads)s) AS leads,
           coalesce(u.id = c.owner_id, false) OR coalesce(u.id = p.made_by_id, false) AS theirs
    FROM casework_promise p JOIN casework_case c ON c.id = p.case_id
    JOIN orders_user u ON u.is_active
    JOIN LATERAL (
        SELECT role FROM orders_membership WHERE user_id = u.id AND (shop_id = c.shop_id OR shop_id IS NULL AND u.all_shops)
        ORDER BY shop_id NULLS LAST LIMIT 1
    ) m ON m.role = ANY (%(agents)s)
    WHERE p.id = ANY (%(promises)s)
)
SELECT person, case_id, 'news', 'promise_due', count(*), %(at)s FROM here
WHERE theirs OR leads AND NOT EXISTS (SELECT FROM here other WHERE other.promise = here.promise AND other.theirs)
GROUP BY person, case_id
ON CONFLICT (user_id, case_id, what, about) WHERE read_at IS NULL
DO UPDATE SET count = casework_notice.count + excluded.count, at = excluded.at, by_id = NULL
"""


def tell_promises_due(*, at: dt.datetime | None = None) -> int:
    """Tell of every open promise of a closed case whose time has come, once; the number. Safe to run anywhere at any time, days late as well."""
    now = at or wall_clock()
    cases = list(dict.fromkeys(case for _promise, case in _due(now)))
    # A case that somebody works on just now is left for the next round.
    return sum(_tell(cases[first : first + BATCH], now) for first in range(0, len(cases), BATCH))


def _due(now: dt.datetime, cases: list[int] | None = None) -> list[tuple[int, int]]:
    """(promise, case) of what is to be told."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"at": now, "cases": cases})
        return [(promise, case) for promise, case in cursor.fetchall()]


def _tell(case_ids: list[int], now: dt.datetime) -> int:
    """One transaction for a batch. What is due is asked again under the locks, so that two rounds at once tell once."""
    with door(Actor.clock(), now):
        cases = lock_cases(case_ids, skip_locked=True)
        due = [promise for promise, _case in _due(now, list(cases))]
        promises = list(Promise.objects.filter(pk__in=due).order_by("due_at", "pk"))
        policies, calendar = Policies(now), Calendar()
        entries = [
            Entry(
                case := cases[each.case_id],
                Situation(now, Actor.clock(), case.shop_id, policies, calendar),
                "overdue",
                source=case.state,
                own={"clock": each.clock_kind, "due_at": each.due_at.isoformat()},
            )
            for each in promises
        ]
        stood = Deadline.objects.filter(case__in=cases, kind__in=[each.clock_kind for each in promises], status=Deadline.Status.MET)
        stood.update(status=Deadline.Status.FIRED)
        write_journal(entries)
        with connection.cursor() as cursor:
            cursor.execute(TELL, {"at": now, "promises": due, "agents": sorted(AGENTS), "leads": sorted(LEADS)})
    return len(due)
