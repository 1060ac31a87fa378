"""Saved views of the queue: made from filters in one step, renamed, shared with a shop by its leads, put among the tabs, taken away."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from casework.intake.pasted import folded
from casework.lists.filters import Known, Pairs, bad_filter, chosen
from casework.lists.queues import NAMES, TABS
from casework.models import Pin, SavedView
from casework.models.saved_view import LONGEST_NAME, LONGEST_QUERY
from orders.access import Actor, acting
from orders.clock import wall_clock
from orders.errors import Malformed, NotAllowed, NotFound, Refused
from orders.models import Shop
from orders.roles import LEADS
from orders.storable import is_text
from orders.straight import seen_only, written

MOST_VIEWS, MOST_PINS = 50, 8


def save_view(name: Any, *, tab: str, filters: Pairs, shop: str = "", by: Actor, at: dt.datetime | None = None) -> SavedView:
    """Keep tab and filters under a name, among one's tabs as long as there is room; with a shop's code shared with that shop.

    Raises Malformed (name, filters), NotAllowed for who does not lead the shop, Refused `view_exists`, `too_many_views`.
    """
    named, query = _name(name), _query(tab, filters, by)
    with acting(by):
        if SavedView.objects.filter(owner=by.user_id).count() >= MOST_VIEWS:
            raise Refused(_("These are many views already; delete one first."), code="too_many_views")
        view = SavedView(owner_id=by.person_id, name=named, query=query, shop_id=_shop(shop, by), made_at=at or wall_clock())
        _written(view)
        if _pins(by).count() < MOST_PINS:
            Pin.objects.create(view=view, user_id=by.person_id)
    return view


def rename_view(view_id: int, name: Any, *, by: Actor) -> SavedView:
    """Give it another name. Raises NotFound, NotAllowed, Malformed, Refused `view_exists`."""
    view = _to_change(view_id, by)
    view.name = _name(name)
    with acting(by):
        _written(view)
    return view


def share_view(view_id: int, shop: str, *, by: Actor) -> SavedView:
    """Share it with a shop that one leads, or with "" with nobody any more. Raises NotFound, NotAllowed, Malformed."""
    view = _to_change(view_id, by)
    view.shop_id = _shop(shop, by)
    with acting(by):
        view.save(update_fields=["shop"])
        Pin.objects.filter(view=view).exclude(user=view.owner_id).delete() if view.shop_id is None else None
    return view


def delete_view(view_id: int, *, by: Actor) -> None:
    """Take it away, from all tabs as well. Raises NotFound, NotAllowed."""
    view = _to_change(view_id, by)
    with acting(by):
        view.delete()


def pin_view(view_id: int, *, is_on: bool, by: Actor) -> None:
    """Put it among one's tabs or take it off them. Raises NotFound, Refused `too_many_pins`."""
    view = _seen(view_id, by)
    if not is_on:
        Pin.objects.filter(view=view, user=by.user_id).delete()
        return
    if _pins(by).exclude(view=view).count() >= MOST_PINS:
        raise Refused(_("The tabs are full; take another view off them first."), code="too_many_pins")
    Pin.objects.get_or_create(view=view, user_id=by.person_id)


def may_change(view: SavedView, by: Actor) -> bool:
    """Whether the person made it and still sees the shop that it is shared with, or leads that shop."""
    if view.shop_id is None:
        return view.owner_id == by.user_id
    shops = by.shop_ids()
    is_theirs = view.owner_id == by.user_id and (shops is None or view.shop_id in shops)
    return is_theirs or by.role_in(view.shop_id) in LEADS


def _pins(by: Actor) -> QuerySet[Pin]:
    """What stands among one's tabs: not what is shared with shops that one sees no more."""
    return Pin.objects.filter(user=by.user_id, view__in=SavedView.objects.for_actor(by))


def _seen(view_id: int, by: Actor) -> SavedView:
    view = SavedView.objects.for_actor(by).filter(pk=view_id).first()
    if view is None:
        raise NotFound
    return view


def _to_change(view_id: int, by: Actor) -> SavedView:
    view = _seen(view_id, by)
    if not may_change(view, by):
        raise NotAllowed(_("Only who made it changes a view, or a lead of its shop."), code="not_your_view")
    return view


def _name(name: Any) -> str:
    text = " ".join(name.split()) if isinstance(name, str) and is_text(name) else ""
    if not written(text) or len(text) > LONGEST_NAME:
        raise Malformed(_("A view has a name of at most 40 characters."), code="bad_name", field="name")
    if _looks(text) in _names_of_tabs():
        raise Refused(_("A tab of the desk has that name already; choose another one."), code="view_exists", field="name")
    return text


@cache
def _names_of_tabs() -> frozenset[str]:
    """What the tabs of the desk are called in each language: whoever shares a view may read another one."""
    names = set()
    for language, _label in settings.LANGUAGES:
        with override(language):
            names |= {_looks(str(tab.label)) for tab in TABS}
    return frozenset(names)


def _looks(name: str) -> str:
    """What is left of a name for who reads over it: no width of letters, no capitals, no blanks, nothing unseen."""
    return seen_only(folded(name).casefold())


def _query(tab: str, filters: Pairs, by: Actor) -> str:
    """Tab and filters as the part of an address. Raises Malformed for what makes no sense: it would make none later either."""
    query = urlencode([("tab", tab), *filters])
    if tab not in NAMES or any(each.wrong for each in chosen(filters, Known(by))) or len(query) > LONGEST_QUERY:
        raise bad_filter()
    return query


def _shop(code: str, by: Actor) -> int | None:
    if not code:
        return None
    shop = Shop.objects.for_actor(by).filter(code=code).first()
    if shop is None or by.role_in(shop.pk) not in LEADS:
        raise NotAllowed(_("Views are shared with a shop by its leads."), code="not_a_lead", field="shop")
    return shop.pk


def _written(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise Refused(_("You have a view of that name already."), code="view_exists", field="name") from None
