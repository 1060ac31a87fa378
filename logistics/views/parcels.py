"""Finding parcels, by the beginning of a waybill or by an order's number, and entering one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.searches import search_text
from casework.views.once import new_key, once
from logistics.actions.add_parcel import KEEPERS, add_parcel
from logistics.models import Courier
from logistics.searches import parcels_at_our_door, parcels_like
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.counting import how_many
from orders.errors import DeskError
from orders.keyset import page_of

PAGE = 50
FIELDS = ("orders", "courier", "waybill")


@require_safe
@login_required
def parcels(request: HttpRequest) -> HttpResponse:
    """`?q=`: the parcels that fit; the only one with that whole waybill is shown at once. Without it the newest. `?door=1`: at our door."""
    by, text = actor_of(request), search_text(request.GET.get("q", ""))
    door, at_door = request.GET.get("door") == "1", parcels_at_our_door(by)
    found = (
        (at_door if door else parcels_like(text, by).order_by("-pk")).select_related("courier", "shop", "region").prefetch_related("orders")
    )
    page = page_of(found, request.GET, PAGE)
    if not door and len(page) == 1 and text.upper() == page.rows[0].waybill.upper():
        return redirect("parcel", page.rows[0].pk)
    kept = {"door": 1} if door else {"q": text} if text else {}
    context = {
        "text": text,
        "page": page,
        "query": f"{urlencode(kept)}&" if kept else "",
        "door": door,
        "at_door": how_many({"door": at_door})["door"],
        "may_add": by.has_role(KEEPERS),
    }
    return render(request, "logistics/parcels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_parcel(request: HttpRequest) -> HttpResponse:
    """`?orders=NUMBER` begins with an order; what was refused comes back with what was typed."""
    by = actor_of(request)
    if request.method != "POST":
        return _form(request, {name: request.GET.get(name, "") for name in FIELDS})
    given = {name: request.POST.get(name, "").strip() for name in FIELDS}
    try:
        parcel_id = once(request, lambda: _add(request, by, given))
    except DeskError as error:
        return _form(request, given, error)
    return redirect("parcel", int(parcel_id))


def _add(request: HttpRequest, by: Actor, given: dict[str, str]) -> str:
    numbers = given["orders"].replace("，", " ").replace(",", " ").split()
    added = add_parcel(numbers, given["courier"], given["waybill"], by=by, at=now_of(request))
    messages.success(request, _("The parcel is entered.") if added.is_new else _("The parcel was known already; its orders are complete."))
    for each in added.warnings:
        messages.warning(request, str(each.text))
    return str(added.parcel.pk)


def _form(request: HttpRequest, given: dict[str, Any], error: DeskError | None = None) -> HttpResponse:
    context = {"given": given, "error": error, "once": new_key(), "couriers": couriers(), "may_add": actor_of(request).has_role(KEEPERS)}
    return render(request, "logistics/new_parcel.html", context, status=error.status if error else 200)


def couriers() -> list[Courier]:
    """The couriers to choose from: those in use first."""
    return list(Courier.objects.order_by("-active", "name"))
