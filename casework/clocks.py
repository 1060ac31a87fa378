"""How long something still runs, as it is shown: by the page first, then by the script that counts on."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

SOON = dt.timedelta(hours=2)
MINUTES_OF_A_DAY = 24 * 60

# The script fills the same sentences: {t} is a length, {d} days, {h} hours.
LEFT = _("{t} left")
OVER = _("{t} over")
DAYS = _("{d} d {h} h")


def length(span: dt.timedelta) -> str:
    """A span as hours and minutes, from a day on as days and hours."""
    minutes = int(span.total_seconds() // 60)
    if minutes >= MINUTES_OF_A_DAY:
        return str(DAYS).format(d=minutes // MINUTES_OF_A_DAY, h=minutes % MINUTES_OF_A_DAY // 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def left(due: dt.datetime, now: dt.datetime) -> str:
    """What is left, or by how much it is over."""
    sentence = OVER if due < now else LEFT
    return str(sentence).format(t=length(abs(due - now)))


def tone(due: dt.datetime, now: dt.datetime) -> str:
    """The class of the clock: late, soon or nothing."""
    if due < now:
        return "clock--late"
    return "clock--soon" if due - now <= SOON else ""
