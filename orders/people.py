"""Who works in a shop: with a membership there, or with one for every shop as somebody who sees all. One rule for lists, letters and doors."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from orders.access import Actor
from orders.models import Membership, Shop, User

Shops = Collection[int] | QuerySet[Shop]


def people_of(shops: Shops, roles: Collection[str] | None = None) -> QuerySet[User]:
    """The active people of the shops, each once; with `roles` those who hold one of them there."""
    return people_ever_of(shops, roles).filter(is_active=True)


def people_ever_of(shops: Shops, roles: Collection[str] | None = None) -> QuerySet[User]:
    """As people_of, with those whose account is closed."""
    return User.objects.filter(pk__in=_held(shops, roles).values("user"))


def is_one_of(shops: Shops, roles: Collection[str]) -> Exists:
    """As a column of people: whether they hold one of the roles in one of the shops."""
    return Exists(_held(shops, roles).filter(user=OuterRef("pk")))


def people_by_shop(shops: Collection[int], roles: Collection[str] | None = None) -> dict[int, frozenset[int]]:
    """The ids of people_of each of the shops. One query."""
    held = list(_held(shops, roles).filter(user__is_active=True).values_list("shop", "user"))
    return {shop: frozenset(user for where, user in held if where in (shop, None)) for shop in shops}


def _held(shops: Shops, roles: Collection[str] | None) -> QuerySet[Membership]:
    held = Membership.objects.filter(Q(shop__in=shops) | Q(shop=None, user__all_shops=True))
    return held if roles is None else held.filter(role__in=[str(role) for role in roles])


def shops_with(by: Actor, roles: Collection[str]) -> list[Shop]:
    """The shops in which the person holds one of the roles, by their code. One query."""
    return [each for each in Shop.objects.for_actor(by).order_by("code") if by.role_in(each.pk) in roles]
