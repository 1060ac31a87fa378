"""A person's own notices."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from casework.actions.notices import read_notices
from casework.notices import notice_words, notices_of
from orders.access import actor_of
from orders.clock import now_of
from orders.storable import whole

# What a person looks through; older ones are cleared away in time.
SHOWN = 100


@require_safe
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """The newest first, unread ones marked."""
    rows = notices_of(actor_of(request)).select_related("case", "by").order_by("-at", "-pk")[:SHOWN]
    shown = [(each, notice_words(each)) for each in rows]
    return render(request, "casework/notices.html", {"notices": shown, "unread": any(each.read_at is None for each, _words in shown)})


@require_POST
@login_required
def read(request: HttpRequest) -> HttpResponse:
    """Mark as read: those of one case (`case`), or all."""
    given = request.POST.get("case", "")
    case_id = whole(given)
    number = read_notices(by=actor_of(request), at=now_of(request), case_id=case_id) if case_id or not given else 0
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"read": number})
    return redirect("notices")
