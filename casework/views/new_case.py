"""Opening a case by hand, for an order or a waybill."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.actions.open_case import open_case
from casework.registry import KINDS, SUBJECTS
from casework.views.once import new_key, once
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError

FIELDS = ("kind", "order", "waybill", "note")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_case(request: HttpRequest) -> HttpResponse:
    """The form; what was refused comes back with what was typed."""
    by = actor_of(request)
    if request.method != "POST":
        return _form(request, by, {name: request.GET.get(name, "") for name in FIELDS})
    given = {name: request.POST.get(name, "").strip() for name in FIELDS}
    try:
        case_id = once(request, lambda: _open(request, by, given))
    except DeskError as error:
        return _form(request, by, given, error)
    return redirect("case", int(case_id))


def _open(request: HttpRequest, by: Actor, given: dict[str, str]) -> str:
    kind, order, waybill, note = (given[name] for name in FIELDS)
    case = open_case(kind, by=by, at=now_of(request), order=order, waybill=waybill, note=note)
    messages.success(request, _("Opened: {number}.").format(number=case.number))
    return str(case.pk)


def _form(request: HttpRequest, by: Actor, given: dict[str, Any], error: DeskError | None = None) -> HttpResponse:
    kinds = [
        (name, kind._meta.verbose_name, kind.CHAPTER, (kind.__doc__ or "").strip())
        for name, kind in sorted(KINDS.items())
        if name in SUBJECTS and by.has_role(frozenset(kind.OPENED_BY))
    ]
    context = {"kinds": kinds, "given": given, "error": error, "once": new_key()}
    return render(request, "casework/new_case.html", context, status=error.status if error else 200)
