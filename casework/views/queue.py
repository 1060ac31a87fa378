"""The queue: every case of one's shops, by tab, search and kind."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework.actions.assign import take_next
from casework.views.listing import listing
from orders.access import actor_of
from orders.clock import now_of


@require_safe
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """The list alone; htmx gets the part that it renews, beside whatever case is open (`at`). A filter that makes no sense is 400."""
    here = request.GET.get("at", "")
    found = listing(request, here=int(here) if here.isascii() and here.isdigit() and len(here) < 16 else None)
    is_part = request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
    status = HTTPStatus.BAD_REQUEST if found["is_bad"] else HTTPStatus.OK
    return render(request, "casework/parts/list_rows.html" if is_part else "casework/queue.html", found, status=status)


@require_POST
@login_required
def next_case(request: HttpRequest) -> HttpResponseRedirect:
    """Take the free case that runs out first, and open it."""
    case = take_next(by=actor_of(request), at=now_of(request))
    if case is None:
        messages.info(request, _("No case is free."))
        return redirect("today")
    return redirect("case", case.pk)
