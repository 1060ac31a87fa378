"""All promises to customers that are still to be kept, for those who keep them (S1.4)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.promised import open_promises
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import NotAllowed
from orders.keyset import page_of
from orders.roles import AGENTS

PAGE = 50


@require_safe
@login_required
def promises(request: HttpRequest) -> HttpResponse:
    """The first to be kept first. Raises NotAllowed for who speaks with no customers, Malformed `bad_cursor`."""
    by = actor_of(request)
    if not by.has_role(AGENTS):
        raise NotAllowed(_("Only who speaks with customers keeps promises to them."), code="agents_only")
    context = {"promises": page_of(open_promises(by), request.GET, PAGE), "now": now_of(request)}
    return render(request, "casework/promises.html", context)
