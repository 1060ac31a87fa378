"""One import: preview, decision, progress, result, and the rows that wait for a person."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from orders.access import actor_of
from orders.actions import upload_files
from orders.clock import now_of
from orders.errors import NotAllowed, NotFound, Refused
from orders.keyset import page_of
from orders.models import ImportRun
from orders.views.imports import VIEWERS, held_of, show

FIRST = 20
PAGE = 100
State = ImportRun.State
UNDER_WAY = (State.QUEUED, State.RUNNING)


def run_of(request: HttpRequest, run_id: int) -> ImportRun:
    """The run. Raises NotFound outside the person's shops, NotAllowed for a role that has nothing to do with imports."""
    by = actor_of(request)
    run: ImportRun | None = ImportRun.objects.for_actor(by).select_related("shop").filter(pk=run_id).first()
    if run is None:
        raise NotFound
    if by.role_in(run.shop_id) not in VIEWERS:
        raise NotAllowed
    return run


@require_GET
@login_required
def import_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """The run beside the list."""
    run = run_of(request, run_id)
    return show(request, actor_of(request), run, files=list(run.files.all()), held=held_of(run, FIRST), under_way=run.state in UNDER_WAY)


@require_POST
@login_required
def confirm(request: HttpRequest, run_id: int) -> HttpResponse:
    """Let a worker import it. Decided already: the run is shown as it is."""
    try:
        upload_files.confirm(run_of(request, run_id), by=actor_of(request), at=now_of(request))
    except Refused as error:
        messages.warning(request, str(error.detail))
    return redirect("import", run_id)


@require_POST
@login_required
def cancel(request: HttpRequest, run_id: int) -> HttpResponse:
    """Forget it; nothing was changed and the files are removed."""
    try:
        upload_files.cancel(run_of(request, run_id), by=actor_of(request))
    except Refused as error:
        messages.warning(request, str(error.detail))
        return redirect("import", run_id)
    messages.success(request, _("Nothing was imported; the files are removed."))
    return redirect("imports")


@require_GET
@login_required
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """The bar alone, asked for every second; once the run has ended the page loads anew, and a browser is led to it."""
    run = run_of(request, run_id)
    if run.state not in UNDER_WAY:
        return HttpResponseClientRefresh() if HtmxDetails(request) else redirect("import", run_id)
    return render(request, "orders/parts/progress.html", {"run": run})


@require_GET
@login_required
def held(request: HttpRequest, run_id: int) -> HttpResponse:
    """All held rows, page by page."""
    run = run_of(request, run_id)
    page = page_of(run.held_rows.select_related("file").order_by("file_id", "line", "pk"), request.GET, PAGE)
    return render(request, "orders/held.html", {"run": run, "page": page, "held": page.rows})


@require_GET
@login_required
def held_csv(request: HttpRequest, run_id: int) -> StreamingHttpResponse:
    """The held rows as a file: which row, which column, which value, and why."""
    run = run_of(request, run_id)
    answer = StreamingHttpResponse(upload_files.held_rows_csv(run), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="held-{run.shop.code}-{localtime(run.at):%Y%m%d-%H%M}.csv"'
    return answer
