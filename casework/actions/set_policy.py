"""Setting a policy: a new row from a day on. What was in force before stays as it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Policy
from casework.policies import KNOWN
from orders.access import Actor, acting
from orders.errors import Malformed, NotAllowed, NotFound
from orders.models import Shop
from orders.roles import Role

KEEPERS = frozenset({Role.MANAGER, Role.ADMIN})


def may_set(by: Actor, shop_id: int | None) -> bool:
    """Whether the actor keeps the shop; None is every shop, for those who keep them all."""
    own = by.role_in(shop_id) if shop_id is not None else (by.roles.get(None, "") if by.shop_ids() is None else "")
    return own in KEEPERS


def set_policy(
    name: str, value: Any, *, by: Actor, at: dt.datetime, shop_id: int | None = None, valid_from: dt.datetime | None = None
) -> Policy:
    """Put a value in force, now or from a later instant on. The database journals it under the actor's name.

    Raises Malformed naming the field (an unknown policy, a value of another type, an instant that has passed),
    NotFound for a shop that is not the actor's, NotAllowed for the role.
    """
    kind = KNOWN.get(name)
    if kind is None:
        raise Malformed(_("There is no such policy."), code="unknown_policy", field="name")
    kind.read(value)
    begins = valid_from or at
    if begins < at:
        raise Malformed(_("A policy changes from now on or later; what was, was."), code="past", field="valid_from")
    if shop_id is not None and not Shop.objects.for_actor(by).filter(pk=shop_id).exists():
        raise NotFound(field="shop")
    if not may_set(by, shop_id):
        raise NotAllowed(field="shop")
    with acting(by, at):
        return Policy.objects.create(name=name, shop_id=shop_id, value=value, valid_from=begins, changed_by_id=by.user_id)
