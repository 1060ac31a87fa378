"""What finance pays: approved refunds, the oldest first, each with the form for the platform's number (R2.3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from casework.actions.advance import advance
from orders.access import Actor, actor_of
from orders.amounts import shown
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from refunds.actions.reveal_payee import Payee, reveal_payee
from refunds.kinds.refund import PAYERS
from refunds.models import Approval
from refunds.reading import PAGE, Waiting, to_pay, with_reasons
from refunds.register import may_read, totals
from refunds.views.forms import version_of


@dataclass
class Due:
    """A refund to be paid with what was typed for it, what was refused, and the payee when it was just revealed."""

    approval: Approval
    waiting: Waiting
    typed: dict[str, str]
    error: DeskError | None = None
    payee: Payee | None = None


@require_GET
@login_required
def payouts(request: HttpRequest) -> HttpResponse:
    """The list."""
    return _show(request)


@require_POST
@login_required
def pay(request: HttpRequest, case_id: int) -> HttpResponse:
    """Record a payment made outside."""
    typed = {name: request.POST.get(name, "").strip() for name in ("platform_number", "paid_at")}
    try:
        case = advance(case_id, "record_payout", by=actor_of(request), at=now_of(request), version=version_of(request), facts=typed)
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, case_id, typed=typed, error=error)
    messages.success(request, _("Recorded as paid: {number}.").format(number=case.number))
    return redirect("payouts")


@require_POST
@login_required
def reveal(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show the payee's account for this once."""
    try:
        payee = reveal_payee(case_id, reason=request.POST.get("reason", ""), by=actor_of(request), at=now_of(request))
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, case_id, error=error)
    return _show(request, case_id, payee=payee)


def _show(request: HttpRequest, case_id: int | None = None, *, error: DeskError | None = None, **more: Any) -> HttpResponse:
    by, now = actor_of(request), now_of(request)
    may_read(by, PAYERS)
    rows = to_pay(by)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    dues = _dues(list(page), by, now)
    picked = next((each for each in dues if each.waiting.case.pk == case_id), None)
    if picked is not None:
        picked.error = error
        for name, value in more.items():
            setattr(picked, name, value)
    context = {"now": now, "page": page, "dues": dues, "total": shown(totals(rows)["total"]), "error": None if picked else error}
    return render(request, "refunds/payouts.html", context, status=error.status if error else 200)


def _dues(approvals: list[Approval], by: Actor, now: dt.datetime) -> list[Due]:
    by_case = {each.request.case_id: each for each in approvals}
    waiting = with_reasons([each.request.case for each in approvals], "record_payout", by, now)
    today = localtime(now).strftime("%Y-%m-%dT%H:%M")
    return [Due(by_case[each.case.pk], each, {"platform_number": "", "paid_at": today}) for each in waiting]
