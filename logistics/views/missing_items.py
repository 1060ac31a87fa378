"""Noting what is missing: the lines of the parcel's orders with a number of pieces beside each (L5.1)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.actions.advance import advance
from casework.reading import CaseView, read_case
from casework.views.once import new_key, once
from casework.views.verbs import version_of
from logistics.claimed import claimed
from logistics.item_form import ItemForm
from logistics.kinds.missing_items import MissingItems
from logistics.kinds.missing_items.said import Missing
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound

STEP = "missing_named"
WORDS = ("unpacked", "told_where", "arrived")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def missing_items(request: HttpRequest, case_id: int) -> HttpResponse:
    """The form, and the step. Raises NotFound outside the person's shops and for other kinds of case."""
    by, now = actor_of(request), now_of(request)
    view = read_case(case_id, by=by, now=now)
    if not isinstance(view.case, MissingItems):
        raise NotFound
    lines = claimed(view.at).lines
    if request.method != "POST":
        return _show(request, view, ItemForm.begun(lines, {}))
    form = ItemForm.sent(lines, request.POST)

    def deed() -> str:
        facts = {name: request.POST[name] for name in WORDS if request.POST.get(name, "").strip()}
        advance(case_id, STEP, by=by, at=now, version=version_of(request), facts=facts | {"items": form.items()})
        return str(case_id)

    try:
        once(request, deed)
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, view, form, error)
    messages.success(request, _("Noted. The four checks begin."))
    return redirect("case", case_id)


def _show(request: HttpRequest, view: CaseView, form: ItemForm, error: DeskError | None = None) -> HttpResponse:
    offer = next(each for each in view.offers if each.step.name == STEP)
    fields = Missing(request.POST if error else None)
    # The lines have a form of their own.
    del fields.fields["items"]
    context: dict[str, Any] = {
        "view": view,
        "case": view.case,
        "form": form,
        "fields": fields,
        "offer": offer,
        "error": error,
        "once": new_key(),
    }
    return render(request, "logistics/missing_items.html", context, status=error.status if error else 200)
