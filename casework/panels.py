"""What casework itself puts into the rail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.registry import NavItem, add_nav
from orders.roles import EVERYBODY


def register() -> None:
    """Fill the rail; called from AppConfig.ready."""
    add_nav(NavItem("today", _("Today"), "today", "today", EVERYBODY, position=10))
    add_nav(NavItem("queue", _("Queue"), "queue", "queue", EVERYBODY, position=20))
