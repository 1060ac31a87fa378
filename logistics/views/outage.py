"""The page of an outage: its cases as they stand alike, one answer for all customers, one step for many; and the offer on the board."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from casework.models import Case
from casework.views.given import id_of, version_of
from casework.workflow import Step
from logistics.actions.open_outage import leave_outage, open_outage
from logistics.actions.work_together import Chosen, Result, step_together, tell_together
from logistics.board import shops_of
from logistics.kinds.outage import PLACES, Outage
from logistics.outages import Suspect, Together, suspects, together
from logistics.views.board import chosen_shop
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, Malformed, NotFound
from orders.roles import AGENTS

PAGE = "logistics/outage.html"
# The answer that is proposed; places are filled for each case.
USUAL = _(
    "Hello {buyer}, the courier {courier} has trouble in {city} these days, and your parcel {waybill} is held up by it. We are in touch with the courier and "
    "tell you as soon as it goes on."
)


@require_POST
@login_required
def outages(request: HttpRequest) -> HttpResponse:
    """Make an outage of what the board offers, or let further cases join it. Raises Malformed, NotAllowed, Refused."""
    by = actor_of(request)
    shop = chosen_shop(shops_of(by, AGENTS), request.POST.get("shop", ""))
    found = open_outage(shop, courier=request.POST.get("courier", ""), city=request.POST.get("city", ""), by=by, at=now_of(request))
    return redirect("outage", found.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def outage(request: HttpRequest, case_id: int) -> HttpResponse:
    """`?kind=&state=&step=` chooses what is done to those that stand alike; a POST of `what` = tell, step or leave does it, with a result for each."""
    by, now = actor_of(request), now_of(request)
    case = _found(case_id, by)
    if request.method != "POST":
        return _page(request, case, by, now)
    try:
        results = _done(request, case, by, now)
    except DeskError as error:
        return _page(request, case, by, now, error=error)
    if results is None:
        return redirect("outage", case_id)
    return _page(request, _found(case_id, by), by, now, results=results)


def _done(request: HttpRequest, case: Case, by: Actor, now: dt.datetime) -> list[Result] | None:
    what, sent = request.POST.get("what", ""), request.POST
    if what == "tell":
        return tell_together(case.pk, sent.get("text", ""), version=version_of(request), by=by, at=now)
    if what == "step":
        step = _chosen_step(sent.get("kind", ""), sent.get("step", ""), case, by, now)
        facts = {name: sent[name] for name in step.facts.base_fields if sent.get(name, "") != ""}
        rows = [_row(text) for text in sent.getlist("row")]
        return step_together(case.pk, step.name, rows, facts=facts, note=sent.get("note", ""), by=by, at=now)
    if what == "leave":
        leave_outage(id_of(sent.get("case", ""), "case"), note=sent.get("note", ""), by=by, at=now)
        messages.success(request, _("The case goes on alone."))
        return None
    raise Malformed(_("This is none of the possible values."), code="bad_value", field="what")


def _page(
    request: HttpRequest, case: Case, by: Actor, now: dt.datetime, *, error: DeskError | None = None, results: Sequence[Result] = ()
) -> HttpResponse:
    groups = together(case, by, now)
    sent = request.POST if error else request.GET
    chosen = next((each for each in groups if (each.kind, each.state) == (sent.get("kind"), sent.get("state"))), None)
    step = next((each for each, _number in chosen.steps if each.name == sent.get("step")), None) if chosen else None
    with translation.override(settings.LANGUAGE_CODE):
        usual = str(USUAL)
    context = {
        "case": case,
        "groups": groups,
        "chosen": chosen if step else None,
        "step": step,
        "form": step.facts(request.POST if error and step else None, auto_id="together_%s") if step else None,
        "rows": _rows(chosen, step) if chosen and step else [],
        "results": results,
        "done": sum(each.error is None for each in results),
        "text": request.POST.get("text", "") if error else usual,
        "places": [(f"{{{name}}}", label) for name, label in PLACES.items()],
        "more": _more(case, now),
        "may_work": case.is_open and by.role_in(case.shop_id) in AGENTS,
        "error": error,
        "now": now,
    }
    return render(request, PAGE, context, status=error.status if error else 200)


def _rows(chosen: Together, step: Step) -> list[tuple[Case, Any]]:
    """Each case beside the offer of the step: allowed, or refused with its reasons."""
    return [(case, next(each for each in its if each.step.name == step.name)) for case, its in chosen.cases]


def _more(case: Case, now: dt.datetime) -> Suspect | None:
    """Further cases that could join."""
    found = suspects(case.shop, now) if case.is_open else []
    return next((each for each in found if each.outage is not None and each.outage.pk == case.pk), None)


def _found(case_id: int, by: Actor) -> Case:
    found: Case | None = Outage.objects.for_actor(by).select_related("shop").filter(pk=case_id).first()
    if found is None:
        raise NotFound
    return found


def _chosen_step(kind: str, name: str, case: Case, by: Actor, now: dt.datetime) -> Step:
    steps = {each.name: each for group in together(case, by, now) if group.kind == kind for each, _number in group.steps}
    if name not in steps:
        raise Malformed(_("This is none of the possible values."), code="bad_value", field="step")
    return steps[name]


def _row(text: str) -> Chosen:
    case_id, _dash, version = text.partition("-")
    return Chosen(id_of(case_id, "row"), id_of(version, "row"))
