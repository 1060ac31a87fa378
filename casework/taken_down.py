"""What is taken down when a case is opened by hand (L0.5): what only the customer knows, and beside it what the data know already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from casework.registry import TAKEN_DOWN, Subject
from orders.models import Order
from orders.persons import redact_for_order

LONGEST_WISH = 300
WISH = "wanted"


@dataclass(frozen=True)
class TakenDown:
    """What happened and what the customer wants, "" where nobody said it; `facts` are for journal and facts table, without personal data."""

    happened: str
    wanted: str
    facts: dict[str, Any]

    @property
    def is_whole(self) -> bool:
        """Whether the customer has nothing left to be asked."""
        return bool(self.happened and self.wanted)


def take_down(subjects: Sequence[Subject], *, note: str = "", wanted: str = "") -> list[TakenDown]:
    """For each subject the order with its date, its parcel and where that was, and what the customer wants; a fixed number of queries."""
    orders = Order.objects.in_bulk({each.order_id for each in subjects if each.order_id})
    known: list[dict[str, Any]] = [_of_order(orders.get(each.order_id or 0)) for each in subjects]
    for ask in TAKEN_DOWN:
        known = [facts | more for facts, more in zip(known, ask(subjects), strict=True)]
    wishes = [redact_for_order(wanted, orders.get(each.order_id or 0)) for each in subjects]
    return [TakenDown(note, wanted, facts | ({WISH: wish} if wish else {})) for facts, wish in zip(known, wishes, strict=True)]


def _of_order(order: Order | None) -> dict[str, Any]:
    if order is None:
        return {}
    place = " ".join(part for part in (order.province, order.city) if part)
    known = {"order": order.number, "bought_at": order.ordered_at and order.ordered_at.isoformat(), "sent_to": place}
    return {name: value for name, value in known.items() if value}
