"""Asking that goods come back: which pieces, why, and for an exchange what is wanted instead (R5, R6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.actions.open_case import may_open
from casework.models import Case
from casework.policies import Policies
from casework.views.given import id_of
from casework.views.once import new_key, once
from logistics.goods.item_form import ItemForm
from orders.access import actor_of
from orders.clock import now_of
from orders.errors import DeskError, NotFound
from orders.models import Line, Order
from refunds.actions.ask_return import LONGEST_SAID, LONGEST_WANTED, ask_exchange, ask_return, window_ends
from refunds.asking.concerned import orders_of
from refunds.asking.known import facts_of, why_not_yet
from refunds.kinds.coming_back import ComesBack
from refunds.kinds.exchange import Exchange
from refunds.kinds.return_goods import ReturnGoods
from refunds.models.returned import Why

TYPED = ("why", "said", "wanted")
# Why goods come back, as far as the kind of the case above says it.
OF_KIND = {"wrong_items": Why.WRONG, "damaged": Why.DAMAGED, "trouble_in_use": Why.QUALITY}


@dataclass(frozen=True)
class Target:
    """The case above, or none, and the orders whose lines may come back, the first its own."""

    kind: type[ComesBack]
    case: Case | None
    orders: list[Order]
    lines: list[Line]

    @property
    def order(self) -> Order:
        """The order that the page names."""
        return self.orders[0]

    @property
    def other(self) -> str:
        """The address of the other kind's form for the same goods."""
        name = "return-new" if self.kind is Exchange else "exchange-new"
        return f"{reverse(name)}?{f'case={self.case.pk}' if self.case else f'order={self.order.number}'}"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_return(request: HttpRequest) -> HttpResponse:
    """`?case=ID` or `?order=NUMBER`: the form of a return."""
    return _page(request, ReturnGoods)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_exchange(request: HttpRequest) -> HttpResponse:
    """The same of an exchange."""
    return _page(request, Exchange)


def _page(request: HttpRequest, kind: type[ComesBack]) -> HttpResponse:
    target = _target(request, kind)
    if request.method != "POST":
        facts = facts_of(target.case)
        begun = {each["line"]: each["quantity"] for each in facts.items} if facts else {}
        return _show(request, target, ItemForm.begun(target.lines, begun or {line.pk: line.quantity for line in target.lines}))
    form = ItemForm.sent(target.lines, request.POST)
    try:
        number = once(request, lambda: _ask(request, target, form))
    except NotFound:
        raise
    except DeskError as error:
        return _show(request, target, form, error)
    messages.success(request, _("Asked. Tell the customer where to send it and how."))
    return redirect("case", int(number))


def _ask(request: HttpRequest, target: Target, form: ItemForm) -> str:
    given: dict[str, Any] = {"case": target.case.pk} if target.case else {"order": target.order.number}
    given |= {name: request.POST.get(name, "") for name in TYPED if name != "wanted" or target.kind is Exchange}
    given |= {"lines": form.items(), "unworn": request.POST.get("unworn") == "on"}
    ask = ask_exchange if target.kind is Exchange else ask_return
    return str(ask(given, by=actor_of(request), at=now_of(request)).pk)


def _target(request: HttpRequest, kind: type[ComesBack]) -> Target:
    by, text, number = actor_of(request), request.GET.get("case", ""), request.GET.get("order", "").strip()[:32]
    case: Case | None = None
    if text:
        case = Case.objects.for_actor(by).select_related("order__buyer").filter(pk=id_of(text, "case")).first()
        if case is None or case.order is None or kind.KIND not in type(case).REMEDIES:
            raise NotFound
        orders = sorted(orders_of(case).select_related("buyer"), key=lambda each: each.pk != case.order_id)
    else:
        orders = list(Order.objects.for_actor(by).select_related("buyer").filter(number=number)[:2]) if number else []
        if len(orders) != 1:
            raise NotFound(_("No order has this number."), field="order")
    may_open(kind, orders[0].shop_id, by)
    return Target(kind, case, orders, list(Line.objects.filter(order__in=orders).select_related("order").order_by("order", "position")))


def _show(request: HttpRequest, target: Target, form: ItemForm, error: DeskError | None = None) -> HttpResponse:
    by, now = actor_of(request), now_of(request)
    begun = {"why": OF_KIND.get(target.case.kind, "") if target.case else ""}
    context: dict[str, Any] = {
        "target": target,
        "form": form,
        "case": target.case,
        "order": target.order,
        "is_exchange": target.kind is Exchange,
        "error": error,
        "codes": {each.code for each in error.reasons} if error else set(),
        "typed": {name: request.POST.get(name, "") for name in (*TYPED, "unworn")} if error else begun,
        "once": new_key(),
        "whys": Why.choices,
        "until": window_ends(target.orders, Policies(now)),
        "longest_said": LONGEST_SAID,
        "longest_wanted": LONGEST_WANTED,
        "first": [] if error else why_not_yet(target.case, target.kind.KIND, by, now),
    }
    return render(request, "refunds/ask_return.html", context, status=error.status if error else 200)
