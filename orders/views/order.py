"""The page of an order: money by line, memos, what the platform says of refunds, and what the apps above know."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from orders.access import Actor, actor_of
from orders.clock import now_of
from orders.errors import NotFound
from orders.masks import mask_address
from orders.models import Line, Memo, Order, PlatformRefund
from orders.pages import ORDER_PANELS


@require_GET
@login_required
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """One order. Raises NotFound outside the reader's shops."""
    by, now = actor_of(request), now_of(request)
    found: Order | None = Order.objects.for_actor(by).select_related("shop", "buyer").filter(pk=order_id).first()
    if found is None:
        raise NotFound
    context = {
        "order": found,
        "now": now,
        "lines": list(Line.objects.filter(order=found)),
        "memos": list(Memo.objects.filter(order=found).order_by("-at", "-pk")),
        "platform_refunds": list(
            PlatformRefund.objects.filter(order=found).select_related("line").order_by("-is_open", "deadline_at", "pk")
        ),
        "place": mask_address(found.province, found.city, found.district),
        "times": times_of(found),
        "panels": panels_of(found, by, now),
    }
    return render(request, "orders/order.html", context)


def times_of(order: Order) -> list[tuple[Any, dt.datetime | None]]:
    """The order's dates with their names, those that are known."""
    names = ["ordered_at", "paid_at", "ship_by", "shipped_at", "finished_at", "auto_confirm_at"]
    if order.shipped_at is None:
        names[3] = "shipped_seen_at"
    dated = [(Order._meta.get_field(name).verbose_name, getattr(order, name)) for name in names]  # type: ignore[union-attr]
    return [(name, at) for name, at in dated if at is not None]


def panels_of(order: Order, by: Actor, now: dt.datetime) -> list[dict[str, Any]]:
    """What higher apps add for this reader."""
    panels = [(each, each.context(order, by, now)) for each in ORDER_PANELS]
    return [{"template": each.template, "context": context} for each, context in panels if context]
