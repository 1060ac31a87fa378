"""The page on which a shop tells what a courier's statement calls its columns."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from logistics.models import Courier
from orders.access import actor_of
from orders.actions.import_files import check_may_import
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from orders.models import Shop
from refunds.actions.keep_statement_columns import keep_statement_columns
from refunds.claims.statement_form import statement_form
from refunds.imports.statement_columns import MINUS, NAMES
from refunds.models.statement import StatementColumns


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def statement_columns(request: HttpRequest, shop_code: str) -> HttpResponse:
    """The form (`?courier=CODE` with what was told of that one), and what is told on it. Raises NotFound outside the person's shops."""
    by = actor_of(request)
    shop: Shop | None = Shop.objects.for_actor(by).filter(code=shop_code).first()
    if shop is None:
        raise NotFound
    check_may_import(by, shop)
    known = list(StatementColumns.objects.filter(shop=shop).select_related("courier"))
    if request.method != "POST":
        courier = Courier.objects.filter(code=request.GET.get("courier", "")).first()
        return render(request, "refunds/statement_columns.html", {"form": statement_form(shop, courier=courier), "known": known})
    told = {name: request.POST.get(name, "") for name in (*NAMES, MINUS, "courier_code")}
    try:
        keep_statement_columns(shop, told["courier_code"], told, by=by, at=now_of(request))
    except DeskError as error:
        context = {"form": statement_form(shop, typed=told), "known": known, "error": error}
        return render(request, "refunds/statement_columns.html", context, status=error.status)
    messages.success(request, _("Kept. Choose the file again; from now on its columns are known."))
    return redirect("imports")
