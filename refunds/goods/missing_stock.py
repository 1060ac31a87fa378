"""How goods out of stock stand: the pieces that are not there, and who signs the memo. A fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from casework.models import Case
from casework.situation import Situation
from orders.access import Actor
from orders.models import Line, User
from orders.split import price_of
from orders.together import Reading


@dataclass(frozen=True)
class StockStanding:
    """What the situation adds: the pieces that are not there, and the actor's code."""

    pieces: list[tuple[Line, int]] = field(default_factory=list)
    code: str = ""

    @property
    def paid(self) -> Decimal:
        """Yuan paid for the pieces."""
        return sum((price_of(line.paid, line.quantity, quantity) for line, quantity in self.pieces), Decimal("0.00"))


def standing(at: Situation) -> StockStanding:
    """The situation's part of goods out of stock."""
    found: StockStanding = at.more["stock"]
    return found


def ask_stock(cases: Sequence[Case], by: Actor) -> Reading[dict[int, StockStanding]]:
    """The standings by case id; a line that is gone from its order is left out."""
    items = {case.pk: case.facts.items if case.facts is not None else [] for case in cases}
    rows, users = (
        Line.objects.filter(pk__in={each["line"] for its in items.values() for each in its}),
        User.objects.filter(pk=by.user_id or 0),
    )
    yield rows, users
    lines, user = {each.pk: each for each in rows}, next(iter(users), None)
    code = (user.code or user.username) if user else ""
    return {
        case_id: StockStanding([(lines[each["line"]], each["quantity"]) for each in its if each["line"] in lines], code)
        for case_id, its in items.items()
    }
