"""The lists behind the returns desk: parked parcels, quality faults for the department, and what came back after its refund."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework.models import Case
from casework.views.once import new_key, once
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, Malformed, NotFound
from orders.keyset import page_of
from orders.roles import Role
from refunds.actions.desk import give_fault, match, see_late
from refunds.books.register import may_read
from refunds.goods import desk
from refunds.goods.desk import WATCHERS
from refunds.kinds.coming_back.part import RECEIVERS

PAGE = 50
READERS = RECEIVERS | {Role.AUDITOR}


@require_safe
@login_required
def strays(request: HttpRequest) -> HttpResponse:
    """Parked parcels, each with the field for its case."""
    return _strays(request)


@require_POST
@login_required
def match_stray(request: HttpRequest, stray_id: int) -> HttpResponse:
    """A clerk found its case."""
    by = actor_of(request)

    def deed() -> str:
        return match(stray_id, _case_named(request.POST.get("case", ""), by), by=by, at=now_of(request)).waybill

    return _done(request, deed, _("Matched; the warehouse inspects it."), "returns-parked", lambda error: _strays(request, stray_id, error))


def _case_named(text: str, by: Actor) -> int:
    """The case by its number, or by the order's when it is the only one that waits for a parcel. Raises Malformed."""
    rows = desk.expected(by)
    found = list(rows.filter(number=text.strip().upper())[:1]) or list(rows.filter(order__number=text.strip())[:2])
    if not found:
        raise Malformed(_("No return with this number is waited for."), code="not_expected", field="case")
    if len(found) > 1:
        raise Malformed(_("Several returns of this order are waited for; give the case number."), code="ambiguous", field="case")
    case: Case = found[0]
    return case.pk


def _strays(request: HttpRequest, picked: int | None = None, error: DeskError | None = None) -> HttpResponse:
    may_read(actor_of(request), READERS, at=now_of(request))
    return _list(request, "refunds/returns_parked.html", desk.parked(actor_of(request)), picked, error)


@require_safe
@login_required
def faults(request: HttpRequest) -> HttpResponse:
    """Quality faults to be given to the department; `?given=1` those that were (R5.3)."""
    return _faults(request)


@require_POST
@login_required
def give(request: HttpRequest, fault_id: int) -> HttpResponse:
    """Given to the department."""

    def deed() -> str:
        return give_fault(fault_id, department=request.POST.get("department", ""), by=actor_of(request), at=now_of(request)).department

    return _done(request, deed, _("Given to the department."), "returns-faults", lambda error: _faults(request, fault_id, error))


def _faults(request: HttpRequest, picked: int | None = None, error: DeskError | None = None) -> HttpResponse:
    may_read(actor_of(request), READERS, at=now_of(request))
    given = request.GET.get("given") == "1"
    more = {"given": given, "query": "given=1&" if given else ""}
    return _list(request, "refunds/returns_faults.html", desk.faults(actor_of(request), given=given), picked, error, **more)


@require_safe
@login_required
def late(request: HttpRequest) -> HttpResponse:
    """What came back after its refund, for finance and leads."""
    may_read(actor_of(request), WATCHERS, at=now_of(request))
    return _list(request, "refunds/returns_late.html", desk.late(actor_of(request)), None, None)


@require_POST
@login_required
def seen(request: HttpRequest, late_id: int) -> HttpResponse:
    """Finance has seen it."""

    def deed() -> str:
        return see_late(late_id, by=actor_of(request), at=now_of(request)).waybill

    return _done(request, deed, _("Seen."), "returns-late", None)


def _done(
    request: HttpRequest, deed: Callable[[], str], said: str, name: str, again: Callable[[DeskError], HttpResponse] | None
) -> HttpResponse:
    try:
        once(request, deed)
    except NotFound:
        raise
    except DeskError as error:
        if again is None:
            raise
        return again(error)
    messages.success(request, said)
    return redirect(name)


def _list(request: HttpRequest, template: str, rows: Any, picked: int | None, error: DeskError | None, **more: Any) -> HttpResponse:
    by = actor_of(request)
    page = page_of(rows, request.GET, PAGE)
    context = {
        "page": page,
        "picked": picked,
        "error": error,
        "typed": request.POST if error else {},
        "once": new_key(),
        "is_desk": by.has_role(RECEIVERS),
        "is_watcher": by.has_role(WATCHERS),
    }
    return render(request, template, context | more, status=error.status if error else 200)
