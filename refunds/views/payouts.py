"""What finance pays today: by deadline and channel, with the platform's number to record or the provider to tell (R2.3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from casework.actions.advance import advance
from casework.views.given import version_of
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from orders.keyset import page_of
from refunds.actions.paid_after_all import say_of_late
from refunds.actions.reveal_payee import Payee, reveal_payee
from refunds.books.payable import Due, dues_of, late_transfers, rows_to_pay, sums
from refunds.books.register import may_read
from refunds.kinds.paying import PAYERS
from refunds.models import PayeeChannel
from refunds.reading import PAGE

# The steps of the page and the fields that each takes.
STEPS: dict[str, tuple[str, ...]] = {
    "record_payout": ("platform_number", "paid_at"),
    "pay": (),
    "ask_alipay_again": (),
    "seen_as_paid": ("platform_number", "paid_at"),
    "seen_as_not_paid": ("reason",),
}


@dataclass
class Row:
    """A refund to be paid with what was typed for it, what was refused, and the payee when it was just revealed."""

    due: Due
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
def pay(request: HttpRequest, case_id: int, step: str = "record_payout") -> HttpResponse:
    """Record a payment made outside, order one from the provider, or say what became of it."""
    if step not in STEPS:
        raise NotFound
    typed = {name: request.POST.get(name, "").strip() for name in STEPS[step]}
    try:
        case = advance(case_id, step, by=actor_of(request), at=now_of(request), version=version_of(request), facts=typed)
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, case_id, typed=typed, error=error)
    messages.success(request, _said(step).format(number=case.number))
    return redirect("payouts")


@require_POST
@login_required
def late(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """Say what a transfer was of which Alipay says late that it is paid."""
    has_left, reason = request.POST.get("left") == "1", request.POST.get("reason", "")
    try:
        found = say_of_late(transfer_id, has_left=has_left, reason=reason, by=actor_of(request), at=now_of(request))
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, error=error, late_typed={transfer_id: reason})
    said = _("Noted as paid: {number}. The case pays no more.") if has_left else _("Noted as not paid: {number}.")
    messages.success(request, said.format(number=found.key))
    return redirect("payouts")


def _said(step: str) -> str:
    words = {
        "pay": _("Ordered from Alipay: {number}. The answer comes by itself."),
        "ask_alipay_again": _("Alipay is asked again: {number}."),
        "seen_as_not_paid": _("Not paid by Alipay: {number}. It can be paid again."),
    }
    return words.get(step) or _("Recorded as paid: {number}.")


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
    may_read(by, PAYERS, at=now)
    channel, today = request.GET.get("channel", ""), request.GET.get("due") == "today"
    chosen = f"channel={channel}" if channel in PayeeChannel.values else "due=today" if today else ""
    rows = rows_to_pay(by, now, channel=channel if channel in PayeeChannel.values else "", today=chosen == "due=today")
    page = page_of(rows, request.GET, PAGE)
    listed = _rows(dues_of(page.rows, by, now), now)
    picked = next((each for each in listed if each.due.case.pk == case_id), None)
    if picked is not None:
        picked.error = error
        picked.payee = more.get("payee")
        picked.typed |= more.get("typed", {})
    context = {
        "now": now,
        "page": page,
        "rows": listed,
        "parts": sums(by, now),
        "chosen": chosen,
        "chosen_query": f"{chosen}&" if chosen else "",
        "error": None if picked else error,
        "late": [(each, more.get("late_typed", {}).get(each.pk, "")) for each in late_transfers(by)],
    }
    return render(request, "refunds/payouts.html", context, status=error.status if error else 200)


def _rows(dues: list[Due], now: dt.datetime) -> list[Row]:
    today = localtime(now).strftime("%Y-%m-%dT%H:%M")
    numbers = [each.transfer.number if each.transfer and each.transfer.is_open else "" for each in dues]
    return [Row(each, {"platform_number": number, "paid_at": today, "reason": ""}) for each, number in zip(dues, numbers, strict=True)]
