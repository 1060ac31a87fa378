"""From case to case in one list: the next and the one before, also where the open case has moved meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from casework.lists.filters import Known, chosen
from casework.models import Case
from casework.reading import list_cases
from casework.views.listing import PAGE, Wanted, in_order, listing, narrowed, query_of, wanted
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import NotFound
from orders.keyset import AFTER, BEFORE, begun_at, encode, fits, order_of, page_of

# Where the open case stood in the list when it was opened: what it becomes by one's own step moves nobody elsewhere.
PLACE = "place"
WAYS = {"next": AFTER, "previous": BEFORE}


def kept_query(request: HttpRequest, place: str = "") -> str:
    """The part of an address that keeps the list and the open case's place in it; "" for the plain one."""
    want, kept = wanted(request), place or request.GET.get(PLACE, "")
    return query_of([*want.pairs, *want.page, *([(PLACE, kept)] if kept else [])])


def place_in(found: dict[str, Any], case: Case, request: HttpRequest) -> str:
    """The cursor of the case in the list that stands beside it: the one it was opened at, else of its row; "" where it has none."""
    page = found["page"]
    here = next((row for row in page.rows if row.pk == case.pk), None)
    return request.GET.get(PLACE, "") or (encode(here, order_of(page.of), begun_at(request.GET, found["now"])) if here else "")


@require_safe
@login_required
def turn(request: HttpRequest, case_id: int, way: str) -> HttpResponse:
    """Lead to the next case of the list, or the one before; behind the last stands a page that says so. Raises NotFound, Malformed."""
    by, now, want = actor_of(request), now_of(request), wanted(request)
    place = _place(request, case_id, want, now)
    begun = begun_at({AFTER: place}, now)
    rows = _rows(request, want, by, begun)
    found = page_of(rows.exclude(pk=case_id), {WAYS[way]: place}, 1, at=begun).rows
    if not found:
        return render(request, "casework/turned.html", {**listing(request), "way": way, "back": case_id, "list_query": kept_query(request)})
    shown = want.page if all(fits(cursor, rows) for _name, cursor in want.page) else ()
    beside = page_of(rows, dict(shown), PAGE, at=begun).rows
    # Beyond the page that stands beside it, the list begins at the case.
    page = shown if found[0] in beside else ((WAYS[way], place),)
    query = query_of([*want.pairs, *page, (PLACE, encode(found[0], order_of(rows), begun))])
    return redirect(f"{reverse('case', args=[found[0].pk])}{query}")


def _rows(request: HttpRequest, want: Wanted, by: Actor, begun: dt.datetime) -> Any:
    return in_order(request, want, narrowed(want, chosen(want.filters, Known(by)), by, begun), begun)


def _place(request: HttpRequest, case_id: int, want: Wanted, now: dt.datetime) -> str:
    """Where the open case stood; where it stands, when the list has been put into another order since. Raises NotFound, Malformed."""
    kept, rows = request.GET.get(PLACE, ""), in_order(request, want, list_cases(actor_of(request)), now)
    if kept and fits(kept, rows):
        return kept
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return encode(case, order_of(rows), now)
