"""Asking that something is sent again: how many pieces of which line, and why."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.actions.open_case import may_open
from casework.models import Case
from casework.views.given import id_of
from casework.views.once import new_key, once
from logistics.goods.item_form import ItemForm
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from orders.models import Line
from refunds.actions.ask_reshipment import LONGEST_REASON, ask_reshipment
from refunds.asking.concerned import orders_of
from refunds.asking.known import RULES, facts_of, why_again, why_not_yet
from refunds.kinds.reshipment import Reshipment


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def resend(request: HttpRequest) -> HttpResponse:
    """`?case=ID`: the form for a reshipment that belongs to a case; begun with what is missing, else with everything."""
    by = actor_of(request)
    case, lines = _target(request, by)
    if request.method != "POST":
        facts = facts_of(case)
        missing = {each["line"]: each["quantity"] for each in facts.items} if facts else {}
        return _show(request, case, ItemForm.begun(lines, missing or {line.pk: line.quantity for line in lines}))
    form = ItemForm.sent(lines, request.POST)

    def deed() -> str:
        given = {"case": case.pk, "lines": form.items(), "reason": request.POST.get("reason", "")}
        return str(ask_reshipment(given, by=by, at=now_of(request)).pk)

    try:
        number = once(request, deed)
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, case, form, error)
    messages.success(request, _("Asked. Warehouse and print clerk see it in their list."))
    return redirect("case", int(number))


def _target(request: HttpRequest, by: Actor) -> tuple[Case, list[Line]]:
    rows = Case.objects.for_actor(by).select_related("order__buyer")
    case: Case | None = rows.filter(pk=id_of(request.GET.get("case", ""), "case")).first()
    if case is None or case.order is None or Reshipment.KIND not in type(case).REMEDIES:
        raise NotFound
    may_open(Reshipment, case.shop_id, by)
    return case, list(Line.objects.filter(order__in=orders_of(case)).select_related("order").order_by("order", "position"))


def _show(request: HttpRequest, case: Case, form: ItemForm, error: DeskError | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "case": case,
        "order": case.order,
        "error": error,
        "once": new_key(),
        "longest": LONGEST_REASON,
    }
    context["reason"] = request.POST.get("reason", "") if request.method == "POST" else why_again(facts_of(case))
    context["rule"] = RULES.get(case.kind, "L5.3")
    context["first"] = [] if error else why_not_yet(case, Reshipment.KIND, actor_of(request), now_of(request))
    return render(request, "refunds/resend.html", context, status=error.status if error else 200)
