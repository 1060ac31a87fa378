"""Taking in lists of the platform: drop files, look, confirm, watch, and see to the rows that wait."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from orders.access import Actor, actor_of
from orders.actions.import_files import IMPORTERS
from orders.clock import now_of
from orders.errors import NotAllowed
from orders.models import ImportRun, Shop

LATEST = 20


def shops_of(by: Actor) -> list[Shop]:
    """The shops that the person may import into. Raises NotAllowed when there is none."""
    shops = [each for each in Shop.objects.for_actor(by) if by.role_in(each.pk) in IMPORTERS]
    if not shops:
        raise NotAllowed
    return shops


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """The place for files, and the latest imports."""
    by = actor_of(request)
    shops = shops_of(by)
    runs = ImportRun.objects.filter(shop__in=shops).select_related("shop").prefetch_related("files")
    return render(request, "orders/imports.html", {"shops": shops, "runs": list(runs[:LATEST]), "now": now_of(request)})
