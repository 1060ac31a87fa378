"""Filters of a list of cases: named in the address, combined, each value shown as a chip. What makes no sense says so, and nothing is guessed.

Several values of one filter widen the list, several filters narrow it. A higher app adds what it knows at start-up (add_filter).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.lists.queues import waits_for_a_child
from casework.registry import KINDS
from casework.workflow import Category, Queue
from orders.access import Actor
from orders.clock import YEARS
from orders.errors import Malformed, Text
from orders.models import Shop, User
from orders.people import people_ever_of

ME, NOBODY, CHILD = "me", "nobody", "child"
Offered = Sequence[tuple[str, Text]]
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class ListFilter:
    """A filter with values to choose from: those that it offers a person, and the condition of those that were chosen."""

    name: str
    label: Text
    offered: Callable[[Actor], Offered]
    where: Callable[[Sequence[str], Actor], Q]
    position: int = 50

    def words(self, value: str, known: Known) -> Text | None:
        """What a value is called, or None when it is none."""
        return known.offered(self).get(value)


@dataclass(frozen=True)
class DayFilter:
    """A filter with a day of shop time, the first or the last of a range; both belong to it."""

    name: str
    label: Text
    column: str
    is_last: bool
    position: int = 70

    def words(self, value: str, known: Known) -> Text | None:
        """The day as it was written, or None when it is none."""
        return value if day_of(value) else None

    def where(self, values: Sequence[str], by: Actor) -> Q:
        """From the beginning of the day on, or until its end."""
        days = [day for each in values if (day := day_of(each))]
        lookup = f"{self.column}__lt" if self.is_last else f"{self.column}__gte"
        edge = min(days) + ONE_DAY if self.is_last else max(days)
        return Q(**{lookup: make_aware(dt.datetime.combine(edge, dt.time()), SHOP_TIME)})


Filter = ListFilter | DayFilter
FILTERS: dict[str, Filter] = {}


def add_filter(each: Filter) -> None:
    """Let lists of cases be narrowed by it; higher apps call it at start-up."""
    FILTERS[each.name] = each


def in_order() -> list[Filter]:
    """The filters as they are shown."""
    return sorted(FILTERS.values(), key=lambda each: each.position)


def day_of(text: str) -> dt.date | None:
    """A day written as 2026-11-26, or None."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS and day.isoformat() == text else None


@dataclass
class Known:
    """What the filters offer a person, each read once."""

    by: Actor
    read: dict[str, dict[str, Text]] = field(default_factory=dict)

    def offered(self, of: ListFilter) -> dict[str, Text]:
        """The values and their words."""
        if of.name not in self.read:
            self.read[of.name] = dict(of.offered(self.by))
        return self.read[of.name]


Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Chosen:
    """One value of a filter as it was asked for, in words, and what is wrong with it; "" when nothing is."""

    name: str
    label: Text
    value: str
    words: Text
    wrong: Text = ""


def asked(given: Mapping[str, Sequence[str]]) -> Pairs:
    """The filters of an address in the order in which they are shown, each value once."""
    return tuple((each.name, value) for each in in_order() for value in dict.fromkeys(given.get(each.name, ())) if value)


def chosen(pairs: Pairs, known: Known) -> list[Chosen]:
    """The asked values with their words."""
    found = [_read(name, value, known) for name, value in pairs]
    return [_contradicting(each, found) for each in found]


def _read(name: str, value: str, known: Known) -> Chosen:
    words = FILTERS[name].words(value, known)
    return Chosen(name, FILTERS[name].label, value, value if words is None else words, _("there is no such value") if words is None else "")


def _contradicting(this: Chosen, found: Sequence[Chosen]) -> Chosen:
    """The last day of a range that ends before it begins is none."""
    last = FILTERS[this.name]
    if not isinstance(last, DayFilter) or not last.is_last or this.wrong:
        return this
    is_before = any(each.value > this.value for each in found if _begins(each, last.column) and not each.wrong)
    return replace(this, wrong=_("before the first day")) if is_before else this


def _begins(this: Chosen, column: str) -> bool:
    other = FILTERS[this.name]
    return isinstance(other, DayFilter) and other.column == column and not other.is_last


def condition(found: Sequence[Chosen], by: Actor) -> Q | None:
    """The condition of all chosen values on the rows of list_cases; None when one of them is no value: nothing is shown in place of a guess."""
    if any(each.wrong for each in found):
        return None
    wanted = Q()
    for name in dict.fromkeys(each.name for each in found):
        wanted &= FILTERS[name].where([each.value for each in found if each.name == name], by)
    return wanted


def bad_filter() -> Malformed:
    """The refusal of what none of the filters has; `field` is `filters`."""
    return Malformed(_("One of the filters is none. Take it off, then the list is shown."), code="bad_filter", field="filters")


# Those that this app knows ------------------------------------------------------------------------------------------------------


def _kinds(by: Actor) -> Offered:
    return [(name, str(kind._meta.verbose_name)) for name, kind in sorted(KINDS.items())]


def _states(by: Actor) -> Offered:
    return [(f"{name}.{state.value}", state.label) for name, kind in sorted(KINDS.items()) for state in kind.STATES]


def _in_states(values: Sequence[str], by: Actor) -> Q:
    pairs = [each.partition(".") for each in values]
    return reduce(or_, (Q(kind=kind, state=state) for kind, _dot, state in pairs))


def _owners(by: Actor) -> Offered:
    shops = by.shop_ids()
    people = User.objects.all() if shops is None else people_ever_of(shops)
    return [(ME, _("me")), (NOBODY, _("nobody")), *((str(each.pk), each.shown_name) for each in people.order_by("-is_active", "username"))]


def _owned(values: Sequence[str], by: Actor) -> Q:
    people = [by.user_id if each == ME else int(each) for each in values if each != NOBODY]
    return Q(owner__in=people) | (Q(owner__isnull=True) if NOBODY in values else Q(pk__in=[]))


def _shops(by: Actor) -> Offered:
    return list(Shop.objects.for_actor(by).order_by("code").values_list("code", "name"))


def _waits(values: Sequence[str], by: Actor) -> Q:
    """An open case that lies with them, or in which another case has the word."""
    child = waits_for_a_child()
    lies = Q(queue__in=[each for each in values if each != CHILD]) & ~child
    return Q(closed_at__isnull=True) & (lies | child if CHILD in values else lies)


def _queues(by: Actor) -> Offered:
    return [*((each.value, each.label) for each in Queue if each), (CHILD, _("another case"))]


for _each in (
    ListFilter("kind", _("Kind"), _kinds, lambda values, by: Q(kind__in=values), 10),
    ListFilter("state", _("State"), _states, _in_states, 20),
    ListFilter("category", _("Whose turn"), lambda by: Category.choices, lambda values, by: Q(category__in=values), 30),
    ListFilter("waits", _("Lies with"), _queues, _waits, 35),
    ListFilter("owner", _("Owner"), _owners, _owned, 40),
    ListFilter("shop", _("Shop"), _shops, lambda values, by: Q(shop__code__in=values), 60),
    DayFilter("opened_from", _("Opened from"), "opened_at", is_last=False, position=70),
    DayFilter("opened_to", _("Opened until"), "opened_at", is_last=True, position=71),
    DayFilter("due_from", _("Due from"), "next_due", is_last=False, position=72),
    DayFilter("due_to", _("Due until"), "next_due", is_last=True, position=73),
):
    add_filter(_each)
