"""The queue: every case of one's shops, by tab, search and kind."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework.actions.assign import take_next
from casework.lists.filters import Known, bad_filter, chosen, condition
from casework.views.given import is_part
from casework.views.listing import Wanted, listing, wanted
from orders.access import actor_of
from orders.clock import now_of
from orders.storable import whole


@require_safe
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """The list alone; htmx gets the part that it renews, beside whatever case is open (`at`). A filter that makes no sense is 400."""
    found = listing(request, here=whole(request.GET.get("at", "")))
    status = HTTPStatus.BAD_REQUEST if found["is_bad"] else HTTPStatus.OK
    part = "casework/parts/table_rows.html" if request.GET.get("as") == "table" else "casework/parts/list_rows.html"
    return render(request, part if is_part(request) else "casework/queue.html", found, status=status)


@require_POST
@login_required
def next_case(request: HttpRequest) -> HttpResponseRedirect:
    """Take the free case that runs out first, and open it; from a filtered list one of those. Raises Malformed for a filter that is none."""
    by, want = actor_of(request), wanted(request)
    within = condition(chosen(want.filters, Known(by)), by)
    if within is None:
        raise bad_filter()
    case = take_next(by=by, at=now_of(request), within=within)
    if case is not None:
        return redirect(f"{reverse('case', args=[case.pk])}{Wanted(want.tab, filters=want.filters).query}")
    messages.info(request, _("No case of this list is free.") if want.filters else _("No case is free."))
    return redirect(f"{reverse('queue')}{want.query}" if want.query else "today")
