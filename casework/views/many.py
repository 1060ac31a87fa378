"""The same with several cases: which deeds there are, with which cases each is possible and why not with the others, then a result for each."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casework.actions.do_many import Result, Seen, do_many, undo_many
from casework.facts import Facts
from casework.many import GIVE, MOST, Deed, deed_named, deeds_of, read_many, verdicts
from casework.reading import CaseView
from casework.views.given import id_of
from casework.views.listing import wanted
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, Malformed
from orders.models import User
from orders.people import people_of
from orders.roles import AGENTS

PAGE = "casework/many.html"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def many(request: HttpRequest) -> HttpResponse:
    """`?case=ID&case=ID` shows what can be done with them, with `deed` with which of them; a POST of `row=ID-VERSION` does it."""
    by, now = actor_of(request), now_of(request)
    if request.method != "POST":
        return _preview(request, [id_of(text, "case") for text in request.GET.getlist("case")], by, now)
    deed, chosen = _deed(request.POST.get("deed", "")), _chosen(request)
    try:
        results = do_many(deed, chosen, by=by, at=now, **_given(request, deed))
    except DeskError as error:
        return _preview(request, [each.case_id for each in chosen], by, now, error=error)
    return _results(request, deed, results, is_undone=False)


@require_POST
@login_required
def undo(request: HttpRequest) -> HttpResponse:
    """Take back what was done, each case for itself."""
    deed = _deed(request.POST.get("deed", ""))
    return _results(request, deed, undo_many(deed, _chosen(request), by=actor_of(request), at=now_of(request)), is_undone=True)


def _given(request: HttpRequest, deed: Deed) -> dict[str, Any]:
    """What the deed takes beside the cases. Raises Malformed for facts that are none: nothing is done with any case."""
    post = request.POST
    if deed.name == GIVE:
        return {"to": id_of(post["to"], "to") if post.get("to") else None}
    if deed.step is None:
        return {}
    facts = {name: post[name] for name in deed.step.facts.base_fields if post.get(name, "") != ""}
    deed.step.facts.read(facts)
    return {"facts": facts, "note": post.get("note", "")}


def _preview(request: HttpRequest, ids: list[int], by: Actor, now: dt.datetime, error: DeskError | None = None) -> HttpResponse:
    ids = list(dict.fromkeys(ids))
    views = read_many(ids, by=by, now=now)
    name = (request.POST if error else request.GET).get("deed", "")
    deed = _deed(name) if name else None
    found = verdicts(views, deed, by) if deed else []
    context = {
        "want": wanted(request),
        "cases": [view.case for view in views],
        "too_many": max(len(ids) - MOST, 0),
        "gone": len(ids[:MOST]) - len(views),
        "most": MOST,
        "deeds": deeds_of(views, by),
        "deed": deed,
        "found": sorted(found, key=lambda each: bool(each.reasons)),
        "can": sum(not each.reasons for each in found),
        "form": _form(deed, request, error),
        "typed": request.POST if error else {},
        "colleagues": _colleagues(views) if deed and deed.name == GIVE else [],
        "error": error,
        "now": now,
    }
    return render(request, PAGE, context, status=error.status if error else HTTPStatus.OK)


def _form(deed: Deed | None, request: HttpRequest, error: DeskError | None) -> Facts | None:
    return deed.step.facts(request.POST if error else None, auto_id="many_%s") if deed and deed.step else None


def _results(request: HttpRequest, deed: Deed, results: list[Result], *, is_undone: bool) -> HttpResponse:
    done = [each for each in results if each.error is None]
    context = {"want": wanted(request), "deed": deed, "results": results, "done": done, "is_undone": is_undone, "now": now_of(request)}
    return render(request, PAGE, context)


def _colleagues(views: list[CaseView]) -> list[User]:
    """Agents and leads of the shops of these cases; each case asks again whether they work in its own."""
    return list(people_of({view.case.shop_id for view in views}, AGENTS).order_by("first_name", "username"))


def _deed(name: str) -> Deed:
    deed = deed_named(name)
    if deed is None:
        raise Malformed(_("There is no such step, or it is taken one by one."), code="unknown_deed", field="deed")
    return deed


def _chosen(request: HttpRequest) -> list[Seen]:
    pairs = [text.partition("-") for text in request.POST.getlist("row")]
    return [Seen(id_of(case_id, "row"), id_of(version, "row")) for case_id, _dash, version in pairs]
