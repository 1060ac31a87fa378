"""Reporting what is not there: how many pieces of which line that has not left yet (R12.1)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.views.once import new_key, once
from logistics.goods.item_form import ItemForm
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from orders.models import Line
from refunds.actions.report_out_of_stock import report_out_of_stock
from refunds.kinds.out_of_stock import OutOfStock
from refunds.views.on_order import Target, target_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def out_of_stock(request: HttpRequest) -> HttpResponse:
    """`?order=NUMBER`. The only line that waits is filled in already."""
    by = actor_of(request)
    target = target_of(request, OutOfStock, by)
    lines = [line for line in Line.objects.filter(order=target.order) if not line.waybills and line.shipped_at is None]
    if request.method != "POST":
        return _show(request, target, ItemForm.begun(lines, {lines[0].pk: lines[0].quantity} if len(lines) == 1 else {}))
    form = ItemForm.sent(lines, request.POST)

    def deed() -> str:
        given = {"order": target.order.number, "lines": form.items(), "note": request.POST.get("note", "")}
        return str(report_out_of_stock(given, by=by, at=now_of(request)).pk)

    try:
        case_id = once(request, deed)
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, target, form, error)
    messages.success(request, _("Reported. The customer gets an apology and an offer."))
    return redirect("case", int(case_id))


def _show(request: HttpRequest, target: Target, form: ItemForm, error: DeskError | None = None) -> HttpResponse:
    context = {
        "target": target,
        "order": target.order,
        "form": form,
        "error": error,
        "note": request.POST.get("note", ""),
        "once": new_key(),
    }
    return render(request, "refunds/out_of_stock.html", context, status=error.status if error else 200)
