"""Working time: which hours count, with holidays and make-up days (S1.1). Pure; the tables are given."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from casework.models.policy import Holiday
from casework.policies import Hours, Span
from orders.errors import Refused

log = logging.getLogger(__name__)
SHOP_TIME = ZoneInfo("Asia/Shanghai")
DAY = dt.timedelta(days=1)
# A span that finds no working hour in this many days is a mistake in the timetable.
FAR = 800


class NoWorkingTime(Refused):
    """The timetable and the holidays leave too few working hours."""

    code = "no_working_time"
    detail = _("The shop's working hours and holidays leave no time for this; a manager sets them under the policy “working_hours”.")


class WorkingTime:
    """A timetable by weekday with holidays on top. Frames may cross midnight; they belong to the day they begin.

    Frames that overlap (two shifts at once) count once.
    """

    def __init__(self, timetable: Hours, holidays: Mapping[dt.date, bool]) -> None:
        self.timetable = timetable
        self.holidays = holidays

    def frames(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """The working frames that begin on a day of shop time, in order."""
        works = self.holidays.get(day)
        hours = self.timetable.get(day.weekday(), [])
        if works is False:
            return []
        if works is True and not hours:
            # A make-up day follows the pattern of the first day that has one.
            hours = next(each for each in self.timetable.values() if each)
        return [_frame(day, start, end) for start, end in sorted(hours)]

    def add(self, start: dt.datetime, length: dt.timedelta) -> dt.datetime:
        """The instant when `length` of working time after `start` has passed. Raises NoWorkingTime."""
        left, reached = length, start
        first = start.astimezone(SHOP_TIME).date() - DAY
        for number in range(FAR):
            for begin, end in self.frames(first + number * DAY):
                begin = max(begin, reached)
                if begin >= end:
                    continue
                reached = end
                if left <= end - begin:
                    return (begin + left).astimezone(dt.UTC)
                left -= end - begin
        raise NoWorkingTime

    def between(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """Working time from `start` to `end`; zero when `end` is not later."""
        total, reached = dt.timedelta(), start
        day, last = start.astimezone(SHOP_TIME).date() - DAY, end.astimezone(SHOP_TIME).date()
        while day <= last:
            for begin, stop in self.frames(day):
                begin, stop = max(begin, reached), min(stop, end)
                if begin < stop:
                    total, reached = total + (stop - begin), stop
            day += DAY
        return total


def _frame(day: dt.date, start: dt.time, end: dt.time) -> tuple[dt.datetime, dt.datetime]:
    begin = dt.datetime.combine(day, start, SHOP_TIME)
    finish = dt.datetime.combine(day if end > start else day + DAY, end, SHOP_TIME)
    # In UTC, so that differences are real hours whatever the zone does at night.
    return begin.astimezone(dt.UTC), finish.astimezone(dt.UTC)


class Calendar:
    """All of one batch's working times. Holidays are read once, when first asked."""

    def __init__(self) -> None:
        self._holidays: dict[dt.date, bool] | None = None

    def after(self, start: dt.datetime, span: Span, timetable: Hours) -> dt.datetime:
        """When a span that begins at `start` is over, in UTC."""
        if not span.working:
            # In UTC: 72 hours stay 72 over a night in which the caller's zone changes its clocks.
            return start.astimezone(dt.UTC) + span.length
        end = self.working(timetable).add(start, span.length)
        known = known_until(self._holidays or ())
        if known is None or end.astimezone(SHOP_TIME).date() > known:
            _say_once(known)
        return end

    def working(self, timetable: Hours) -> WorkingTime:
        """The working time of a timetable with the known holidays."""
        if self._holidays is None:
            self._holidays = dict(Holiday.objects.values_list("day", "working"))
        return WorkingTime(timetable, self._holidays)


def known_until(holidays: Iterable[dt.date]) -> dt.date | None:
    """The last day of the last year that the table knows; beyond it only week-ends count. None for an empty table."""
    last = max(holidays, default=None)
    return dt.date(last.year, 12, 31) if last else None


@lru_cache
def _say_once(known: dt.date | None) -> None:
    """Once for each process, not for each deadline."""
    log.warning("working time is counted by week-ends alone: no holidays are known after %s (casework.W001)", known)
