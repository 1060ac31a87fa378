"""R11.1: until when a review is answered, changed and reported. Days are days of shop time, and the first does not count."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.calendars import SHOP_TIME
from casework.situation import Situation

# So long before its last day the customer is asked once more.
REMINDED_BEFORE = dt.timedelta(days=3)
DAY = dt.timedelta(days=1)


def last_day(begin: dt.datetime | None, days: int) -> dt.datetime | None:
    """The end of the last day, in shop time, of so many days after an instant; the day itself does not count."""
    if begin is None:
        return None
    day = begin.astimezone(SHOP_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    return (day + (days + 1) * DAY).astimezone(dt.UTC)


def change_until(case: Any, at: Situation) -> dt.datetime | None:
    """Until when the customer may change it (R11.1)."""
    return last_day(case.facts.posted_at, at.policy("review_change_within"))


def report_until(case: Any, at: Situation) -> dt.datetime | None:
    """Until when it may be reported (R11.1); None while nobody knows when the deal closed."""
    closed_at = case.facts.deal_closed_at or (at.order.finished_at if at.order is not None else None)
    return last_day(closed_at, at.policy("review_report_within"))


def report_due(case: Any, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """Until when it may be reported, as long as it may and was not."""
    until = report_until(case, at)
    return None if case.facts.reported_at is not None or (until is not None and until < at.now) else until


def same_day(case: Any, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """The customer is contacted the same day (R11.2)."""
    return last_day(start, 0)


def answer_due(case: Any, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """An answer comes within 24 h, once (R11.1)."""
    return None if case.facts.answered_at else at.after(start, at.policy("reply_within"))


def ask_again_at(case: Any, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """A reminder before the last day, once."""
    until = change_until(case, at)
    return until - REMINDED_BEFORE if until is not None and case.facts.asked_again_at is None else None


def shown_day(until: dt.datetime | None) -> str:
    """The last day itself, in shop time."""
    return f"{(until - dt.timedelta.resolution).astimezone(SHOP_TIME):%m-%d}" if until is not None else ""
