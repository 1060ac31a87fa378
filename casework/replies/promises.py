"""Words that promise a time (S1.4): a table of patterns with what they mean. What is found is offered as a promise with its date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from casework.calendars import SHOP_TIME
from casework.replies.patterns import Match, fold, matches, number_of
from casework.situation import Situation

LAST = dt.time(23, 59)
# Whoever names more has not meant a promise.
LONGEST = dt.timedelta(days=366)
MOST_WORKING_DAYS = 60
DAYS = "一二三四五六日"
NOON = 12
# How the hours of a day are called, and up to which of them they are after noon: 下午3点 is 15, 晚上12点 the end of the day. Nobody who names the day
# alone means the small hours.
PARTS = {"": 7, "早上": 0, "上午": 0, "中午": 3, "下午": 11, "傍晚": 11, "晚上": 12}
DAY_NAMES = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2}
HOURS = {day + part: (days, after) for day, days in DAY_NAMES.items() for part, after in PARTS.items()}
HOURS |= {"今晚": (0, 12), "明早": (1, 0), "明晚": (1, 12)} | {part: (0, after) for part, after in PARTS.items() if part}
# What makes a number with 号 that of a house or a line, before it or behind it.
NO_DAY = frozenset("路街巷弄道单"), frozenset("楼库店线门院房室码")


@dataclass(frozen=True)
class PromiseFound:
    """Words of a reply that name a time, and the time."""

    words: str
    due_at: dt.datetime
    # A span or a day with "by" is a promise; a day alone is often part of a question.
    is_sure: bool


# What the numbers of the words mean, from the first to the last.
Meaning = Callable[[Situation, Sequence[Decimal]], dt.datetime | None]


def _in(unit: dt.timedelta) -> Meaning:
    """So much later, to the minute."""

    def due(at: Situation, numbers: Sequence[Decimal]) -> dt.datetime | None:
        number = numbers[0]
        span = dt.timedelta(seconds=int(number * Decimal(unit.total_seconds()))) if number <= LONGEST.total_seconds() else LONGEST * 2
        return at.now + span if dt.timedelta() < span <= LONGEST else None

    return due


def _end_of(days: int) -> Meaning:
    """The end of the day that is so many days from now."""
    return lambda at, _numbers: _late_on(_today(at) + dt.timedelta(days=days))


def _days_on(at: Situation, numbers: Sequence[Decimal]) -> dt.datetime | None:
    """The end of the day that is as many days from now as the number says."""
    days = numbers[0]
    return _late_on(_today(at) + dt.timedelta(days=int(days))) if 1 <= days <= LONGEST.days and days == int(days) else None


def _hour(days: int, after: int, minutes: int = 0) -> Meaning:
    """That hour of the day so many days from now, those up to `after` after noon; one that is past is no promise."""

    def due(at: Situation, numbers: Sequence[Decimal]) -> dt.datetime | None:
        hour, minute = numbers[0], int(numbers[1]) if len(numbers) > 1 else minutes
        if hour > 24 or minute > 59:
            return None
        span = dt.timedelta(minutes=int(hour * 60) + minute + (NOON * 60 if 0 < hour <= after else 0))
        begin = dt.datetime.combine(_today(at) + dt.timedelta(days=days), dt.time(), SHOP_TIME)
        # The end of a day is its last minute.
        found = begin + min(span, DAY - MINUTE)
        return found if found > at.now else None

    return due


def _date(at: Situation, numbers: Sequence[Decimal]) -> dt.datetime | None:
    """The end of that day of that month: the next one to come."""
    today = _today(at)
    return next((_late_on(day) for year in (today.year, today.year + 1) if (day := _day(year, *numbers)) and day >= today), None)


def _day_of_month(at: Situation, numbers: Sequence[Decimal]) -> dt.datetime | None:
    """The end of that day of this month, else of the next month that has it."""
    today = _today(at)
    months = (divmod(today.year * 12 + today.month - 1 + ahead, 12) for ahead in range(3))
    days = (_day(year, Decimal(month + 1), numbers[0]) for year, month in months)
    return next((_late_on(day) for day in days if day is not None and day >= today), None)


def _day(year: int, month: Decimal, day: Decimal) -> dt.date | None:
    try:
        return dt.date(year, int(month), int(day))
    except ValueError:
        return None


def _today(at: Situation) -> dt.date:
    return at.now.astimezone(SHOP_TIME).date()


def _working_days(at: Situation, numbers: Sequence[Decimal]) -> dt.datetime | None:
    """The end of work on the n-th working day after today."""
    number = numbers[0]
    if not 1 <= number <= MOST_WORKING_DAYS:
        return None
    calendar, day, left = at.calendar.working(at.policy("working_hours")), _today(at), int(number)
    for _day in range(int(LONGEST.days)):
        day += dt.timedelta(days=1)
        frames = calendar.frames(day)
        left -= bool(frames)
        if not left:
            return frames[-1][1]
    return None


def _weekday(number: int, *, weeks: int = 0) -> Meaning:
    """The end of that weekday: the next one to come, or the one of next week."""

    def due(at: Situation, _numbers: Sequence[Decimal]) -> dt.datetime:
        today = _today(at)
        ahead = number - today.weekday() + 7 * weeks
        return _late_on(today + dt.timedelta(days=ahead if ahead >= 0 else ahead + 7))

    return due


def _end_of_month(at: Situation, _numbers: Sequence[Decimal]) -> dt.datetime:
    today = _today(at)
    first_of_next = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return _late_on(first_of_next - dt.timedelta(days=1))


def _late_on(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, LAST, SHOP_TIME)


MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
# (patterns, meaning, whether it is a promise for sure). The first that fits a place counts.
WORDS: tuple[tuple[str, Meaning, bool], ...] = (
    *((f"{name}#点半前 {name}#点半之前 {name}#点半", _hour(*when, 30), True) for name, when in HOURS.items()),
    *(
        (f"{name}#点#分前 {name}#点前 {name}#点之前 {name}#点以前 {name}#:#前 {name}#:#之前", _hour(*when), True)
        for name, when in HOURS.items()
    ),
    *((f"{name}#点#分 {name}#点 {name}#:#", _hour(*when), False) for name, when in HOURS.items()),
    ("#月#日前 #月#号前 #月#日之前 #月#号之前", _date, True),
    ("#月#日 #月#号", _date, False),
    ("#号前 #号之前 #号以前", _day_of_month, True),
    ("#分钟内 #分钟之内 #分钟以内 within#minutes", _in(MINUTE), True),
    ("#小时内 #小时之内 #小时以内 #个小时内 #个小时之内 #个小时以内 #h内 within#hours within#h in#hours", _in(HOUR), True),
    ("#个工作日 #工作日 within#workingdays in#workingdays within#businessdays", _working_days, True),
    ("#天内 #天之内 #天以内 #日内 #日之内 within#days within#day in#days #天左右 #天就", _in(DAY), True),
    ("#天后 #天之后 #天以后", _days_on, True),
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
    ("#号", _day_of_month, False),
)


def find_promises(text: str, at: Situation) -> list[PromiseFound]:
    """The times that a text names, in its order; each place once, each time once."""
    folded, taken, found = fold(text), set[int](), list[tuple[int, PromiseFound]]()
    for words, meaning, is_sure in WORDS:
        for pattern in words.split():
            for match in matches(pattern, folded):
                due = meaning(at, [number_of(each) for each in match.numbers])
                places = set(range(match.start, match.end))
                if due is not None and not places & taken and not _is_another_number(folded, match):
                    taken |= places
                    found.append((match.start, PromiseFound(folded[match.start : match.end], due, is_sure)))
    return list({each.due_at: each for _start, each in sorted(found, key=lambda pair: (pair[0], pair[1].due_at), reverse=True)}.values())[
        ::-1
    ]


def _is_another_number(text: str, match: Match) -> bool:
    """Whether digits go on to the left: "3-5天内" is five days, "128小时内" never 28. Or it is the number of a house: "文三路12号"."""
    before, behind = text[match.start - 1 : match.start], text[match.end : match.end + 1]
    if text[match.end - 1] == "号" and (before in NO_DAY[0] or behind in NO_DAY[1]):
        return True
    return text[match.start].isdigit() and before.isdigit()
