"""The first steps of a new desk: what is done is read from the data, and the list is gone when all is done or the person has put it away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from orders.access import Actor
from orders.actions.seed_accounts import ACCOUNTS
from orders.counting import how_many
from orders.demo import REMOVERS, may_remove
from orders.errors import Text
from orders.models import ImportRun, Shop, User
from orders.roles import Role, labels_of


@dataclass(frozen=True)
class FirstStep:
    """Something to set up: done as soon as there is such a row. `url_name` is where it is done, by one of these roles."""

    name: str
    label: Text
    why: Text
    url_name: str
    rows: Callable[[], QuerySet[Any]]
    position: int = 50
    roles: frozenset[Role] = REMOVERS

    @property
    def done_by(self) -> str:
        """The names of the roles."""
        return labels_of(self.roles)


FIRST_STEPS: dict[str, FirstStep] = {}


def add_first_step(step: FirstStep) -> None:
    """Let the list hold it; higher apps call this at start-up."""
    FIRST_STEPS[step.name] = step


def first_steps(by: Actor) -> list[tuple[FirstStep, bool, bool]]:
    """The steps in their order, each with whether it is done and whether the person may do it.

    None for who does not set up the desk, or when nothing is left. One query.
    """
    if not may_remove(by):
        return []
    found = how_many({each.name: each.rows() for each in FIRST_STEPS.values()})
    steps = [(each, found[each.name] > 0, by.has_role(each.roles)) for each in sorted(FIRST_STEPS.values(), key=lambda each: each.position)]
    return [] if all(is_done for _step, is_done, _may in steps) else steps


add_first_step(
    FirstStep(
        "shop",
        _("Enter your shop"),
        _("Orders and people belong to a shop."),
        "admin:orders_shop_add",
        lambda: Shop.objects.filter(is_demo=False),
        10,
        frozenset({Role.ADMIN}),
    )
)
add_first_step(
    FirstStep(
        "people",
        _("Enter your people"),
        _("Everybody gets an account and a role of their own; whoever asks for money is another than who approves it."),
        "admin:orders_user_changelist",
        lambda: User.objects.filter(is_active=True, memberships__isnull=False).exclude(username__in=[each.username for each in ACCOUNTS]),
        30,
        # A manager enters agents and packers only (R1.1, orders.actions.manage_people).
        frozenset({Role.ADMIN}),
    )
)
add_first_step(
    FirstStep(
        "import",
        _("Take in the first order list"),
        _("The platform's export as it is; nothing is changed before you have looked at the preview."),
        "imports",
        lambda: ImportRun.objects.filter(state=ImportRun.State.DONE, shop__is_demo=False),
        40,
    )
)
