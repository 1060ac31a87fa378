"""Notices: read by their person, made for what runs out soon, and cleared away in time."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from casework.actions.heartbeat import beat
from casework.actions.promises_due import tell_promises_due
from casework.actions.snooze import wake_due
from casework.clocks import SOON
from casework.models import Draft, Notice
from casework.notices import notices_of
from casework.policies import Policies
from casework.registry import KINDS, OWN_CLOCKS
from orders.access import Actor
from orders.clock import wall_clock

# So many are kept for a person, and unread ones for so long.
MOST = 200
UNREAD_KEPT = dt.timedelta(days=60)
# Told once a deadline; one that was moved is another instant.
SOON_DUE = """
INSERT INTO casework_notice (user_id, case_id, what, about, count, at)
SELECT c.owner_id, c.id, 'soon', t.about, 1, %(at)s
FROM casework_deadline d JOIN casework_case c ON c.id = d.case_id
CROSS JOIN LATERAL (SELECT d.id || ' ' || to_char(d.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS about) t
WHERE d.status = 'open' AND d.wake_at > %(at)s AND d.wake_at <= %(until)s AND c.owner_id IS NOT NULL
  AND (c.category = 'open' OR (c.kind, d.kind) IN (SELECT * FROM unnest(%(kinds)s::text[], %(clocks)s::text[])) OR split_part(d.kind, '_', 1) = ANY (%(own)s))
  AND NOT EXISTS (SELECT FROM casework_notice n WHERE n.user_id = c.owner_id AND n.case_id = c.id AND n.what = 'soon' AND n.about = t.about)
ON CONFLICT (user_id, case_id, what, about) WHERE read_at IS NULL DO NOTHING
"""
TOO_MANY = """
DELETE FROM casework_notice n USING (
    SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY at DESC, id DESC) AS place FROM casework_notice
) placed WHERE placed.id = n.id AND placed.place > %(most)s
"""


def read_notices(*, by: Actor, at: dt.datetime, case_id: int | None = None) -> int:
    """Mark one's own unread notices as read, of one case or of all; the number. Of others' nothing changes."""
    rows = notices_of(by).filter(read_at__isnull=True)
    return (rows.filter(case=case_id) if case_id is not None else rows).update(read_at=at)


def tell_soon(*, at: dt.datetime | None = None) -> int:
    """Tell owners of the clocks that run out soon while it is our turn, of the platform's and of tasks; each once. The number, in one statement.

    A clock that runs while others have the word needs nobody.
    """
    now = at or wall_clock()
    outside = [(name, clock.name) for name, kind in sorted(KINDS.items()) for clock in kind.CLOCKS if clock.platform]
    about = {"kinds": [kind for kind, _clock in outside], "clocks": [clock for _kind, clock in outside], "own": ["task", *OWN_CLOCKS]}
    with connection.cursor() as cursor:
        cursor.execute(SOON_DUE, {"at": now, "until": now + SOON, **about})
        return int(cursor.rowcount)


def tend(*, at: dt.datetime | None = None) -> int:
    """The round of every minute: what was laid aside comes back, what runs out soon is told, and what was promised in cases that are closed.

    The number of all.
    """
    now = at or wall_clock()
    done = wake_due(at=now) + tell_soon(at=now) + tell_promises_due(at=now)
    beat("tend_notices", now)
    return done


def clear_away(*, at: dt.datetime | None = None) -> int:
    """Delete drafts and read notices after their time, and what is too much of them; the number of rows."""
    now = at or wall_clock()
    policies = Policies(now)
    drafts, _each = Draft.objects.filter(saved_at__lt=now - policies.value("drafts_kept", None).length).delete()
    read, _each = Notice.objects.filter(read_at__lt=now - policies.value("notices_kept", None).length).delete()
    old, _each = Notice.objects.filter(at__lt=now - UNREAD_KEPT).delete()
    with connection.cursor() as cursor:
        cursor.execute(TOO_MANY, {"most": MOST})
        return drafts + read + old + int(cursor.rowcount)
