"""What has changed since somebody looked: one cheap question, which every open page asks again and again.

Whatever happens to a case leaves an entry in the journal, so the newest entries of the person's shops are the counter. Their sum, not the
last number: an entry with a lower number may be committed later.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from casework.models import Case, Journal
from casework.wording import REFUSED, actor_words, step_label
from orders.access import SHOPS_OF
from orders.counting import MOST

# So many of the house's entries are looked at, whatever shops they are of.
NEWEST = 200
# Older changes than this no open page waits for; and the partitions of the journal that need not be looked into.
SINCE = dt.timedelta(days=1)
AHEAD = dt.timedelta(hours=1)
PULSE = f"""
WITH shops AS MATERIALIZED ({SHOPS_OF}), newest AS (
    SELECT id, at, shop_id, case_id FROM casework_journal WHERE at BETWEEN %(since)s AND %(until)s ORDER BY id DESC LIMIT {NEWEST}
), mine AS (
    SELECT id, at FROM newest WHERE case_id IS NOT NULL AND shop_id IN (SELECT id FROM shops)
), told AS (
    SELECT n.id, n.count, n.case_id FROM casework_notice n JOIN casework_case c ON c.id = n.case_id
    WHERE n.user_id = %(user)s AND n.read_at IS NULL AND c.shop_id IN (SELECT id FROM shops) ORDER BY n.at DESC, n.id DESC LIMIT {MOST + 1}
)
SELECT (SELECT coalesce(sum(id), 0)::text FROM mine), (SELECT max(at) FROM mine),
       cardinality(ARRAY(SELECT id FROM told)), (SELECT coalesce(sum(id * count), 0)::text FROM told),
       EXISTS (SELECT FROM told WHERE case_id = %(case)s),
       EXISTS (SELECT FROM casework_case c WHERE c.id = %(case)s AND c.shop_id IN (SELECT id FROM shops)),
       (SELECT coalesce(max(j.id), 0) FROM casework_case c JOIN casework_journal j ON j.case_id = c.id
        WHERE c.id = %(case)s AND c.shop_id IN (SELECT id FROM shops) AND j.at BETWEEN %(since)s AND %(until)s)
"""


@dataclass(frozen=True)
class Pulse:
    """How it stands for one person: what their lists and notices are known by, and of the case that they look at its newest entry."""

    lists: str
    lists_at: dt.datetime | None
    unread: int
    notices: str
    # Of the case: whether a notice about it is unread, whether it is of a shop of theirs, and its newest entry of the last day (0 when none).
    is_told: bool
    is_seen: bool
    newest: int


def pulse_of(user_id: int, case_id: int | None, now: dt.datetime) -> Pulse:
    """One query, whose cost does not grow with cases or journal."""
    with connection.cursor() as cursor:
        cursor.execute(PULSE, {"user": user_id, "case": case_id, "since": now - SINCE, "until": now + AHEAD})
        return Pulse(*cursor.fetchone())


# So many deeds are named when a case has changed.
NAMED = 3


def changed_since(case: Case, seen: int) -> list[tuple[str, list[str]]]:
    """Who did what to the case since the entry that somebody saw last, the latest first; what was refused changed nothing."""
    rows = Journal.objects.filter(case=case, pk__gt=seen).exclude(step__startswith=REFUSED).exclude(step="reveal").select_related("actor")
    found: dict[str, list[str]] = {}
    for row in rows.order_by("-pk")[:20]:
        words = found.setdefault(actor_words(row), [])
        label = step_label(type(case), row.step)
        if label not in words and len(words) < NAMED:
            words.append(label)
    return list(found.items())
