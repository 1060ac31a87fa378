"""Who works in a shop: with a membership there, or with one for every shop as somebody who sees all. One rule for lists, letters and doors."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from orders.access import Actor
from orders.models import Membership, Shop, User

Shops = Collection[int] | QuerySet[Shop]


def people_of(shops: Shops, roles: Collection[str] | None = None) -> QuerySet[User]:
    """The active people of the shops, each once; with `roles` those who hold one of them there."""
    return people_ever_of(shops, roles).filter(is_active=True)


def people_ever_of(shops: Shops, roles: Collection[str] | None = None) -> QuerySet[User]:
    """As people_of, with those whose account is closed."""
    held = Membership.objects.filter(Q(shop__in=shops) | Q(shop=None, user__all_shops=True))
    if roles is not None:
        held = held.filter(role__in=[str(role) for role in roles])
    return User.objects.filter(pk__in=held.values("user"))


def shops_with(by: Actor, roles: Collection[str]) -> list[Shop]:
    """The shops in which the person holds one of the roles, by their code. One query."""
    return [each for each in Shop.objects.for_actor(by).order_by("code") if by.role_in(each.pk) in roles]
