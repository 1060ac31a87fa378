"""The list at the left of queue and case page: a tab, a search, a kind, one page of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from casework.queues import GROUPS, NAMES, TABS, counts, grouped, in_tab
from casework.reading import list_cases
from casework.registry import ELSEWHERE, KINDS
from casework.rows import Row, rows_of
from casework.searches import find_ids, search_text
from orders.access import actor_of
from orders.clock import now_of

PAGE = 50
LAST_PAGE = 1000


@dataclass(frozen=True)
class Wanted:
    """What the address asks for. Whatever is unknown is left out rather than refused."""

    tab: str
    text: str
    kind: str
    page: int

    @property
    def is_past(self) -> bool:
        """Whether only closed cases are shown: newest first, without groups."""
        return self.tab == "closed" and not self.text

    @property
    def query(self) -> str:
        """The part of an address that keeps the list as it is; "" for the plain one."""
        return _query(tab=self.tab if self.tab != NAMES[0] else "", q=self.text, kind=self.kind)


def _query(**parts: Any) -> str:
    kept = {name: value for name, value in parts.items() if value}
    return f"?{urlencode(kept)}" if kept else ""


def wanted(request: HttpRequest, tab: str = NAMES[0]) -> Wanted:
    """Read the address."""
    given, page = request.GET, request.GET.get("page", "")
    chosen, kind = given.get("tab", ""), given.get("kind", "")
    return Wanted(
        tab=chosen if chosen in NAMES else tab,
        text=search_text(given.get("q", "")),
        kind=kind if kind in KINDS else "",
        page=min(int(page), LAST_PAGE) if page.isascii() and page.isdigit() and len(page) < 6 and int(page) > 0 else 1,
    )


def listing(request: HttpRequest, here: int | None = None, tab: str = NAMES[0]) -> dict[str, Any]:
    """The list as its template wants it; `here` is the case that is open beside it.

    A search looks into all cases of the person's shops, closed ones included; a tab does not.
    """
    by, now, want = actor_of(request), now_of(request), wanted(request, tab)
    rows = list_cases(by)
    rows = rows.filter(pk__in=find_ids(want.text, by)) if want.text else rows.filter(in_tab(want.tab, by, now))
    if want.kind:
        rows = rows.filter(kind=want.kind)
    ordered = grouped(rows, by, now)
    if want.is_past:
        ordered = ordered.order_by("-pk")
    first = (want.page - 1) * PAGE
    found = rows_of(list(ordered[first : first + PAGE + 1]), by=by, now=now)
    numbers = counts(by, now)
    return {
        "want": want,
        "found_elsewhere": [place for look in ELSEWHERE if want.text and (place := look(want.text, by))],
        "tabs": [(each, numbers.get(each.name), _query(tab=each.name, kind=want.kind)) for each in TABS],
        "numbers": numbers,
        "kinds": [(name, kind._meta.verbose_name) for name, kind in sorted(KINDS.items())],
        "groups": _groups(found[:PAGE], want),
        "previous": _page(want, -1) if want.page > 1 else "",
        "following": _page(want, 1) if len(found) > PAGE else "",
        "here": here,
        "now": now,
    }


def _page(want: Wanted, step: int) -> str:
    return _query(tab=want.tab, q=want.text, kind=want.kind, page=want.page + step)


def _groups(rows: list[Row], want: Wanted) -> list[tuple[Any, list[Row]]]:
    """Rows under their headings; the closed ones need none."""
    if want.is_past:
        return [("", rows)] if rows else []
    return [(label, its) for bucket, label in GROUPS.items() if (its := [row for row in rows if row.bucket == bucket])]
