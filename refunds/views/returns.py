"""The returns desk: one field for the scanner, whose parcel it is, and what to do with it. Everything goes by keyboard (R3.6, R3.7, R5.2)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from casework.actions.advance import advance
from casework.models import Case
from casework.policies import Policies
from casework.searches import search_text
from casework.views.given import id_of
from casework.views.once import new_key, once
from logistics.actions.take_back import take_back
from logistics.models import Parcel
from logistics.shipping import courier_choices
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from orders.keyset import page_of
from orders.people import shops_with
from refunds.actions.desk import park
from refunds.books.register import may_read
from refunds.goods.coming import read_coming
from refunds.goods.desk import WATCHERS, Matches, expected, find, is_odd_courier
from refunds.kinds.coming_back import ComesBack
from refunds.kinds.coming_back.part import RECEIVERS
from refunds.kinds.return_goods import State
from refunds.models.returned import NOT_TAKEN

PAGE = 50


@require_safe
@login_required
def returns(request: HttpRequest) -> HttpResponse:
    """`?q=`: whose it is. Looking changes nothing, so a double scan does no harm. What lies here already leads to its inspection."""
    by, text = actor_of(request), search_text(request.GET.get("q", ""))
    may_read(by, RECEIVERS, at=now_of(request))
    found = find(text, by) if text else None
    if found is not None and found.is_known and len(found.cases) == 1 and found.cases[0].state == State.TO_INSPECT:
        return redirect("return-inspect", found.cases[0].pk)
    return _show(request, by, found)


@require_POST
@login_required
def here(request: HttpRequest, case_id: int) -> HttpResponse:
    """It is here; on to its inspection. Said again it changes nothing."""
    by = actor_of(request)
    case = _case(case_id, by)
    facts = {name: request.POST.get(name, "") for name in ("waybill", "courier") if request.POST.get(name, "").strip()}

    def deed() -> str:
        if case.state != State.TO_INSPECT:
            advance(case_id, "received", by=by, at=now_of(request), facts=facts)
        return str(case_id)

    return _done(request, deed, lambda _said: redirect("return-inspect", case_id))


@require_POST
@login_required
def not_taken(request: HttpRequest, case_id: int) -> HttpResponse:
    """It was not taken: collect-on-delivery or surface mail (R3.6)."""
    by = actor_of(request)
    _case(case_id, by)
    facts = {name: request.POST.get(name, "") for name in ("waybill", "sent_by") if request.POST.get(name, "").strip()}

    def deed() -> str:
        return str(advance(case_id, "not_taken", by=by, at=now_of(request), facts=facts).pk)

    return _done(request, deed, lambda _said: _back(request, _("Not taken, and recorded. The customer is told by the agent.")))


@require_POST
@login_required
def parked(request: HttpRequest) -> HttpResponse:
    """Nobody knows it: it is parked for a clerk, or was not taken."""
    by = actor_of(request)
    given = {name: request.POST.get(name, "") for name in ("waybill", "courier", "note", "refused")}
    shop = id_of(request.POST.get("shop", ""), "shop")

    def deed() -> str:
        return str(park(shop, **given, by=by, at=now_of(request)).refused)

    def said(refused: str) -> HttpResponse:
        return _back(request, _("Not taken, and recorded.") if refused else _("Parked. An agent looks whose it is."))

    return _done(request, deed, said)


@require_POST
@login_required
def own_parcel(request: HttpRequest, parcel_id: int) -> HttpResponse:
    """A parcel of ours is back; after a refund finance learns of it."""
    by = actor_of(request)
    if not Parcel.objects.for_actor(by).filter(pk=parcel_id).exists():
        raise NotFound

    def deed() -> str:
        return take_back(parcel_id, by=by, at=now_of(request)).waybill

    return _done(request, deed, lambda waybill: _back(request, _("{waybill} is back with us.").format(waybill=waybill)))


def _case(case_id: int, by: Actor) -> ComesBack:
    case = Case.objects.for_actor(by).filter(pk=case_id).first()
    if not isinstance(case, ComesBack):
        raise NotFound
    return case


def _back(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("returns")


def _done(request: HttpRequest, deed: Any, then: Any) -> HttpResponse:
    """The deed, once; what is refused comes back to the desk with what was scanned."""
    by = actor_of(request)
    try:
        return then(once(request, deed))
    except NotFound:
        raise
    except DeskError as error:
        text = search_text(request.POST.get("q", ""))
        return _show(request, by, find(text, by) if text else None, error)


def _show(request: HttpRequest, by: Actor, found: Matches | None, error: DeskError | None = None) -> HttpResponse:
    page = page_of(expected(by), request.GET, PAGE)
    shown = [*page, *(found.cases if found else [])]
    policies, pieces = Policies(now_of(request)), read_coming(shown)
    context: dict[str, Any] = {
        "found": found,
        "page": page,
        "rows": [(case, pieces.get(case.pk)) for case in page],
        "matches": [(case, pieces.get(case.pk), _is_odd(case, policies)) for case in found.cases] if found else [],
        "couriers": courier_choices(),
        "not_taken": NOT_TAKEN,
        "shops": shops_with(by, RECEIVERS),
        "is_watcher": by.has_role(WATCHERS),
        "error": error,
        "typed": request.POST if error else {},
        "once": new_key(),
        "now": now_of(request),
    }
    return render(request, "refunds/returns.html", context, status=error.status if error else 200)


def _is_odd(case: Any, policies: Policies) -> bool:
    parcel = case.incident.parcel
    return is_odd_courier(parcel.courier if parcel else None, policies.value("return_couriers", case.shop_id))
