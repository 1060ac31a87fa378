"""What is claimed to be missing from a parcel, beside what is known of it: lines and weights. Read for a whole batch of cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from logistics.goods.items import Item
from logistics.goods.weighing import Compared, compare
from logistics.models.weight import WeighedBy, Weight
from logistics.standing import Standing, ask_standings, parcels_of
from orders.errors import Reason
from orders.models import Line
from orders.split import least_for, price_of
from orders.together import Reading, ask_for, side_by_side


@dataclass(frozen=True)
class Claimed:
    """The parcel, the lines of the orders in it, and its newest weight on each scale in grams."""

    standing: Standing = field(default_factory=Standing)
    lines: list[Line] = field(default_factory=list)
    weights: dict[str, int] = field(default_factory=dict)

    def pieces(self, items: Sequence[Item]) -> list[tuple[Line, int]]:
        """The missing lines with how many pieces of each; a line that is gone from the order is left out."""
        lines = {each.pk: each for each in self.lines}
        return [(lines[each["line"]], each["quantity"]) for each in items if each["line"] in lines]

    def price(self, items: Sequence[Item]) -> Decimal:
        """Yuan paid for the missing pieces."""
        return sum((share(line, quantity) for line, quantity in self.pieces(items)), Decimal("0.00"))

    def refunded(self, items: Sequence[Item]) -> list[Reason]:
        """The lines of which the price of that many pieces went back already, or is asked to (L5.2)."""
        return [
            refunded_reason(line)
            for line, quantity in self.pieces(items)
            if line.paid and line.gone + line.reserved >= least(line, quantity)
        ]

    def compared(self, tolerance: int, given: Mapping[str, int] = MappingProxyType({})) -> Compared:
        """What the scales say together, with what was just read out. A weight on the base slip stands for the waybill's."""
        known = self.weights | dict(given)
        waybill = known.get(WeighedBy.WAYBILL, known.get(WeighedBy.SLIP))
        return compare(known.get(WeighedBy.WAREHOUSE), waybill, known.get(WeighedBy.COURIER), tolerance)

    def weight(self, scale: str, grams: int, at: Situation) -> Weight | None:
        """A row for a weight that somebody read out; None when the newest on that scale says the same."""
        if self.standing.parcel is None or self.weights.get(scale) == grams:
            return None
        return Weight(parcel=self.standing.parcel, source=scale, grams=grams, entered_at=at.now, entered_by_id=at.actor.user_id)


def share(line: Line, quantity: int) -> Decimal:
    """Yuan paid for so many pieces of a line."""
    return price_of(line.paid, line.quantity, quantity)


def least(line: Line, quantity: int) -> Decimal:
    """Yuan with which so many pieces of a line count as paid back, or still paid for: pieces may differ by a fen."""
    return least_for(line.paid, line.quantity, quantity)


def refunded_reason(line: Line) -> Reason:
    """What went back of a line, or is asked to."""
    text = str(_("{line}: {gone} of {paid} yuan refunded or asked for."))
    return Reason("refunded_already", text.format(line=line, gone=line.gone + line.reserved, paid=line.paid), "L5.2")


def claimed(at: Situation) -> Claimed:
    """The situation's part."""
    found: Claimed = at.more["claimed"]
    return found


def ask_claimed(cases: Sequence[Case]) -> Reading[dict[int, Claimed]]:
    """By case id."""
    ids = parcels_of(cases)
    lines = Line.objects.filter(order__parcels__in=ids).select_related("order").order_by("order", "position").distinct()
    weighed = Weight.objects.filter(parcel__in=ids).order_by("entered_at", "pk")
    standings, _read = yield from side_by_side(ask_standings(cases), ask_for(lines, weighed))
    weights: dict[int, dict[str, int]] = defaultdict(dict)
    for weight in weighed:
        weights[weight.parcel_id][weight.source] = weight.grams
    return {pk: _of(each, lines, weights) for pk, each in standings.items()}


def _of(found: Standing, lines: Iterable[Line], weights: Mapping[int, dict[str, int]]) -> Claimed:
    if found.parcel is None:
        return Claimed(found)
    orders = {each.pk for each in found.orders}
    return Claimed(found, [each for each in lines if each.order_id in orders], weights[found.parcel.pk])
