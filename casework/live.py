"""What has changed since somebody looked: one cheap question, which every open page asks again and again.

Whatever people, clocks and lists do to a case leaves an entry in the journal, so the newest entries of each of the person's shops are the
counter. Their sum, not the last number: an entry with a lower number may be committed later. What a courier tells of a parcel alone leaves
none, and wakes nobody.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from casework.models import Case, Journal
from casework.wording import REFUSED, actor_words, step_label


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
    """One query, whose cost grows with the shops of the person, a hundred entries each, but not with cases, journal or other shops."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM casework_pulse(%s, %s, %s)", [user_id, case_id, now])
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
