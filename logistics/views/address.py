"""The pages of an address that is to be changed: the new one written out once for who copies it, and the courier asked about a parcel."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.actions.open_case import open_case
from casework.models import Case
from casework.views.once import new_key, once
from logistics.actions.reveal_address import WRITERS, reveal_address
from logistics.addresses.shown import read_address
from logistics.kinds.address_change import AddressChange
from logistics.kinds.address_change.plan import WITH_COURIER
from logistics.kinds.intercept import Intercept
from logistics.models import AddressFacts, Parcel
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def address(request: HttpRequest, case_id: int) -> HttpResponse:
    """The new address behind masks; with a reason in clear, on this answer alone, with the texts to copy."""
    by = actor_of(request)
    case = _case_of(case_id, by)
    context: dict[str, Any] = {"case": case, "order": case.order, "may_reveal": by.role_in(case.shop_id) in WRITERS and case.is_open}
    if request.method == "POST":
        try:
            context["clear"] = reveal_address(case_id, reason=request.POST.get("reason", ""), by=by, at=now_of(request))
        except NotFound:
            raise
        except DeskError as error:
            context |= {"error": error, "reason": request.POST.get("reason", "")}
    context["shown"] = read_address(case)
    return render(request, "logistics/address.html", context, status=context["error"].status if "error" in context else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def intercept(request: HttpRequest, case_id: int) -> HttpResponse:
    """Which parcel the courier is asked about; the case of that opens below this one."""
    by = actor_of(request)
    case = _case_of(case_id, by)
    if request.method != "POST":
        return _choose(request, case, by)
    waybill = request.POST.get("waybill", "").strip()
    try:
        number = once(request, lambda: str(open_case(Intercept.KIND, by=by, at=now_of(request), waybill=waybill, parent=case.pk).pk))
    except NotFound:
        raise
    except DeskError as error:
        return _choose(request, case, by, error)
    messages.success(request, _("Opened; ask the courier now."))
    return redirect("case", int(number))


def _case_of(case_id: int, by: Actor) -> Case:
    case: Case | None = Case.objects.for_actor(by).select_related("order__buyer").filter(pk=case_id, kind=AddressChange.KIND).first()
    if case is None:
        raise NotFound
    return case


def _choose(request: HttpRequest, case: Case, by: Actor, error: DeskError | None = None) -> HttpResponse:
    """The parcels that have left and were not asked about."""
    facts = AddressFacts.objects.get(case=case)
    asked = set(case.children.values_list("subject", flat=True))
    left = [
        each["parcel"]
        for each in facts.parts
        if each["way"] in WITH_COURIER and not each["end"] and f"parcel:{each['parcel']}" not in asked
    ]
    parcels = Parcel.objects.for_actor(by).filter(pk__in=[pk for pk in left if pk]).select_related("courier").order_by("pk")
    context = {"case": case, "order": case.order, "parcels": parcels, "shown": read_address(case), "error": error, "once": new_key()}
    return render(request, "logistics/intercept.html", context, status=error.status if error else 200)
