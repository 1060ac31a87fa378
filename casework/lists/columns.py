"""The columns of the wide list and its order: chosen by each person, kept with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.lists.queues import grouped
from casework.models.case import CaseQuerySet
from orders.access import Actor
from orders.errors import Text


@dataclass(frozen=True)
class Column:
    """A column beside the case itself, which always comes first."""

    name: str
    label: Text


COLUMNS = (
    Column("state", _("State")),
    Column("due", _("Runs out")),
    Column("clock", _("Deadline")),
    Column("buyer", _("Buyer")),
    Column("order", _("Order")),
    Column("owner", _("Owner")),
    Column("subject", _("What it is about")),
    Column("number", _("Case number")),
    Column("opened", _("Opened")),
    Column("changed", _("Changed")),
    Column("queue", _("Lies with")),
    Column("shop", _("Shop")),
)
BY_NAME = {each.name: each for each in COLUMNS}
USUAL = ("state", "due", "clock", "buyer", "order", "owner", "opened")


@dataclass(frozen=True)
class Sort:
    """An order of the list; without columns it is the usual one, by groups (casework/lists/queues.py)."""

    name: str
    label: Text
    by: tuple[str, ...] = ()


SORTS = {
    each.name: each
    for each in (
        Sort("due", _("What runs out first")),
        Sort("newest", _("Opened last"), ("-opened_at", "-pk")),
        Sort("oldest", _("Opened first"), ("opened_at", "pk")),
        Sort("changed", _("Changed last"), ("-changed_at", "-pk")),
    )
}
DUE = SORTS["due"]


def columns_of(user: Any) -> list[Column]:
    """The person's columns in their order; the usual ones for who has chosen none. What there is no more is left out."""
    kept = getattr(user, "list_look", {}).get("columns") or USUAL
    return [BY_NAME[name] for name in kept if name in BY_NAME]


def sort_of(user: Any) -> Sort:
    """The person's order."""
    return SORTS.get(getattr(user, "list_look", {}).get("sort", ""), DUE)


def ordered(rows: CaseQuerySet, sort: Sort, by: Actor, at: dt.datetime) -> CaseQuerySet:
    """The rows with their groups, in that order."""
    marked = grouped(rows, by, at)
    return marked.order_by(*sort.by) if sort.by else marked


def moved(columns: Sequence[str], name: str, by: int) -> list[str]:
    """The columns with one of them moved a place to the left (-1) or right (1); the first and the last stay where they are."""
    found = list(columns)
    if name in found and 0 <= (place := found.index(name) + by) < len(found):
        found.remove(name)
        found.insert(place, name)
    return found
