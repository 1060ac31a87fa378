"""The page of a parcel: its way, its weights, what stands out, and what people do to it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.views.once import new_key, once
from casework.views.typed import Typed
from logistics.actions.add_parcel import KEEPERS
from logistics.actions.ask_tracking import ask_tracking
from logistics.actions.correct_parcel import correct_parcel
from logistics.actions.take_back import RECEIVERS, take_back
from logistics.actions.weigh import weigh
from logistics.imports.weight_rows import grams
from logistics.models import WeighedBy
from logistics.reading import read_parcel
from logistics.views.parcels import couriers
from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import DeskError, Malformed, NotFound
from orders.files.cells import BadCell
from orders.roles import STAFF

Deed = Callable[[HttpRequest, int, Actor], int]


@require_safe
@login_required
def parcel(request: HttpRequest, parcel_id: int) -> HttpResponse:
    """The page. Raises NotFound outside the person's shops."""
    return parcel_page(request, parcel_id)


def parcel_page(request: HttpRequest, parcel_id: int, typed: Typed | None = None) -> HttpResponse:
    """The page as it stands now, with what a refused form held."""
    by, now = actor_of(request), now_of(request)
    view = read_parcel(parcel_id, by=by, now=now)
    may_keep = by.role_in(view.parcel.shop_id) in KEEPERS
    context = {
        "view": view,
        "parcel": view.parcel,
        "typed": typed,
        "once": new_key(),
        "may_keep": may_keep,
        "may_take_back": by.role_in(view.parcel.shop_id) in RECEIVERS and not (view.parcel.delivered_at or view.parcel.back_at),
        "may_ask": by.role_in(view.parcel.shop_id) in STAFF,
        "scales": WeighedBy.choices,
        "couriers": couriers() if may_keep else [],
    }
    return render(request, "logistics/parcel.html", context, status=typed.error.status if typed else 200)


def _verb(form: str) -> Callable[[Deed], Callable[..., HttpResponse]]:
    """Make a view of a deed that gives the parcel to go to. A form that is refused comes back; sent twice it is one deed."""

    def make(deed: Deed) -> Callable[..., HttpResponse]:
        @login_required
        def view(request: HttpRequest, parcel_id: int) -> HttpResponse:
            if request.method != "POST":
                return redirect("parcel", parcel_id)
            try:
                stands = once(request, lambda: str(deed(request, parcel_id, actor_of(request))))
            except NotFound:
                raise
            except DeskError as error:
                return parcel_page(request, parcel_id, Typed(form, request.POST, error))
            return redirect("parcel", int(stands))

        return view

    return make


@login_required
def ask(request: HttpRequest, parcel_id: int) -> HttpResponse:
    """Ask the provider now. The number is claimed for half an hour before it is asked, so a form sent twice asks once."""
    if request.method != "POST":
        return redirect("parcel", parcel_id)
    try:
        fresh = ask_tracking(parcel_id, by=actor_of(request), at=now_of(request))
    except NotFound:
        raise
    except DeskError as error:
        return parcel_page(request, parcel_id, Typed("ask", request.POST, error))
    messages.success(request, _("New nodes: {n}.").format(n=fresh) if fresh else _("Nothing new."))
    return redirect("parcel", parcel_id)


@_verb("weigh")
def weigh_parcel(request: HttpRequest, parcel_id: int, by: Actor) -> int:
    """Keep a weight: in grams, or with its unit."""
    weigh(
        parcel_id,
        source=request.POST.get("source", ""),
        grams=_grams(request.POST.get("weight", "")),
        packed_by=request.POST.get("packed_by", ""),
        by=by,
        at=now_of(request),
    )
    messages.success(request, _("The weight is kept."))
    return parcel_id


def _grams(text: str) -> int:
    """Raises Malformed naming `weight`."""
    try:
        return grams(text, "weight", "" if text.strip() and not text.strip()[-1].isdigit() else "g")
    except BadCell:
        raise Malformed(
            _("Give the weight in grams, or with its unit: 1250, 1250 g, 1.25 kg."), code="bad_weight", field="weight"
        ) from None


@_verb("back")
def back(request: HttpRequest, parcel_id: int, by: Actor) -> int:
    """Keep that it is with us again."""
    take_back(parcel_id, by=by, at=now_of(request))
    messages.success(request, _("The parcel is back with us."))
    return parcel_id


@_verb("courier")
def correct(request: HttpRequest, parcel_id: int, by: Actor) -> int:
    """Give the parcel another courier."""
    done = correct_parcel(parcel_id, request.POST.get("courier", ""), by=by, at=now_of(request))
    messages.success(request, _("The courier is corrected."))
    for each in done.warnings:
        messages.warning(request, str(each.text))
    return done.parcel.pk
