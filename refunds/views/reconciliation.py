"""Reconciliation with the platform's list, month by month: what differs, and saying what it is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from casework.views.once import new_key, once
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError
from orders.keyset import part_of
from orders.people import shops_with
from refunds.actions.export_differences import export
from refunds.actions.settle_difference import amounts_of, settle_difference
from refunds.books.reconciliation import READERS, SETTLERS, Kind, Month, differences, sums
from refunds.books.register import may_read
from refunds.reading import PAGE
from refunds.views.register import XLSX, shop_named


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def reconciliation(request: HttpRequest) -> HttpResponse:
    """`?month=2026-11&shop=CODE`: the sums of the month and its differences, open ones first. A POST settles one, `books=yes` with its booking."""
    by = actor_of(request)
    may_read(by, READERS, at=now_of(request))
    if request.method != "POST":
        return _show(request, by)
    try:
        once(request, lambda: _settle(request, by))
    except DeskError as error:
        return _show(request, by, error=error)
    messages.success(request, _("The difference is settled."))
    return redirect(f"{reverse('reconciliation')}?{request.GET.urlencode()}")


def _settle(request: HttpRequest, by: Actor) -> str:
    post, now = request.POST, now_of(request)
    month = Month.read(request.GET.get("month", ""), now)
    seen = (post.get("there", ""), post.get("here", ""))
    row = settle_difference(
        post.get("about", ""),
        month=month,
        seen=seen,
        note=post.get("note", ""),
        case=post.get("case", "").strip(),
        books=post.get("books") == "yes",
        by=by,
        at=now,
    )
    return str(row.pk)


def _show(request: HttpRequest, by: Actor, error: DeskError | None = None) -> HttpResponse:
    now = now_of(request)
    month, shop = Month.read(request.GET.get("month", ""), now), shop_named(request.GET.get("shop", ""), by)
    found = differences(by, month, shop)
    page = part_of(found, request.GET, PAGE)
    chosen = {"month": str(month), "shop": request.GET.get("shop", "")}
    total = sums(by, month, shop)
    context: dict[str, Any] = {
        "now": now,
        "page": page,
        "rows": [(each, *amounts_of(each), by.role_in(each.shop_id) in SETTLERS) for each in page],
        "open": sum(1 for each in found if not each.is_settled),
        "found": len(found),
        "sums": total,
        "books_agree": total.register == total.ledger,
        "difference": total.there - total.here,
        "chosen": chosen,
        "query": urlencode({name: value for name, value in chosen.items() if value}) + "&",
        "shops": shops_with(by, READERS),
        "kinds": Kind,
        "error": error,
        "typed": request.POST if error else {},
        "once": new_key(),
    }
    return render(request, "refunds/reconciliation.html", context, status=error.status if error else 200)


@require_GET
@login_required
def export_differences(request: HttpRequest) -> FileResponse:
    """The same rows as a workbook."""
    by, now = actor_of(request), now_of(request)
    may_read(by, READERS, at=now)
    month = Month.read(request.GET.get("month", ""), now)
    file = export(by, month, shop_named(request.GET.get("shop", ""), by), at=now)
    return FileResponse(file, as_attachment=True, filename=f"reconciliation-{month}.xlsx", content_type=XLSX)
