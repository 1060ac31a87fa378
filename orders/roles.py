"""The roles of DESIGN 7 and the groups that steps and pages name."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A role in one shop. What a role may do is said by each step and page."""

    AGENT = "agent", _("Agent")
    PRINT_CLERK = "print_clerk", _("Print clerk")
    WAREHOUSE = "warehouse", _("Warehouse")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", _("Manager")
    FINANCE = "finance", _("Finance")
    AUDITOR = "auditor", _("Auditor")
    ADMIN = "admin", _("Administrator")


# Not people of ours, but they act: a deadline that ran out, the programme itself, and a customer by their link.
CLOCK = "clock"
SYSTEM = "system"
CUSTOMER = "customer"

AGENTS = frozenset({Role.AGENT, Role.SUPERVISOR, Role.MANAGER})
LEADS = frozenset({Role.SUPERVISOR, Role.MANAGER})
PACKERS = frozenset({Role.WAREHOUSE, Role.PRINT_CLERK})
FINANCE = frozenset({Role.FINANCE})
# Who approves or pays. Their accounts are an administrator's, who never touches money (R1.1).
DECIDERS = LEADS | FINANCE
STAFF = AGENTS | PACKERS | FINANCE
EVERYBODY = frozenset(Role)

# What a task may be addressed to beside a single role.
GROUPS: dict[str, frozenset[str]] = {"packers": PACKERS, "leads": LEADS}


def roles_named(name: str) -> frozenset[str]:
    """The roles of a group, or the one role of that name."""
    return GROUPS.get(name, frozenset({name}))


def labels_of(roles: Collection[str]) -> str:
    """The names of roles, in their usual order."""
    return str(_(", ")).join(str(each.label) for each in Role if each in roles)
