"""Rights come from the roles in a person's memberships: not from groups, not from single permissions."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from orders.access import Actor

# Django's name of a right ("casework.view_case") -> the roles that have it. Filled by the admin as its pages are registered.
RIGHTS: dict[str, frozenset[str]] = {}


class RoleBackend(ModelBackend):
    """Logs people in by name and password, and answers what they may do by their roles.

    It says whether somebody may at all. In which shops is said by the querysets, and what may happen to a case by the door.
    """

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """Nobody has a right of their own."""
        return set()

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """There are no groups."""
        return set()

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        """The rights of the roles held in any shop; none for somebody who left, superuser or not."""
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        actor = Actor.of(user_obj, "page")
        return {right for right, roles in RIGHTS.items() if actor.has_role(roles)}
