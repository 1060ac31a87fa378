"""Many small requests at once: a look at who can and who cannot, then a result for each."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from casework.step_up import step_up
from casework.views.given import id_of
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError
from orders.roles import LEADS
from refunds.actions.approve_many import Chosen, Result, approve_many
from refunds.books.register import may_read
from refunds.many import MOST, preview_many

PAGE = "refunds/approve_many.html"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def approve_chosen(request: HttpRequest) -> HttpResponse:
    """`?case=ID&case=ID` shows what a yes would do; a POST of `row=ID-VERSION` says it. Raises Malformed, NotAllowed."""
    by, now = actor_of(request), now_of(request)
    may_read(by, LEADS, at=now)
    if request.method != "POST":
        return _preview(request, [id_of(text, "case") for text in request.GET.getlist("case")], by, now)
    chosen = [_chosen(text) for text in request.POST.getlist("row")]
    try:
        if request.POST.get("password"):
            step_up(request, request.POST["password"], now=now)
        results = approve_many(chosen, by=actor_of(request), at=now)
    except DeskError as error:
        return _preview(request, [each.case_id for each in chosen], by, now, error=error)
    return render(request, PAGE, {"results": results, "approved": _approved(results), "now": now})


def _chosen(text: str) -> Chosen:
    case_id, _dash, version = text.partition("-")
    return Chosen(id_of(case_id, "row"), id_of(version, "row"))


def _approved(results: list[Result]) -> int:
    return sum(each.error is None for each in results)


def _preview(request: HttpRequest, ids: list[int], by: Actor, now: dt.datetime, error: DeskError | None = None) -> HttpResponse:
    found = preview_many(ids[:MOST], by=by, now=now)
    context = {"found": found, "gone": len(set(ids)) - len(found.rows), "error": error, "now": now}
    return render(request, PAGE, context, status=error.status if error else HTTPStatus.OK)
