"""Who may look after whose account, and which roles they may give. Nobody sets their own role."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from orders.access import Actor, acting
from orders.errors import NotAllowed, Refused
from orders.models import Membership, User
from orders.roles import Role

KEEPERS = frozenset({Role.MANAGER, Role.ADMIN})


def may_manage(by: Actor, user: User, *, is_superuser: bool = False) -> bool:
    """Whether `by` looks after this account: never their own, and only when all of it lies in shops that `by` keeps.

    Administrators are looked after by administrators, superusers by superusers. One query.
    """
    if user.pk == by.user_id:
        return False
    if is_superuser:
        return True
    if user.is_superuser or (user.all_shops and not sees_all(by)):
        return False
    return all(may_give(by, each.shop_id, each.role) for each in user.memberships.all())


def may_give(by: Actor, shop_id: int | None, role: str, *, is_superuser: bool = False) -> bool:
    """Whether `by` may give (or take) the role in that shop; None is every shop."""
    if is_superuser:
        return True
    own = by.role_in(shop_id) if shop_id is not None else (by.roles.get(None, "") if sees_all(by) else "")
    return own == Role.ADMIN or (own == Role.MANAGER and role != Role.ADMIN)


def sees_all(by: Actor) -> bool:
    """Whether the actor works in every shop."""
    return by.shop_ids() is None


def set_password(user: User, password: str, *, by: Actor, is_superuser: bool = False) -> None:
    """Give somebody a new password. It ends their sessions; their tokens are revoked with it (Z9, orders.actions.create_token).

    Raises NotAllowed for accounts that `by` does not look after. The password has been checked by the form.
    """
    if not may_manage(by, user, is_superuser=is_superuser):
        raise NotAllowed
    with acting(by):
        user.set_password(password)
        user.save(update_fields=["password"])


def check_roles(by: Actor, user: User | None, given: Iterable[Membership], *, is_superuser: bool = False) -> None:
    """Raise Refused unless every given or taken membership is one that `by` may give, and not their own."""
    for each in given:
        if user is not None and user.pk == by.user_id:
            raise Refused(_("Nobody sets their own role."), code="own_role")
        if not may_give(by, each.shop_id, each.role, is_superuser=is_superuser):
            raise Refused(_("You may not give or take this role in this shop."), code="role_not_yours")
