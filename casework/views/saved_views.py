"""Saved views: made from the present filters in one step, and a page where they are renamed, shared, pinned and deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from casework.actions.saved_views import delete_view, may_change, pin_view, rename_view, save_view, share_view
from casework.lists.filters import Known, chosen
from casework.models import Pin, SavedView
from casework.views.given import is_part
from casework.views.listing import is_bad, read_wanted, wanted
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from orders.people import shops_with
from orders.roles import LEADS


@dataclass(frozen=True)
class ShownView:
    """A view on the page of views: what it asks for in words, whether it is among the reader's tabs, and whether they may change it."""

    view: SavedView
    words: list[tuple[Any, Any]]
    is_pinned: bool
    may_change: bool
    is_own: bool


@require_safe
@login_required
def views(request: HttpRequest) -> HttpResponse:
    """One's own views and those shared with one's shops."""
    return _page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_view(request: HttpRequest) -> HttpResponse:
    """Keep the tab and the filters of this address under a name; what is refused comes back with what was typed."""
    by, want = actor_of(request), wanted(request)
    context: dict[str, Any] = {
        "want": want,
        "shops": shops_with(by, LEADS),
        "typed": request.POST,
        "refused": is_bad(want, chosen(want.filters, Known(by))),
    }
    if request.method != "POST":
        return render(request, _template(request), context)
    given = request.POST
    try:
        view = save_view(given.get("name"), tab=want.tab, filters=want.filters, shop=given.get("shop", ""), by=by, at=now_of(request))
    except DeskError as error:
        return render(request, "casework/view_new.html", context | {"error": error}, status=error.status)
    messages.success(request, _("Kept: {name}.").format(name=view.name))
    return redirect(f"{reverse('queue')}?{view.query}")


@require_POST
@login_required
def change_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Rename it, share it, put it among one's tabs or take it off them, or delete it."""
    by, given = actor_of(request), request.POST
    deeds: dict[str, Callable[[], Any]] = {
        "rename": lambda: rename_view(view_id, given.get("name"), by=by),
        "share": lambda: share_view(view_id, given.get("shop", ""), by=by),
        "pin": lambda: pin_view(view_id, is_on=True, by=by),
        "unpin": lambda: pin_view(view_id, is_on=False, by=by),
        "delete": lambda: delete_view(view_id, by=by),
    }
    deed = deeds.get(given.get("deed", ""))
    if deed is None:
        raise NotFound
    try:
        deed()
    except NotFound:
        raise
    except DeskError as error:
        return _page(request, error, view_id)
    return redirect("views")


def _page(request: HttpRequest, error: DeskError | None = None, picked: int | None = None) -> HttpResponse:
    by = actor_of(request)
    known, pinned = Known(by), set(Pin.objects.filter(user=by.user_id).values_list("view", flat=True))
    rows = [_shown(each, known, pinned, by) for each in SavedView.objects.for_actor(by).select_related("owner", "shop")]
    context = {"rows": rows, "shops": shops_with(by, LEADS), "error": error, "picked": picked, "typed": request.POST if error else {}}
    return render(request, "casework/views.html", context, status=error.status if error else 200)


def _shown(view: SavedView, known: Known, pinned: set[int], by: Actor) -> ShownView:
    found = chosen(read_wanted(QueryDict(view.query)).filters, known)
    words = [(each.label, each.words) for each in found]
    return ShownView(view, words, view.pk in pinned, may_change(view, by), view.owner_id == by.user_id)


def _template(request: HttpRequest) -> str:
    return "casework/parts/view_form.html" if is_part(request) else "casework/view_new.html"
