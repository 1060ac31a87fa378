"""Asking for a refund: lines, postage, reason, ground, evidence and payee on one page (R1.1, R1.3)."""

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
from orders.errors import DeskError, NotFound, Refused
from refunds.actions.ask import ask_refund
from refunds.asking.known import why_not_yet
from refunds.kinds.refund import Refund
from refunds.reading import asked_just_now
from refunds.views.ask_form import AskForm
from refunds.views.ask_target import came_back, target_of
from refunds.views.look import Looked, look_at

# Keys of pages and of programs never meet.
KEY = "page:"
REUSED = "idempotency_key_reused"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask(request: HttpRequest) -> HttpResponse:
    """`?order=NUMBER`, `?case=ID` for a refund that belongs to a case, `?again=ID` for a new version of a request."""
    by, now = actor_of(request), now_of(request)
    target = target_of(request.GET, by)
    if target is None:
        return render(request, "refunds/ask_which.html", {"number": request.GET.get("order", "")})
    if request.method != "POST":
        return _show(request, AskForm.begun(target))
    form = AskForm.sent(target, request.POST)
    looked = look_at(form, request.POST, now)
    if "look" in request.POST or looked.amounts or looked.is_unclear:
        return _show(request, form, looked)
    try:
        case_id = _ask_once(request, form, by, now)
    except NotFound:
        raise
    except DeskError as error:
        form.refuse(error)
        return _show(request, form, looked, error)
    case = Case.objects.for_actor(by).get(pk=case_id)
    messages.success(request, _("Asked: {number}. A lead decides; nothing is promised yet.").format(number=case.number))
    return redirect("case", case_id)


def _ask_once(request: HttpRequest, form: AskForm, by: Actor, now: dt.datetime) -> int:
    """The id of the refund. A double click, or the same form sent again, finds the one that is there (C3)."""
    given = form.given()
    key, digest = read_key(KEY + request.POST.get("key", "")), digest_of("page refund", [given, form.version])

    def deed() -> tuple[int, str]:
        refuse_a_twin(form, request.POST.get("twice", ""), by, now)
        return 201, str(ask_refund(given, by=by, at=now, version=form.version).pk)

    _status, body = run_once(request.user.pk or 0, key, digest, now, deed)
    return int(body)


def refuse_a_twin(form: AskForm, twice: str, by: Actor, now: dt.datetime) -> None:
    """After "back" the browser brings a fresh form with a fresh key: the same request once more is asked about first."""
    twin = None if form.target.before else asked_just_now(form.target.order, form.wish(), by=by, now=now)
    if twin is not None and twice != str(twin.case_id):
        text = _("You asked for exactly this a moment ago: {number}. Send it again only if the customer gets it twice.")
        raise Refused(text.format(number=twin.case.number), code="asked_just_now", extra={"case": twin.case_id, "number": twin.case.number})


def _show(request: HttpRequest, form: AskForm, looked: Looked | None = None, error: DeskError | None = None) -> HttpResponse:
    """The form, and what it would do. A fresh key comes with a fresh form; what was refused may be sent again under its own."""
    key = request.POST.get("key", "") if error is not None and error.code != REUSED else ""
    context: dict[str, Any] = {
        "form": form,
        "target": form.target,
        "order": form.target.order,
        "came_back": came_back(form.target.before),
        "error": error,
        "key": key or uuid.uuid4().hex,
        "first": [] if error else why_not_yet(form.target.above, Refund.KIND, actor_of(request), now_of(request)),
    }
    looked = looked or look_at(form, request.POST, now_of(request))
    context |= {"sim": looked.simulation, "unseen": bool(looked.amounts)}
    context |= {"now": now_of(request), "was_sent": error is not None and error.code == REUSED}
    return render(request, "refunds/ask.html", context, status=error.status if error else 400 if form.errors else 200)
