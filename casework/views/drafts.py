"""Drafts of the case page: saved by its script while somebody types, and discarded."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from casework.actions.keep_draft import forget_draft, keep_draft
from casework.templatetags.workbench import clock_time
from casework.views.once import is_spent
from casework.views.turning import kept_query
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import DeskError


@require_POST
@login_required
def draft(request: HttpRequest, case_id: int, form: str) -> HttpResponse:
    """Keep what stands in the form; the answer says when, "" where nothing is kept, or the form was sent meanwhile. Refusals are JSON as over the API."""
    if is_spent(request):
        return JsonResponse({"saved": ""})
    try:
        kept = keep_draft(case_id, form, request.POST.dict(), by=actor_of(request), at=now_of(request))
    except DeskError as error:
        return JsonResponse(error.as_dict(), status=error.status)
    return JsonResponse({"saved": clock_time(kept.saved_at) if kept else ""})


@require_POST
@login_required
def discard(request: HttpRequest, case_id: int, form: str) -> HttpResponse:
    """Throw a draft away. The script stays where it is, everybody else sees the case."""
    forget_draft(case_id, form, by=actor_of(request))
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"saved": ""})
    return redirect(f"{reverse('case', args=[case_id])}{kept_query(request)}")
