"""Words that promise a time (S1.4): a table of patterns with what they mean. What is found is offered as a promise with its date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from casework.calendars import SHOP_TIME
from casework.replies.patterns import fold, matches, number_of
from casework.situation import Situation

LAST = dt.time(23, 59)
# Whoever names more has not meant a promise.
LONGEST = dt.timedelta(days=366)
MOST_WORKING_DAYS = 60
DAYS = "一二三四五六日"


@dataclass(frozen=True)
class PromiseFound:
    """Words of a reply that name a time, and the time."""

    words: str
    due_at: dt.datetime
    # A span or a day with "by" is a promise; a day alone is often part of a question.
    is_sure: bool


Meaning = Callable[[Situation, Decimal], dt.datetime | None]


def _in(unit: dt.timedelta) -> Meaning:
    """So much later, to the minute."""

    def due(at: Situation, number: Decimal) -> dt.datetime | None:
        span = dt.timedelta(seconds=int(number * Decimal(unit.total_seconds()))) if number <= LONGEST.total_seconds() else LONGEST * 2
        return at.now + span if dt.timedelta() < span <= LONGEST else None

    return due


def _end_of(days: int) -> Meaning:
    """The end of the day that is so many days from now."""
    return lambda at, _number: _late_on(at.now.astimezone(SHOP_TIME).date() + dt.timedelta(days=days))


def _working_days(at: Situation, number: Decimal) -> dt.datetime | None:
    """The end of work on the n-th working day after today."""
    if not 1 <= number <= MOST_WORKING_DAYS:
        return None
    calendar, day, left = at.calendar.working(at.policy("working_hours")), at.now.astimezone(SHOP_TIME).date(), int(number)
    for _day in range(int(LONGEST.days)):
        day += dt.timedelta(days=1)
        frames = calendar.frames(day)
        left -= bool(frames)
        if not left:
            return frames[-1][1]
    return None


def _weekday(number: int, *, weeks: int = 0) -> Meaning:
    """The end of that weekday: the next one to come, or the one of next week."""

    def due(at: Situation, _number: Decimal) -> dt.datetime:
        today = at.now.astimezone(SHOP_TIME).date()
        ahead = number - today.weekday() + 7 * weeks
        return _late_on(today + dt.timedelta(days=ahead if ahead >= 0 else ahead + 7))

    return due


def _end_of_month(at: Situation, _number: Decimal) -> dt.datetime:
    today = at.now.astimezone(SHOP_TIME).date()
    first_of_next = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return _late_on(first_of_next - dt.timedelta(days=1))


def _late_on(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, LAST, SHOP_TIME)


MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
# (patterns, meaning, whether it is a promise for sure). The first that fits a place counts.
WORDS: tuple[tuple[str, Meaning, bool], ...] = (
    ("#分钟内 #分钟之内 #分钟以内 within#minutes", _in(MINUTE), True),
    ("#小时内 #小时之内 #小时以内 #个小时内 #个小时之内 #个小时以内 #h内 within#hours within#h in#hours", _in(HOUR), True),
    ("#个工作日 #工作日 within#workingdays in#workingdays within#businessdays", _working_days, True),
    ("#天内 #天之内 #天以内 #日内 #日之内 within#days within#day in#days #天左右 #天就", _in(DAY), True),
    ("#周内 #个星期内 within#weeks", _in(7 * DAY), True),
    *((f"下周{name} 下星期{name} 下礼拜{name}", _weekday(number, weeks=1), True) for number, name in enumerate(DAYS)),
    ("下周天 下星期天 下周内", _weekday(6, weeks=1), True),
    *((f"周{name}前 周{name}之前 星期{name}前 星期{name}之前 礼拜{name}前", _weekday(number), True) for number, name in enumerate(DAYS)),
    ("本周内 这周内 本周之内", _weekday(6), True),
    ("月底前 月底之前 本月内", _end_of_month, True),
    ("今天内 今天之内 今天前 当天 bytoday", _end_of(0), True),
    ("明天前 明天之前 明天内 明天就 bytomorrow", _end_of(1), True),
    ("后天前 后天之前 后天内", _end_of(2), True),
    ("今天 今日 今晚 today", _end_of(0), False),
    ("明天 明日 明早 明晚 tomorrow", _end_of(1), False),
    ("后天", _end_of(2), False),
)


def find_promises(text: str, at: Situation) -> list[PromiseFound]:
    """The times that a text names, in its order; each place once, each time once."""
    folded, taken, found = fold(text), set[int](), list[tuple[int, PromiseFound]]()
    for words, meaning, is_sure in WORDS:
        for pattern in words.split():
            for match in matches(pattern, folded):
                due = meaning(at, number_of(match.numbers[0]) if match.numbers else Decimal(0))
                places = set(range(match.start, match.end))
                if due is not None and not places & taken and not _part_of_a_number(folded, match.start):
                    taken |= places
                    found.append((match.start, PromiseFound(folded[match.start : match.end], due, is_sure)))
    return list({each.due_at: each for _start, each in sorted(found, key=lambda pair: (pair[0], pair[1].due_at), reverse=True)}.values())[
        ::-1
    ]


def _part_of_a_number(text: str, start: int) -> bool:
    """Whether digits go on to the left: "3-5天内" is five days, "128小时内" never 28."""
    return start > 0 and text[start].isdigit() and text[start - 1].isdigit()
