"""Taking the invented shop away."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.actions.remove_demo import REAL_ORDERS, remove_demo
from orders.access import actor_of
from orders.clock import now_of
from orders.demo import demo_of, may_remove
from orders.errors import NotAllowed, NotFound, Refused


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def demo(request: HttpRequest) -> HttpResponse:
    """What would go and what stays; POST takes it away. Raises NotAllowed, NotFound where nothing is invented."""
    by = actor_of(request)
    if not may_remove(by):
        raise NotAllowed(_("Only managers and administrators of all shops remove the demo."))
    refused: Refused | None = None
    if request.method == "POST":
        try:
            remove_demo(by=by, at=now_of(request))
        except Refused as error:
            refused = error
        else:
            messages.success(request, _("The demo is gone. The desk is empty and yours."))
            return redirect("today")
    found = demo_of(by)
    if found is None:
        raise NotFound
    context = {"demo": found, "why": REAL_ORDERS, "refused": refused}
    return render(request, "casework/demo.html", context, status=refused.status if refused else 200)
