"""What couriers owe for the goods of a refund, and how much of the refund that may bring back (L13.1)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from casework.models import Case
from logistics.goods.claimed import share
from logistics.models import Loss
from orders.models import Order
from refunds.asking.figures import ZERO, Figures, Row


@dataclass(frozen=True)
class Claimable:
    """A standing loss; of it `covers` yuan stand against what is asked now."""

    loss: Loss
    covers: Decimal


def claimable(order: Order, figures: Figures, above: Case | None) -> list[Claimable]:
    """The standing losses of the order's parcels and of the case above, the oldest first. One query.

    No yuan is counted for two refunds: what went back or is set aside of the same goods has used the loss up first.
    """
    here = Q(parcel__orders=order) | Q(case=above) if above is not None else Q(parcel__orders=order)
    losses = Loss.objects.standing().filter(here).distinct().select_related("parcel", "courier", "case__incident")
    found, asked = [], figures.total.asked
    for loss in losses:
        covers = min(_left_of(loss, order, figures), asked)
        found.append(Claimable(loss, covers))
        asked -= covers
    return found


def _left_of(loss: Loss, order: Order, figures: Figures) -> Decimal:
    """What the loss says of this order and is not used up: all that was paid for a lost parcel, else the price of the missing pieces."""
    if loss.cause in Loss.WHOLE:
        return _unused(min(loss.amount, order.paid), [figures.total])
    pieces = {each["line"]: each["quantity"] for each in loss.case.incident.items}
    rows = [row for row in figures.lines if row.line and row.line.pk in pieces]
    price = sum((share(row.line, pieces[row.line.pk]) for row in rows if row.line), ZERO)
    return min(_unused(min(loss.amount, price), rows), sum((row.asked for row in rows), ZERO))


def _unused(owed: Decimal, rows: list[Row]) -> Decimal:
    return max(owed - sum((row.refunded + row.reserved for row in rows), ZERO), ZERO)
