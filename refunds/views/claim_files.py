"""What goes to the courier: the letter, letter and papers as one ZIP, and the sheet of all that are to be filed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from orders.access import actor_of
from orders.clock import now_of
from refunds.actions.export_claims import export_papers, export_sheet, read_letter
from refunds.views.register import XLSX, shop_named


@require_GET
@login_required
def letter(request: HttpRequest, case_id: int) -> HttpResponse:
    """The letter alone, to be looked at and printed."""
    return HttpResponse(read_letter(case_id, by=actor_of(request), at=now_of(request)).as_html())


@require_GET
@login_required
def papers(request: HttpRequest, case_id: int) -> StreamingHttpResponse:
    """Letter and pictures in one download, made while it is sent."""
    name, pieces = export_papers(case_id, by=actor_of(request), at=now_of(request))
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_GET
@login_required
def sheet(request: HttpRequest) -> FileResponse:
    """`?courier=CODE&shop=CODE`: what is to be filed with one courier, as a workbook."""
    by, now, courier = actor_of(request), now_of(request), request.GET.get("courier", "")
    file = export_sheet(courier, shop=shop_named(request.GET.get("shop", ""), by), by=by, at=now)
    return FileResponse(
        file, as_attachment=True, filename=f"claims-{courier.replace(':', '-')}-{localtime(now):%Y%m%d-%H%M}.xlsx", content_type=XLSX
    )
