"""The list of queue and case page: a tab, a search, filters, one page of rows that begins where the last one ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from casework.lists.brief import lines_of, with_lines
from casework.lists.columns import DUE, USUAL, columns_of, ordered, sort_of
from casework.lists.filters import Chosen, Known, Pairs, asked, chosen, condition
from casework.lists.queues import COUNTED, GROUPS, NAMES, TABS, Tab, in_tab
from casework.lists.rows import Row
from casework.models import SavedView
from casework.models.case import CaseQuerySet
from casework.reading import list_cases
from casework.registry import ELSEWHERE
from casework.searches import find_ids, search_text
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.counting import ask_how_many
from orders.errors import Text
from orders.keyset import AFTER, BEFORE, ask_page, begun_at
from orders.roles import STAFF
from orders.together import Reading, answer, side_by_side

PAGE = 50
TAB = "tab"


@dataclass(frozen=True)
class Wanted:
    """What an address asks for, as it was written: what makes no sense is said to, not left out."""

    tab: str
    text: str = ""
    filters: Pairs = ()
    # The cursor of the page, with its name.
    page: Pairs = ()

    @property
    def is_past(self) -> bool:
        """Whether only closed cases are shown: newest first, without groups."""
        return self.tab == "closed" and not self.text

    @property
    def query(self) -> str:
        """The part of an address that keeps the list as it is; "" for the plain one."""
        return query_of([*self.pairs, *self.page])

    @property
    def from_its_start(self) -> str:
        """The address of its first page; in another order no cursor of this one fits."""
        return query_of(self.pairs)

    @property
    def pairs(self) -> Pairs:
        """Tab, search and filters by name; nothing for the plain list."""
        return (*_kept(tab=self.tab if self.tab != NAMES[0] else "", q=self.text), *self.filters)

    def without(self, name: str, value: str) -> str:
        """The address of the list without one of its filters."""
        return query_of([each for each in self.pairs if each != (name, value)])

    def at_tab(self, tab: str) -> str:
        """The address of another tab with the same filters."""
        return query_of([(TAB, tab), *self.filters])


def _kept(**parts: str) -> Pairs:
    return tuple((name, value) for name, value in parts.items() if value)


def in_order(request: HttpRequest, want: Wanted, rows: Any, at: dt.datetime) -> Any:
    """The rows in the person's order; what is past newest first, unless they chose another."""
    sort = sort_of(request.user)
    found = ordered(rows, sort, actor_of(request), at)
    return found.order_by("-pk") if want.is_past and sort is DUE else found


def query_of(pairs: Any) -> str:
    """Pairs as the part of an address, "" when there are none."""
    return f"?{urlencode(pairs)}" if pairs else ""


def wanted(request: HttpRequest, tab: str = NAMES[0]) -> Wanted:
    """Read the address."""
    return read_wanted(request.GET, tab)


def read_wanted(given: QueryDict, tab: str = NAMES[0]) -> Wanted:
    """Read the part of an address that is about the list."""
    return Wanted(
        tab=given.get(TAB) or tab,
        text=search_text(given.get("q", "")),
        filters=asked(dict(given.lists())),
        page=tuple((name, str(given[name])) for name in (AFTER, BEFORE) if given.get(name))[:1],
    )


@dataclass(frozen=True)
class Chip:
    """A filter of the list as it is shown, and the list without it."""

    label: Text
    words: Text
    wrong: Text
    without: str


def listing(request: HttpRequest, here: int | None = None, tab: str = NAMES[0]) -> dict[str, Any]:
    """The list as its template wants it; `here` is the case that is open beside it. Raises Malformed for a cursor that is none.

    A search looks into all cases of the person's shops, closed ones included; a tab does not. A filter that makes no sense finds nothing
    and is a chip that says so (`is_bad`).
    """
    return answer(ask_listing(request, here, tab))


def ask_listing(request: HttpRequest, here: int | None = None, tab: str = NAMES[0]) -> Reading[dict[str, Any]]:
    """The same, to be read with others."""
    by, now, want = actor_of(request), now_of(request), wanted(request, tab)
    begun, known = begun_at(request.GET, now), Known(by)
    found = chosen(want.filters, known)
    sort, shown = sort_of(request.user), columns_of(request.user)
    rows, is_plain = narrowed(want, found, by, begun), want.is_past and sort is DUE
    asked_page = ask_page(in_order(request, want, with_lines(rows), begun), request.GET, PAGE, at=begun)
    page, pinned = yield from side_by_side(asked_page, ask_pinned(by))
    numbers = yield from ask_how_many(
        {name: list_cases(by).filter(in_tab(name, by, now)) for name in COUNTED}
        | {view_key(view): narrowed(its, chosen(its.filters, known), by, now) for view, its in pinned}
    )
    return {
        "want": want,
        "found_elsewhere": [place for look in ELSEWHERE if want.text and (place := look(want.text, by))],
        "tabs": [
            *(_tab(each, numbers.get(each.name), want) for each in TABS),
            *(_pinned(view, its, numbers, want) for view, its in pinned),
        ],
        "numbers": numbers,
        "chips": _chips(want, found),
        "is_bad": is_bad(want, found),
        "unfiltered": Wanted(want.tab, want.text).query or "?",
        "groups": _groups(lines_of(page.rows, by=by, now=now), is_grouped=sort is DUE and not want.is_past),
        "sort": _("Newest first") if is_plain else sort.label,
        "columns": shown,
        "has_usual_columns": [each.name for each in shown] == list(USUAL),
        "says_state": "state" in {each.name for each in shown},
        "may_pick": by.has_role(STAFF) and bool(page.rows),
        "page": page,
        "query": f"{urlencode(want.pairs)}&" if want.pairs else "",
        "here": here,
        "now": now,
    }


@dataclass(frozen=True)
class ShownTab:
    """A tab of the queue, or a view among them: how many cases it holds, where it leads, and whether one is there."""

    name: str
    label: Text
    number: int | None
    query: str
    is_here: bool


def _tab(tab: Tab, number: int | None, want: Wanted) -> ShownTab:
    return ShownTab(tab.name, tab.label, number, want.at_tab(tab.name), tab.name == want.tab and not want.text)


def _pinned(view: SavedView, its: Wanted, numbers: dict[str, int], want: Wanted) -> ShownTab:
    return ShownTab(view_key(view), view.name, numbers[view_key(view)], its.query or "?", its.pairs == want.pairs)


def view_key(view: SavedView) -> str:
    """The name of a view among the tabs."""
    return f"view-{view.pk}"


def ask_pinned(by: Actor) -> Reading[list[tuple[SavedView, Wanted]]]:
    """The views among the person's tabs, with what each asks for."""
    rows = SavedView.objects.for_actor(by).filter(pins__user=by.user_id).order_by("pins__pk")
    yield (rows,)
    return [(view, read_wanted(QueryDict(view.query))) for view in rows]


def is_bad(want: Wanted, found: list[Chosen]) -> bool:
    """Whether something of the address makes no sense."""
    return want.tab not in NAMES or any(each.wrong for each in found)


def narrowed(want: Wanted, found: list[Chosen], by: Actor, at: Any) -> CaseQuerySet:
    """The cases of the tab or the search that fit the filters; none where one of them makes no sense."""
    rows, fits = list_cases(by), condition(found, by)
    if fits is None or want.tab not in NAMES:
        return rows.none()
    rows = rows.filter(pk__in=find_ids(want.text, by)) if want.text else rows.filter(in_tab(want.tab, by, at))
    return rows.filter(fits)


def _chips(want: Wanted, found: list[Chosen]) -> list[Chip]:
    chips = [Chip(each.label, each.words, each.wrong, want.without(each.name, each.value) or "?") for each in found]
    if want.tab not in NAMES:
        chips.insert(0, Chip(_("View"), want.tab, _("there is no such value"), want.without(TAB, want.tab) or "?"))
    return chips


def _groups(rows: list[Row], *, is_grouped: bool) -> list[tuple[Any, list[Row]]]:
    """Rows under their headings; the closed ones need none, nor do those in an order of their own."""
    if not is_grouped:
        return [("", rows)] if rows else []
    return [(label, its) for bucket, label in GROUPS.items() if (its := [row for row in rows if row.bucket == bucket])]
