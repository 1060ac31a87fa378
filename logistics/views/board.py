"""The stalled board: last night's run, courier by region, and the parcels of a cell (L3.3)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from logistics.actions.nightly import missed_since
from logistics.actions.run_again import run_again
from logistics.board import READERS, findings_in, last_runs, lines_of, matrix_of, may_run, shops_of, with_parcels
from logistics.models import NightlyRun
from logistics.outages import suspects
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import Malformed, Refused
from orders.keyset import page_of
from orders.models import Shop
from orders.roles import AGENTS

PAGE = 50


@require_safe
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """What stands still in a shop; with `courier` and `region` the parcels of that cell."""
    return render(request, "logistics/board.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    by, now, given = actor_of(request), now_of(request), request.GET
    shops = shops_of(by)
    shop = chosen_shop(shops, given.get("shop", ""))
    last, before = last_runs(shop)
    matrix = matrix_of(shop, now, given.get("courier", ""), given.get("region", ""))
    page = page_of(with_parcels(findings_in(shop, matrix.chosen)), request.GET, PAGE)
    cell = {"courier": matrix.chosen.courier.code, "region": matrix.chosen.region_code} if matrix.chosen else {}
    return {
        "now": now,
        "shop": shop,
        "shops": shops,
        "last": last,
        "before": before,
        "lasted": int((last.finished_at - last.started_at).total_seconds()) if last and last.finished_at else None,
        "missed": missed_since([shop], now).get(shop.pk),
        "matrix": matrix,
        # A cell that has emptied meanwhile, or a mistyped address: the whole board is shown, not an empty list.
        "has_emptied": matrix.chosen is None and bool(given.get("courier") or given.get("region")),
        "page": page,
        "in_list": matrix.chosen.count if matrix.chosen else matrix.total,
        "lines": lines_of(page.rows, by, now),
        "query": urlencode({"shop": shop.code, **cell}) + "&",
        "may_run": may_run(by, shop),
        "suspects": suspects(shop, now) if by.role_in(shop.pk) in AGENTS else [],
    }


def chosen_shop(shops: list[Shop], code: str) -> Shop:
    """The shop of the address, by default the first. Raises Malformed for one that is not among the reader's."""
    found = next((shop for shop in shops if shop.code == code), None if code else shops[0])
    if found is None:
        raise Malformed(_("There is no such shop among yours."), code="bad_value", field="shop")
    return found


@login_required
def run(request: HttpRequest) -> HttpResponse:
    """Run the job once more, now. Refused it says why above the board."""
    if request.method != "POST":
        return redirect("stalled")
    by = actor_of(request)
    shop = chosen_shop(shops_of(by), request.POST.get("shop", ""))
    try:
        done = run_again(shop, by=by, at=now_of(request), open_held=request.POST.get("held") == "open")
    except Refused as refusal:
        return render(request, "logistics/board.html", _context(request) | {"refusal": refusal}, status=refusal.status)
    said = _("Looked at {looked_at}: {found} stand still, {opened} cases opened, {closed} closed.")
    messages.success(request, said.format(looked_at=done.looked_at, found=done.found, opened=done.opened, closed=done.closed))
    return redirect(f"{reverse('stalled')}?{urlencode({'shop': shop.code})}")


@require_safe
@login_required
def runs(request: HttpRequest) -> HttpResponse:
    """The record of all runs of a shop, the newest first."""
    shops = shops_of(actor_of(request), READERS)
    shop = chosen_shop(shops, request.GET.get("shop", ""))
    page = page_of(NightlyRun.objects.filter(shop=shop).order_by("-pk"), request.GET, PAGE)
    context = {"shop": shop, "shops": shops, "page": page, "query": urlencode({"shop": shop.code}) + "&"}
    return render(request, "logistics/runs.html", context)
