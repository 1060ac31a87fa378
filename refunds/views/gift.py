"""Asking for a gift: what, how many, and what it is worth, with what may be agreed to without a lead (S4.3)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.policies import Policies
from casework.views.once import new_key, once
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from refunds.actions.ask_gift import ask_gift
from refunds.kinds.gift import Gift
from refunds.kinds.gift.said import What
from refunds.views.on_order import Target, target_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def gift(request: HttpRequest) -> HttpResponse:
    """`?order=NUMBER`, or `?case=ID` where the chapter of a case ends in a gift."""
    by = actor_of(request)
    target = target_of(request, Gift, by)
    if request.method != "POST":
        return _show(request, target, What())
    sent = {name: request.POST.get(name, "") for name in What.base_fields}

    def deed() -> str:
        given = {name: value for name, value in sent.items() if value}
        return str(ask_gift(target.asked | given, by=by, at=now_of(request)).pk)

    try:
        case_id = once(request, deed)
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, target, What(sent), error)
    messages.success(request, _("Noted. Nothing is promised before somebody has agreed."))
    return redirect("case", int(case_id))


def _show(request: HttpRequest, target: Target, form: What, error: DeskError | None = None) -> HttpResponse:
    table = Policies(now_of(request)).value("gift_by_amount", target.order.shop_id)
    context = {
        "target": target,
        "order": target.order,
        "form": form,
        "error": error,
        "most": table.of(target.order.paid),
        "once": new_key(),
    }
    return render(request, "refunds/gift.html", context, status=error.status if error else 200)
