"""Setting how much a lead may approve, through the database function that alone may do it (DESIGN 11)."""

from __future__ import annotations

from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from orders.access import Actor, acting
from orders.errors import Malformed, NotAllowed, NotFound
from orders.models import Shop, User
from orders.roles import LEADS, Role

KEEPERS = frozenset({Role.MANAGER, Role.ADMIN})
HIGHEST = Decimal("9999999999.99")


def set_limit(
    *, by: Actor, role: str, per_order: Decimal, per_day: Decimal, shop_id: int | None = None, user_id: int | None = None
) -> None:
    """Set what a role, or one person in it, may approve: yuan per order and per day. The journal says who set it.

    `shop_id` None is every shop, for those who keep them all. Nobody sets their own limit, by name or by role.
    Raises Malformed naming the field, NotFound, NotAllowed.
    """
    if role not in LEADS:
        raise Malformed(_("Only leads approve."), code="bad_value", field="role")
    for name, amount in (("per_order", per_order), ("per_day", per_day)):
        if not amount.is_finite() or not 0 <= amount <= HIGHEST or amount != round(amount, 2):
            raise Malformed(_("An amount of yuan with at most two places."), code="bad_amount", field=name)
    _check_place(by, role, shop_id)
    if user_id is not None:
        _check_person(by, role, shop_id, user_id)
    with acting(by), connection.cursor() as cursor:
        cursor.execute("SELECT refunds_set_limit(%s, %s, %s, %s, %s)", [shop_id, role, user_id, per_order, per_day])


def _check_place(by: Actor, role: str, shop_id: int | None) -> None:
    """Only in shops that the actor keeps, and never for the actor's own role there."""
    if shop_id is not None and not Shop.objects.for_actor(by).filter(pk=shop_id).exists():
        raise NotFound(field="shop")
    own = by.role_in(shop_id) if shop_id is not None else (by.roles.get(None, "") if by.shop_ids() is None else "")
    if own not in KEEPERS:
        raise NotAllowed
    if own == role:
        raise NotAllowed(_("Nobody sets their own limit."), code="own_limit")


def _check_person(by: Actor, role: str, shop_id: int | None, user_id: int) -> None:
    if user_id == by.user_id:
        raise NotAllowed(_("Nobody sets their own limit."), code="own_limit")
    person = User.objects.filter(pk=user_id, is_active=True).first()
    if person is None or role not in _roles_of(person, shop_id):
        raise Malformed(_("This person does not have that role there."), code="bad_person", field="user")


def _roles_of(person: User, shop_id: int | None) -> set[str]:
    """The person's role in the shop, or their roles wherever they work."""
    held = Actor.of(person, "page")
    return set(held.roles.values()) if shop_id is None else {held.role_in(shop_id)}
