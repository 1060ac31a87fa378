"""The refund register and its file for finance (R2.1, R2.4)."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import Malformed
from orders.keyset import page_of
from orders.models import Shop
from orders.people import shops_with
from refunds.actions.export_register import export_register
from refunds.books.reconciliation import READERS as RECONCILERS
from refunds.books.register import EXPORTERS, READERS, RegisterState, goods_text, may_read, register_rows, state_label, totals
from refunds.reading import PAGE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NUMBER = 32


@require_GET
@login_required
def register(request: HttpRequest) -> HttpResponse:
    """The rows of the chosen time, shop and state, the newest first, with their sums."""
    by = actor_of(request)
    may_read(by, at=now_of(request))
    wanted = wanted_of(request, by)
    rows = register_rows(by, **wanted)
    page = page_of(rows, request.GET, PAGE)
    chosen = {name: request.GET.get(name, "") for name in ("since", "until", "shop", "state", "order")}
    query = urlencode({name: value for name, value in chosen.items() if value})
    context = {
        "now": now_of(request),
        "page": page,
        "rows": [{"approval": each, "goods": goods_text(each), "state": state_label(each)} for each in page],
        "totals": totals(rows),
        "chosen": chosen,
        "until_error": _("This day is before the first one.") if _is_backwards(wanted) else "",
        "query": f"{query}&" if query else "",
        "shops": shops_with(by, READERS),
        "states": RegisterState.choices,
        "may_export": by.has_role(EXPORTERS),
        "may_reconcile": by.has_role(RECONCILERS),
    }
    return render(request, "refunds/register.html", context)


@require_GET
@login_required
def export(request: HttpRequest) -> FileResponse:
    """The same rows as a workbook."""
    by, now = actor_of(request), now_of(request)
    may_read(by, EXPORTERS, at=now)
    file = export_register(by, at=now, **wanted_of(request, by))
    name = f"refund-register-{localtime(now):%Y%m%d-%H%M}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def wanted_of(request: HttpRequest, by: Actor) -> dict[str, Any]:
    """The filters in the address. Raises Malformed naming the field."""
    given = request.GET
    state = given.get("state", "")
    if state and state not in RegisterState.values:
        raise Malformed(_("This is none of the possible values."), code="bad_value", field="state")
    order = given.get("order", "").strip()
    if order and not (order.isascii() and order.isdigit() and len(order) <= LONGEST_NUMBER):
        raise Malformed(_("An order number has digits only."), code="bad_value", field="order")
    return {"shop": shop_named(given.get("shop", ""), by), "order": order, "state": state} | {
        name: _day(given.get(name, ""), name) for name in ("since", "until")
    }


def _is_backwards(wanted: dict[str, Any]) -> bool:
    """Whether the last day lies before the first one: nothing can fit."""
    since, until = wanted["since"], wanted["until"]
    return since is not None and until is not None and until < since


def shop_named(code: str, by: Actor) -> int | None:
    """The id of the actor's shop with this code; None for "". Raises Malformed."""
    if not code:
        return None
    found = Shop.objects.for_actor(by).filter(code=code).first()
    if found is None:
        raise Malformed(_("There is no such shop among yours."), code="bad_value", field="shop")
    return int(found.pk)


def _day(text: str, name: str) -> dt.date | None:
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise Malformed(_("This is no day like 2026-11-23."), code="bad_value", field=name)
    return day
