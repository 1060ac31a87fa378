"""Columns and order of the lists of cases, chosen on a form that stands above the list. Without script it is a page of its own."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from casework.actions.set_list_look import set_list_look
from casework.lists.columns import COLUMNS, SORTS, columns_of, moved, sort_of
from casework.views.given import is_part
from casework.views.listing import wanted
from casework.views.me import person
from orders.access import actor_of

LEFT, RIGHT = "left", "right"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def columns(request: HttpRequest) -> HttpResponse:
    """The form; a POST keeps what was chosen and shows the list, or the form again when a column was moved a place."""
    user = person(request)
    if request.method != "POST":
        return _form(request)
    chosen = request.POST.getlist("column")
    chosen = moved(moved(chosen, request.POST.get(LEFT, ""), -1), request.POST.get(RIGHT, ""), 1)
    set_list_look(user, chosen, request.POST.get("sort", ""), by=actor_of(request))
    if not (LEFT in request.POST or RIGHT in request.POST):
        return redirect(f"{reverse('queue')}{wanted(request).from_its_start}")
    return _form(request) if is_part(request) else redirect(f"{reverse('list_look')}{wanted(request).query}")


def _form(request: HttpRequest) -> HttpResponse:
    user = person(request)
    mine = columns_of(user)
    context = {
        "want": wanted(request),
        "columns": [*((each, True) for each in mine), *((each, False) for each in COLUMNS if each not in mine)],
        "last": mine[-1].name,
        "sorts": SORTS.values(),
        "sort": sort_of(user),
    }
    return render(request, "casework/parts/columns_form.html" if is_part(request) else "casework/columns.html", context)
