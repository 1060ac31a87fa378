"""Who stands in for whom: the list, a form to set one, and taking it back (R1.1, R1.2)."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casework.calendars import SHOP_TIME
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from orders.keyset import page_of
from orders.roles import LEADS
from refunds.actions.delegate import end_delegation
from refunds.books.register import may_read
from refunds.delegations import delegations_of, may_end
from refunds.reading import PAGE
from refunds.views.delegation_form import DelegationForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delegations(request: HttpRequest) -> HttpResponse:
    """The list and the form; a POST sets one."""
    by, now = actor_of(request), now_of(request)
    may_read(by, LEADS, at=now)
    today = now.astimezone(SHOP_TIME).date()
    if request.method != "POST":
        return _show(request, DelegationForm(by, today=today))
    form = DelegationForm(by, request.POST, today=today)
    if not form.is_valid():
        return _show(request, form, status=HTTPStatus.BAD_REQUEST)
    try:
        row = form.save(by, now)
    except DeskError as error:
        return _show(request, form, error=error, status=error.status)
    messages.success(
        request, _("{delegate} stands in for {approver}.").format(delegate=row.delegate.shown_name, approver=row.approver.shown_name)
    )
    return redirect("delegations")


@require_POST
@login_required
def end(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """Take it back at once."""
    by, now = actor_of(request), now_of(request)
    may_read(by, LEADS, at=now)
    try:
        end_delegation(delegation_id, by=by, at=now)
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, DelegationForm(by, today=now.astimezone(SHOP_TIME).date()), error=error, status=error.status)
    messages.success(request, _("Taken back. What was approved by it stays approved."))
    return redirect("delegations")


def _show(request: HttpRequest, form: DelegationForm, error: DeskError | None = None, status: int = HTTPStatus.OK) -> HttpResponse:
    by = actor_of(request)
    page = page_of(delegations_of(by, now_of(request)), request.GET, PAGE)
    rows = [(each, may_end(each, by)) for each in page]
    return render(request, "refunds/delegations.html", {"form": form, "page": page, "rows": rows, "error": error}, status=status)
