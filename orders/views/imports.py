"""Taking in lists of the platform: the place to drop files, and what was taken in lately."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from orders.access import Actor, actor_of
from orders.actions.import_files import IMPORTERS
from orders.actions.upload_files import stage_upload
from orders.clock import now_of
from orders.demo import demo_that_ends
from orders.errors import DeskError, Malformed, NotAllowed
from orders.files.errors import BadFile
from orders.files.limits import MEGABYTE, max_bytes
from orders.imports.lists import LISTS
from orders.models import HeldRow, ImportRun, Shop
from orders.people import shops_with
from orders.roles import Role

VIEWERS = frozenset(IMPORTERS | {Role.AUDITOR})
LATEST = 15
State = ImportRun.State


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """GET shows the place for files; POST keeps them and goes to the preview."""
    by = actor_of(request)
    if request.method != "POST":
        return show(request, by)
    try:
        run = stage_upload(_shop(request.POST.get("shop", ""), by), request.FILES.getlist("file"), by=by, at=now_of(request))
    except DeskError as error:
        return show(request, by, error=error)
    return redirect("import", run.pk)


def _shop(code: str, by: Actor) -> Shop:
    """The chosen shop. Raises Malformed when it is none of theirs."""
    found: Shop | None = Shop.objects.for_actor(by).filter(code=code).first()
    if found is None:
        raise Malformed(_("Choose the shop that the files belong to."), code="shop_required", field="shop")
    return found


def show(request: HttpRequest, by: Actor, run: ImportRun | None = None, *, error: DeskError | None = None, **more: Any) -> HttpResponse:
    """The page, with a run beside the list when one is picked. Raises NotAllowed for those who have no shop to look at."""
    seen, mine = shops_with(by, VIEWERS), shops_with(by, IMPORTERS)
    if not seen:
        raise NotAllowed
    runs = ImportRun.objects.filter(shop__in=seen).select_related("shop").prefetch_related("files")
    context = {
        "now": now_of(request),
        "shops": mine,
        "chosen": request.POST.get("shop", "") or (run.shop.code if run else ""),
        "runs": list(runs[:LATEST]),
        "run": run,
        "error": error,
        "lists": [(each, each.seen_on if each.seen_on and by.has_role(each.seen_on.roles) else None) for each in LISTS.values()],
        "also": str(_(", ")).join(str(each.name) for each in LISTS.values()),
        "asked": asked(error, request.POST.get("shop", ""), mine),
        "megabytes": max_bytes() // MEGABYTE,
        "stages": stages(run),
        "demo": demo_that_ends(by),
    }
    return render(request, "orders/imports.html", context | more, status=error.status if error else 200)


def asked(error: DeskError | None, code: str, shops: list[Shop]) -> list[tuple[str, dict[str, Any]]]:
    """After a list that nobody recognised: the forms on which a person tells what its columns are called."""
    shop = next((each for each in shops if each.code == code), None)
    if shop is None or not isinstance(error, BadFile) or error.code != "unknown_list":
        return []
    header = error.params.get("header", ())
    return [(each.form.template, each.form.context(shop, header)) for each in LISTS.values() if each.form]


def stages(run: ImportRun | None) -> list[dict[str, Any]]:
    """The four stages of an import; each is done, here or to come."""
    here = 0
    if run is not None:
        done = 4 if not run.held else 3
        here = {State.PREVIEW: 1, State.QUEUED: 2, State.RUNNING: 2, State.DONE: done, State.FAILED: 2, State.CANCELLED: 1}[
            State(run.state)
        ]
    names = [_("Choose files"), _("Preview"), _("Import"), _("See to held rows")]
    return [{"name": name, "is_done": number < here, "is_here": number == here} for number, name in enumerate(names)]


def held_of(run: ImportRun, first: int) -> list[HeldRow]:
    """The first held rows of a run, in the order of its files."""
    return list(run.held_rows.select_related("file").order_by("file", "line")[:first])
