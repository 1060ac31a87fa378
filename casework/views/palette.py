"""What the palette offers beside the steps of its page: pages by name, cases and orders by number."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from casework.reading import list_cases
from casework.registry import ELSEWHERE, NAV, PLACES, NavItem
from casework.searches import ORDER_BEGINNING, find_ids, search_text
from orders.access import Actor, actor_of
from orders.models import Order

MOST = 8
OTHER_LANGUAGE = {"en": "zh-hans"}


@dataclass(frozen=True)
class Entry:
    """A line of the palette; `also` is a name that finds it too and is not shown."""

    label: str
    url: str
    icon: str
    note: str = ""
    also: str = ""


@require_safe
@login_required
def palette(request: HttpRequest) -> HttpResponse:
    """Without `q` the pages of this person's roles, else what the text finds in their shops."""
    by, text = actor_of(request), search_text(request.GET.get("q", ""))
    entries = [*_cases(text, by), *_orders(text, by), *_elsewhere(text, by)] if text else _places(by)
    return render(request, "casework/parts/palette_entries.html", {"entries": entries})


def _places(by: Actor) -> list[Entry]:
    """Pages, found by their names in both languages."""
    items = [item for item in [*NAV, *PLACES] if by.has_role(item.roles)]
    with translation.override(OTHER_LANGUAGE.get(translation.get_language() or "", "en")):
        others = [str(item.label) for item in items]
    return [_place(item, other) for item, other in zip(items, others, strict=True)]


def _place(item: NavItem, other: str) -> Entry:
    return Entry(str(item.label), reverse(item.url_name), item.icon, also=other)


def _cases(text: str, by: Actor) -> list[Entry]:
    """The newest cases that the text finds, open ones first."""
    rows = list_cases(by).filter(pk__in=find_ids(text, by)).select_related("order__buyer").order_by("-closed_at", "-pk")[:MOST]
    return [
        Entry(
            f"{case.kind_label} {case.number}",
            reverse("case", args=[case.pk]),
            case.category,
            " · ".join(filter(None, [str(case.state_label), case.order.buyer.nick if case.order and case.order.buyer else ""])),
        )
        for case in rows
    ]


def _orders(text: str, by: Actor) -> list[Entry]:
    """Orders by the beginning of their number."""
    if not (text.isascii() and text.isdigit()) or len(text) < ORDER_BEGINNING:
        return []
    rows = Order.objects.for_actor(by).filter(number__startswith=text).select_related("buyer").order_by("-pk")[:MOST]
    return [Entry(each.number, reverse("order", args=[each.pk]), "book", each.buyer.nick if each.buyer else "") for each in rows]


def _elsewhere(text: str, by: Actor) -> list[Entry]:
    places = (look(text, by) for look in ELSEWHERE)
    return [Entry(str(label), url, "search") for label, url in filter(None, places)]
