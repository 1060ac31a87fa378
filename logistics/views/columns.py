"""The page on which a shop tells what its shipping list calls its columns."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from logistics.actions.keep_columns import keep_columns
from logistics.columns_form import shipping_form
from logistics.imports.weight_columns import TOLD
from orders.access import actor_of
from orders.actions.import_files import check_may_import
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from orders.models import Shop


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def shipping_columns(request: HttpRequest, shop_code: str) -> HttpResponse:
    """The form, and what is told on it. Raises NotFound outside the person's shops."""
    by = actor_of(request)
    shop: Shop | None = Shop.objects.for_actor(by).filter(code=shop_code).first()
    if shop is None:
        raise NotFound
    check_may_import(by, shop)
    if request.method != "POST":
        return render(request, "logistics/columns.html", {"form": shipping_form(shop)})
    told = {name: request.POST.get(name, "") for name in (*TOLD, "unit")}
    try:
        keep_columns(shop, told, by=by, at=now_of(request))
    except DeskError as error:
        return render(request, "logistics/columns.html", {"form": shipping_form(shop, typed=told), "error": error}, status=error.status)
    messages.success(request, _("Kept. Choose the file again; from now on its columns are known."))
    return redirect("imports")
