"""The complaint book: filtered by cause, department, time and shop, counted, and given out as a workbook (S3.2)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from casework.facts import first_error
from logistics import complaints as book
from logistics.actions.export_complaints import export_complaints
from logistics.board import shops_of
from logistics.complaints import EXPORTERS, READERS, UNSETTLED
from logistics.kinds.complaint import Cause
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import Malformed, Text
from orders.keyset import page_of
from orders.models import Shop

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CAUSES = [*Cause.choices, (UNSETTLED, _("not settled yet"))]
STATES = [("open", _("Open")), ("recorded", _("Recorded"))]


class Filter(forms.Form):
    """What of the book is wanted."""

    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    shop = forms.CharField(required=False, max_length=50)
    cause = forms.ChoiceField(required=False, choices=CAUSES)
    department = forms.CharField(required=False, max_length=60)
    state = forms.ChoiceField(required=False, choices=STATES)

    def wanted(self) -> dict[str, Any]:
        """The filters of `complaints`. Raises Malformed naming the field."""
        if not self.is_valid():
            raise first_error(self)
        given = dict(self.cleaned_data)
        state = given.pop("state")
        return given | {"is_open": None if not state else state == "open"}


@require_safe
@login_required
def complaints(request: HttpRequest) -> HttpResponse:
    """The rows, the newest first, and how many each department has caused by which cause."""
    by = actor_of(request)
    shops, form = shops_of(by, READERS), Filter(request.GET)
    rows = book.complaints(by, **_wanted(form, shops))
    page = page_of(rows, request.GET, PAGE)
    chosen = {name: request.GET.get(name, "") for name in form.fields}
    query = urlencode({name: value for name, value in chosen.items() if value})
    context = {
        "now": now_of(request),
        "page": page,
        "rows": [(each, _cause_of(each)) for each in page],
        "tallies": book.tallies(rows),
        "chosen": chosen,
        "query": f"{query}&" if query else "",
        "shops": shops,
        "causes": CAUSES,
        "states": STATES,
        "departments": book.departments(by),
        "may_export": by.has_role(EXPORTERS),
    }
    return render(request, "logistics/complaints.html", context)


@require_safe
@login_required
def export(request: HttpRequest) -> FileResponse:
    """The same rows as a workbook."""
    by, now = actor_of(request), now_of(request)
    file = export_complaints(by, at=now, **_wanted(Filter(request.GET), shops_of(by, READERS)))
    return FileResponse(file, as_attachment=True, filename=f"complaints-{localtime(now):%Y%m%d-%H%M}.xlsx", content_type=XLSX)


def _cause_of(row: Any) -> Text:
    return Cause(row.said_cause).label if row.said_cause else ""


def _wanted(form: Filter, shops: list[Shop]) -> dict[str, Any]:
    """The filters. Raises Malformed, also for a shop that is none of theirs."""
    wanted = form.wanted()
    if wanted["shop"] and wanted["shop"] not in {each.code for each in shops}:
        raise Malformed(_("There is no such shop among yours."), code="bad_value", field="shop")
    return wanted
