"""Who may look after whose account, and which roles they may give. Nobody sets their own role.

Who asks for, approves or pays money looks after nobody who approves or pays: with their password one person would
ask, approve and pay alone (R1.1). Those accounts are an administrator's.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from orders.access import Actor, acting
from orders.errors import NotAllowed, Refused
from orders.models import Membership, User
from orders.roles import DECIDERS, STAFF, Role

KEEPERS = frozenset({Role.MANAGER, Role.ADMIN})
ADMINISTRATORS_GIVE = DECIDERS | {Role.ADMIN}


def may_manage(by: Actor, user: User, *, is_superuser: bool = False) -> bool:
    """Whether `by` looks after this account: never their own, and only when all of it lies in shops that `by` keeps.

    Administrators and who approves or pays are looked after by administrators, superusers by superusers. One query.
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
    if shop_id is None and role in DECIDERS and by.has_role(STAFF):
        # Administrator of every shop, but asking or deciding in one of them.
        return False
    own = by.role_in(shop_id) if shop_id is not None else (by.roles.get(None, "") if sees_all(by) else "")
    return own == Role.ADMIN or (own == Role.MANAGER and role not in ADMINISTRATORS_GIVE)


def roles_to_give(by: Actor, *, is_superuser: bool = False) -> list[str]:
    """The roles that `by` may give in one shop at least, in their usual order."""
    return [role for role in Role if is_superuser or any(may_give(by, shop_id, role) for shop_id in by.roles)]


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


def decides(user: User) -> bool:
    """Whether the person approves or pays anywhere. One query."""
    return Membership.objects.filter(user=user, role__in=DECIDERS).exists()


def end_password(user: User, *, by: Actor) -> None:
    """Nobody knows the account's password any more; its sessions and tokens end with it.

    For who begins to approve or to pay: whoever entered the account, or made a token for it, may have been no administrator.
    """
    with acting(by):
        user.set_password(secrets.token_urlsafe())
        user.save(update_fields=["password"])


def check_roles(by: Actor, user: User | None, given: Iterable[Membership], *, is_superuser: bool = False) -> None:
    """Raise Refused unless every given or taken membership is one that `by` may give, and not their own."""
    for each in given:
        if user is not None and user.pk == by.user_id:
            raise Refused(_("Nobody sets their own role."), code="own_role")
        if not may_give(by, each.shop_id, each.role, is_superuser=is_superuser):
            raise Refused(_("You may not give or take this role in this shop."), code="role_not_yours")
