"""What of money and gifts is approved on a case; answered by the app that knows money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from casework.models import Case


@dataclass(frozen=True)
class Approved:
    """Yuan that a lead has approved, each sum by itself, whether they are all that is left of what was paid, and whether a gift is agreed."""

    amounts: frozenset[Decimal] = frozenset()
    gift: bool = False
    is_all: bool = False


# (case) -> Approved, filled by the app that knows money.
APPROVED: list[Callable[[Case], Approved]] = []


def approved_on(case: Case) -> Approved:
    """What is approved in the story of the case."""
    found = [each(case) for each in APPROVED]
    amounts = frozenset[Decimal]().union(*(each.amounts for each in found))
    return Approved(amounts, any(each.gift for each in found), any(each.is_all for each in found))
