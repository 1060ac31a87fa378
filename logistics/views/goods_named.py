"""Noting which pieces are missing, wrong or damaged: the lines of the parcel's orders with a number of pieces beside each (L5.1, L7.1)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.actions.advance import advance
from casework.actions.offers import Offer
from casework.reading import CaseView, read_case
from casework.views.given import version_of
from casework.views.once import new_key, once
from logistics.goods.claimed import claimed
from logistics.goods.item_form import ItemForm
from logistics.goods.naming import NAMING
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def goods_named(request: HttpRequest, case_id: int) -> HttpResponse:
    """The form, and the step. Raises NotFound outside the person's shops and for other kinds of case."""
    by, now = actor_of(request), now_of(request)
    view = read_case(case_id, by=by, now=now)
    if view.case.kind not in NAMING:
        raise NotFound
    lines, offer = claimed(view.at).lines, _offer(view)
    if request.method != "POST":
        return _show(request, view, ItemForm.begun(lines, {}))
    form = ItemForm.sent(lines, request.POST)

    def deed() -> str:
        words = [name for name in offer.step.facts.base_fields if name != "items"]
        facts = {name: request.POST[name] for name in words if request.POST.get(name, "").strip()}
        advance(case_id, offer.step.name, by=by, at=now, version=version_of(request), facts=facts | {"items": form.items()})
        return str(case_id)

    try:
        once(request, deed)
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, view, form, error)
    messages.success(request, _("Noted."))
    return redirect("case", case_id)


def _offer(view: CaseView) -> Offer:
    return next(each for each in view.offers if each.step.name == NAMING[view.case.kind][0])


def _show(request: HttpRequest, view: CaseView, form: ItemForm, error: DeskError | None = None) -> HttpResponse:
    offer = _offer(view)
    fields = offer.step.facts(request.POST if error else None)
    # The lines have a form of their own.
    del fields.fields["items"]
    context: dict[str, Any] = {
        "view": view,
        "case": view.case,
        "form": form,
        "fields": fields,
        "what": NAMING[view.case.kind][1],
        "offer": offer,
        "error": error,
        "once": new_key(),
    }
    return render(request, "logistics/goods_named.html", context, status=error.status if error else 200)
