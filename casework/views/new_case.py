"""Intake: one paste, the order and what is known around it, the likely kinds; a case is opened, or a note kept (L0.1, L0.5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casework.actions.note_order import note_order
from casework.actions.open_case import open_case
from casework.intake.look import Look, look
from casework.intake.pasted import LONGEST
from casework.registry import KINDS, SUBJECTS
from casework.views.given import is_part
from casework.views.once import new_key, once
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, Malformed, NotAllowed
from orders.models import Line, Memo
from orders.views.order import panels_of

FIELDS = ("kind", "order", "waybill", "note", "wanted", "text", "pick")
# So many memos, the newest ones.
MEMOS = 3


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_case(request: HttpRequest) -> HttpResponse:
    """The page; what was refused comes back with what was typed."""
    by = actor_of(request)
    given = _given(request)
    if request.method != "POST":
        return _page(request, by, given)
    try:
        return redirect(once(request, lambda: _do(request, by, given)))
    except DeskError as error:
        return _page(request, by, given, error)


@require_POST
@login_required
def look_at(request: HttpRequest) -> HttpResponse:
    """What was pasted comes to this: the part of the page below the paste, or the whole page where no script asks. Changes nothing."""
    by, given = actor_of(request), _given(request)
    if not _may_open(by):
        raise NotAllowed
    if not is_part(request):
        return _page(request, by, given)
    return render(request, "casework/intake/found.html", _context(request, by, given))


def _may_open(by: Actor) -> bool:
    """Whether the person opens some kind of case by hand."""
    return any(by.has_role(frozenset(kind.OPENED_BY)) for name, kind in KINDS.items() if name in SUBJECTS)


def _given(request: HttpRequest) -> dict[str, str]:
    """What was sent. Who comes from elsewhere with an order or a waybill has pasted that."""
    sent = request.POST if request.method == "POST" else request.GET
    given = {name: sent.get(name, "").strip() for name in FIELDS}
    return given | {"text": given["text"] or " ".join(filter(None, (given["order"], given["waybill"])))}


def _do(request: HttpRequest, by: Actor, given: dict[str, str]) -> str:
    """Open the case, or keep the note; the address of the page that comes then."""
    now = now_of(request)
    order, waybill = given["order"], given["waybill"]
    if not order and not waybill and given["text"]:
        picked = look(given["text"], by=by, now=now, pick=given["pick"]).picked
        if picked is None:
            raise Malformed(_("Choose first which order is meant."), code="choose_first", field="text")
        order, waybill = picked.order.number if picked.order else "", picked.choice.waybill
    if "only_note" in request.POST:
        return _keep_note(request, by, given)
    case = open_case(given["kind"], by=by, at=now, order=order, waybill=waybill, note=given["note"], wanted=given["wanted"])
    messages.success(request, _("Opened: {number}.").format(number=case.number))
    return reverse("case", args=[case.pk])


def _keep_note(request: HttpRequest, by: Actor, given: dict[str, str]) -> str:
    picked = look(given["text"], by=by, now=now_of(request), pick=given["pick"]).picked
    if picked is None or picked.order is None:
        raise Malformed(_("Choose first which order is meant."), code="choose_first", field="text")
    note_order(picked.order.pk, note=given["note"], by=by, at=now_of(request))
    messages.success(request, _("Note kept on order {number}.").format(number=picked.order.number))
    return reverse("order", args=[picked.order.pk])


def _page(request: HttpRequest, by: Actor, given: dict[str, str], error: DeskError | None = None) -> HttpResponse:
    context = _context(request, by, given) | {"error": error}
    refusal = error or context["unreadable"]
    return render(request, "casework/new_case.html", context | {"longest": LONGEST}, status=refusal.status if refusal else 200)


def _context(request: HttpRequest, by: Actor, given: dict[str, str]) -> dict[str, Any]:
    """What the text comes to, and everything around the order that is meant."""
    now = now_of(request)
    context: dict[str, Any] = {"given": given, "once": new_key(), "now": now, "may_open": _may_open(by), "seen": None, "unreadable": None}
    if not given["text"] or not context["may_open"]:
        return context
    try:
        seen = look(given["text"], by=by, now=now, pick=given["pick"])
    except Malformed as error:
        return context | {"unreadable": error}
    return context | {"seen": seen, **_around(seen, by, given, now)}


def _around(seen: Look, by: Actor, given: dict[str, str], now: dt.datetime) -> dict[str, Any]:
    # The likeliest stands first and is chosen by a deed: Enter once more, as a scanner sends it, opens nothing.
    likely = [each for each in seen.openings if each.ranked.is_likely]
    parts = {"chosen": given["kind"], "likely": likely, "others": [each for each in seen.openings if not each.ranked.is_likely]}
    order = seen.order
    if order is None:
        return parts
    return parts | {
        "order": order,
        "lines": list(Line.objects.filter(order=order)),
        "memos": list(Memo.objects.filter(order=order).order_by("-at", "-pk")[:MEMOS]),
        "panels": panels_of(order, by, now),
    }
