"""The approval inbox: what waits for a lead, and one request in one view with its decision (R1)."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.step_up import step_up
from casework.views.given import version_of
from orders.access import Actor, actor_of
from orders.amounts import shown
from orders.clock import now_of
from orders.errors import DeskError, Malformed, NotAllowed, NotFound, Stale
from orders.keyset import AFTER, BEFORE, page_of
from orders.roles import LEADS
from refunds.actions.decide import decide
from refunds.books.register import may_read
from refunds.kinds.money_out.asked import wants_password
from refunds.reading import PAGE, Waiting, waiting_cases, with_reasons
from refunds.request_view import RequestView, read_request
from refunds.views.words import NO_LIMIT, approve_words, findings

DECISIONS = ("approve", "send_back", "reject")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def approvals(request: HttpRequest, case_id: int | None = None) -> HttpResponse:
    """The list at the left, the picked request at the right; a POST decides about it."""
    by, now = actor_of(request), now_of(request)
    may_read(by, LEADS, at=now)
    if request.method == "POST" and case_id is not None:
        return _decide(request, case_id, by, now)
    return _show(request, case_id, by, now)


def _decide(request: HttpRequest, case_id: int, by: Actor, now: dt.datetime) -> HttpResponse:
    """Take the step; whatever is refused comes back with what was typed."""
    step, reason = request.POST.get("step", ""), request.POST.get("reason", "")
    if step not in DECISIONS:
        raise Malformed(_("Choose what to do."), field="step")
    try:
        if step == "approve" and request.POST.get("password"):
            step_up(request, request.POST["password"], now=now)
            by = actor_of(request)
        case = decide(
            case_id,
            step,
            by=by,
            at=now,
            version=version_of(request),
            seen=request.POST.get("seen", ""),
            facts={"reason": reason},
        )
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, case_id, by, now, error=error, typed=reason)
    messages.success(request, _said(step).format(number=case.number))
    return redirect("approvals")


def _said(step: str) -> str:
    words = {"approve": _("Approved: {number}."), "reject": _("Rejected: {number}."), "send_back": _("Sent back: {number}.")}
    return words[step]


def _show(
    request: HttpRequest, case_id: int | None, by: Actor, now: dt.datetime, *, error: DeskError | None = None, typed: str = ""
) -> HttpResponse:
    page = page_of(waiting_cases(by), request.GET, PAGE)
    rows = with_reasons(page.rows, "approve", by, now)
    groups = _groups(rows)
    if case_id is None and groups:
        case_id = groups[0][1][0].case.pk
    here = urlencode({name: request.GET[name] for name in (AFTER, BEFORE) if name in request.GET})
    here = f"?{here}" if here else ""
    context = {"now": now, "page": page, "here": here, "groups": groups, "error": error, "typed": typed, "stale": isinstance(error, Stale)}
    if case_id is not None:
        context |= _picked(read_request(case_id, by=by, now=now), by)
    return render(request, "refunds/approvals.html", context, status=error.status if error else 200)


def _groups(rows: list[Waiting]) -> list[tuple[str, list[Waiting]]]:
    """What only a manager may approve stands apart, for the manager and for those who wait for one."""
    titles = {
        (True, True): _("Needs a manager"),
        (True, False): _("You can approve"),
        (False, True): _("Waits for a manager"),
        (False, False): _("You cannot approve"),
    }
    of = {key: [each for each in rows if (not each.reasons, each.standing.needs_manager) == key] for key in titles}
    return [(titles[key], found) for key, found in of.items() if found]


def _picked(found: RequestView, by: Actor) -> dict[str, Any]:
    if by.role_in(found.case.shop_id) not in LEADS:
        raise NotAllowed
    return {
        "found": found,
        "case": found.case,
        "wanted": found.request,
        "findings": findings(found),
        "offers": {name: found.offer(name) for name in DECISIONS},
        "approve_words": approve_words(found.request),
        "wants_password": found.offer("approve").allowed and wants_password(found.view.at),
        "away": ", ".join(each.holder.shown_name for each in found.standing.powers[1:]),
        "limit": shown(found.standing.limit),
        "has_day_limit": found.standing.day_limit is not None and found.standing.day_limit < NO_LIMIT,
        "has_limit": found.standing.limit is not None and found.standing.limit < NO_LIMIT,
    }
