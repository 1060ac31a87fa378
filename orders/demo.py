"""The invented shop as people see it: what it is called, and whether it can still be taken away."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists
from django.utils.translation import gettext as _

from orders.access import Actor
from orders.models import Order, Shop
from orders.roles import Role

REMOVERS = frozenset({Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True)
class Demo:
    """The invented shops, named where somebody sees them. `is_all`: no real shop has orders yet, so they can go; `may_remove`: this person lets them go."""

    names: str
    is_all: bool
    may_remove: bool


def may_remove(by: Actor) -> bool:
    """Whether the person may: who sees every shop as a manager or administrator."""
    return by.all_shops and by.roles.get(None) in REMOVERS


def demo_of(by: Actor) -> Demo | None:
    """The invented shops that the person sees; None without any. One query."""
    is_all = ~Exists(Order.objects.filter(shop__is_demo=False))
    found = list(Shop.objects.for_actor(by).filter(is_demo=True).annotate(is_all=is_all).values_list("name", "is_all"))
    names = str(_(", ")).join(name for name, _is_all in found)
    return Demo(names, all(is_all for _name, is_all in found), may_remove(by)) if found else None


def demo_that_ends(by: Actor) -> Demo | None:
    """The invented shops as one is told of them who is about to import the first list of a real shop, after which they stay. Of shops that the
    person does not see there is no name: what ends is no secret. None where there are none. One query."""
    is_all, seen = ~Exists(Order.objects.filter(shop__is_demo=False)), by.shop_ids()
    found = list(Shop.objects.filter(is_demo=True).annotate(is_all=is_all).values_list("pk", "name", "is_all"))
    names = str(_(", ")).join(name for pk, name, _is_all in found if seen is None or pk in seen)
    return Demo(names, all(is_all for *_names, is_all in found), may_remove(by)) if found else None
