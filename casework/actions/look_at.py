"""Looking at a case: when somebody last did, so that the next look shows what is new."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from casework.models import Case
from orders.access import Actor

# Looks that follow one another this closely are one visit: what was new stays marked while somebody works.
VISIT = dt.timedelta(minutes=5)
LOOK = """
INSERT INTO casework_seen (user_id, case_id, at) VALUES (%s, %s, %s)
ON CONFLICT (user_id, case_id) DO UPDATE SET
    before = CASE WHEN excluded.at - casework_seen.at > make_interval(secs => %s) THEN casework_seen.at ELSE casework_seen.before END,
    at = greatest(casework_seen.at, excluded.at)
RETURNING before
"""


def look_at(case: Case, *, by: Actor, at: dt.datetime) -> dt.datetime | None:
    """Keep that the person looks at the case now. The end of their visit before this one; None on their first. One statement."""
    if not by.is_person:
        return None
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [by.user_id, case.pk, at, VISIT.total_seconds()])
        before: dt.datetime | None = cursor.fetchone()[0]
    return before
