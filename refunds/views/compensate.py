"""Asking for a compensation: one amount, reason, ground, evidence and payee on one page (R4.1)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.idempotency import digest_of, read_key, run_once
from casework.models import Case
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from refunds.actions.ask_compensation import ask_compensation
from refunds.asking.known import why_not_yet
from refunds.kinds.compensation import Compensation
from refunds.views.ask import KEY, REUSED, refuse_a_twin
from refunds.views.ask_target import came_back, target_of
from refunds.views.compensate_form import CompensateForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def compensate(request: HttpRequest) -> HttpResponse:
    """`?order=NUMBER`, `?case=ID` for one that belongs to a case, `?again=ID` for a new version of a request."""
    by, now = actor_of(request), now_of(request)
    target = target_of(request.GET, by, Compensation)
    if target is None:
        return render(request, "refunds/ask_which.html", {"number": request.GET.get("order", "")})
    if request.method != "POST":
        return _show(request, CompensateForm.begun(target))
    form = CompensateForm.sent(target, request.POST)
    try:
        case_id = _ask_once(request, form, by, now)
    except NotFound:
        raise
    except DeskError as error:
        form.refuse(error)
        return _show(request, form, error)
    case = Case.objects.for_actor(by).get(pk=case_id)
    messages.success(request, _("Asked: {number}. A lead decides; nothing is promised yet.").format(number=case.number))
    return redirect("case", case_id)


def _ask_once(request: HttpRequest, form: CompensateForm, by: Actor, now: dt.datetime) -> int:
    """The id of the compensation. A double click, or the same form sent again, finds the one that is there (C3)."""
    given = form.given()
    key, digest = read_key(KEY + request.POST.get("key", "")), digest_of("page compensation", [given, form.version])

    def deed() -> tuple[int, str]:
        refuse_a_twin(form, request.POST.get("twice", ""), by, now)
        return 201, str(ask_compensation(given, by=by, at=now, version=form.version).pk)

    _status, body = run_once(request.user.pk or 0, key, digest, now, deed)
    return int(body)


def _show(request: HttpRequest, form: CompensateForm, error: DeskError | None = None) -> HttpResponse:
    """The form. A fresh key comes with a fresh form; what was refused may be sent again under its own."""
    key = request.POST.get("key", "") if error is not None and error.code != REUSED else ""
    context: dict[str, Any] = {
        "form": form,
        "target": form.target,
        "order": form.target.order,
        "came_back": came_back(form.target.before),
        "error": error,
        "key": key or uuid.uuid4().hex,
        "first": [] if error else why_not_yet(form.target.above, Compensation.KIND, actor_of(request), now_of(request)),
        "now": now_of(request),
        "was_sent": error is not None and error.code == REUSED,
    }
    return render(request, "refunds/compensate.html", context, status=error.status if error else 200)
