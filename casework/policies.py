"""Policies: values of the handbook that a manager changes. Typed here, stored as rows, read once a batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models.policy import Policy
from orders.errors import Malformed, Text
from orders.straight import written


@dataclass(frozen=True)
class Span:
    """A length of time in hours, counted through (calendar) or in working hours only."""

    hours: Decimal
    working: bool = False

    @property
    def length(self) -> dt.timedelta:
        """The span as a duration."""
        return dt.timedelta(seconds=int(self.hours * 3600))


@dataclass(frozen=True)
class PolicyKind:
    """A known policy: its type, default, rule and the words for it."""

    name: str
    kind: str
    default: Any
    label: Text
    rule: str = ""
    # A span that the database counts as well is in calendar time.
    calendar_only: bool = False
    # Of a choice: the values with their words.
    choices: Sequence[tuple[str, Text]] = ()

    def read(self, value: Any) -> Any:
        """The stored JSON as a typed value. Raises Malformed when it has the wrong form."""
        try:
            typed: Any = _READERS[self.kind](value)
            if (self.calendar_only and typed.working) or (self.choices and typed not in dict(self.choices)):
                raise ValueError
            return typed
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, InvalidOperation):
            raise Malformed(_("This value does not fit the policy."), code="bad_policy_value", field=self.name) from None


@dataclass(frozen=True)
class MoneyTable:
    """Yuan by yuan: from which amount on how much holds, in rising order."""

    rows: tuple[tuple[Decimal, Decimal], ...]

    def of(self, amount: Decimal) -> Decimal:
        """What holds for an amount; nothing below the first row."""
        return max((value for begin, value in self.rows if begin <= amount), default=Decimal("0.00"))


# More rows than that nobody reads.
MOST_ROWS = 50
# A working year; and the least that a week works. Beyond either no end of a span is found.
MOST_WORKING_HOURS = 2000
LEAST_OF_A_WEEK = dt.timedelta(hours=1)
NOTHING, DAY = dt.timedelta(), dt.timedelta(days=1)


def _span(value: Any) -> Span:
    hours, working = Decimal(str(value["hours"])), bool(value.get("working", False))
    if not 0 <= hours <= (MOST_WORKING_HOURS if working else 24 * 366):
        raise ValueError
    return Span(hours, working)


def _money(value: Any) -> Decimal:
    amount = Decimal(str(value))
    if not amount.is_finite() or amount < 0 or amount != amount.quantize(Decimal("0.01")):
        raise ValueError
    return amount.quantize(Decimal("0.01"))


# In place of an amount: what the order's postage comes to.
POSTAGE = "postage"


def _cap(value: Any) -> Decimal | str:
    return POSTAGE if value == POSTAGE else _money(value)


def _number(value: Any) -> int:
    if isinstance(value, bool) or int(value) != value or value < 0:
        raise ValueError
    return int(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


# A line or a short paragraph, such as an address.
LONGEST_TEXT = 500


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\x00" in value:
        raise ValueError
    return written(value)


Hours = dict[int, list[tuple[dt.time, dt.time]]]


def _timetable(value: Any) -> Hours:
    """Working hours by weekday (0 = Monday); a frame that ends before it starts goes past midnight."""
    table = {int(day): [(dt.time.fromisoformat(a), dt.time.fromisoformat(b)) for a, b in frames] for day, frames in value.items()}
    if not set(table) <= set(range(7)) or sum((_lasts(*frame) for frames in table.values() for frame in frames), NOTHING) < LEAST_OF_A_WEEK:
        raise ValueError
    return table


def _table(value: Any) -> MoneyTable:
    """Pairs of amount and value; both rise, so that more never gives less."""
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        raise TypeError
    rows = tuple((_money(begin), _money(held)) for begin, held in value)
    if any(after[0] <= before[0] or after[1] < before[1] for before, after in pairwise(rows)):
        raise ValueError
    return MoneyTable(rows)


def _lasts(begin: dt.time, end: dt.time) -> dt.timedelta:
    """How long a frame is; one that ends where it begins is a whole day."""
    start, stop = (dt.timedelta(hours=each.hour, minutes=each.minute, seconds=each.second) for each in (begin, end))
    return stop - start if stop > start else stop - start + DAY


_READERS = {
    "span": _span,
    "money": _money,
    "cap": _cap,
    "number": _number,
    "flag": _flag,
    "timetable": _timetable,
    "table": _table,
    "text": _text,
    "choice": _text,
}
KNOWN: dict[str, PolicyKind] = {}


def register(*kinds: PolicyKind) -> None:
    """Make policies known; each app registers its own when it is loaded."""
    KNOWN.update({kind.name: kind for kind in kinds})


def hours(number: int | str, *, working: bool = False) -> dict[str, Any]:
    """A span as it is stored."""
    return {"hours": number, "working": working}


class Policies:
    """The policies in force at an instant, for all shops at once. One query, made when first asked, or together with others (orders/together.py)."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at
        rows = Policy.objects.filter(valid_from__lte=at).order_by("name", "shop_id", "-valid_from", "-id").distinct("name", "shop_id")
        self.in_force = rows.values_list("name", "shop_id", "value")

    def value(self, name: str, shop_id: int | None) -> Any:
        """The typed value of a policy for a shop: its own row, else the common one, else the default."""
        kind = KNOWN[name]
        return kind.read(self._rows.get((name, shop_id), self._rows.get((name, None), kind.default)))

    @cached_property
    def _rows(self) -> dict[tuple[str, int | None], Any]:
        return {(name, shop_id): value for name, shop_id, value in self.in_force}


def defaults() -> Iterable[PolicyKind]:
    """All known policies, for the seeds and the admin."""
    return KNOWN.values()


register(
    PolicyKind("reply_within", "span", hours(24), _("The customer is answered within"), "L0.3"),
    PolicyKind("task_answered_within", "span", hours(8, working=True), _("A question to another role is answered within")),
    PolicyKind("platform_task_within", "span", hours(4, working=True), _("A task on the platform is done within"), "S7.1"),
    PolicyKind("snooze_at_most", "span", hours(14 * 24), _("A case is laid aside at most for")),
    PolicyKind("snooze_for_answer", "span", hours(3 * 24), _("A case laid aside until somebody answers comes back at the latest after")),
    PolicyKind("drafts_kept", "span", hours(7 * 24), _("What was typed and not sent is kept for")),
    PolicyKind("notices_kept", "span", hours(14 * 24), _("Notices that were read are kept for")),
    PolicyKind("deadline_tries", "number", 5, _("Tries of a deadline before it is parked")),
    PolicyKind("outbox_tries", "number", 8, _("Tries of an outgoing message before it is parked")),
    PolicyKind("export_rows", "number", 50_000, _("Rows in one file that people take out"), "R2.4"),
    PolicyKind("undo_within", "number", 10, _("Who took a step may take it back within (minutes)")),
    PolicyKind("evidence_link_valid", "span", hours(7 * 24), _("A customer's link for photos is good for"), "R1.1"),
    PolicyKind("evidence_photos", "number", 20, _("Photos per case, beside the customer's"), "R1.1"),
    PolicyKind("link_photos", "number", 20, _("Photos per customer's link"), "R1.1"),
    PolicyKind(
        "working_hours",
        "timetable",
        {str(day): [["09:00", "18:00"]] for day in range(5)},
        _("Working hours by weekday (0 = Monday)"),
        "S1.1",
    ),
)
