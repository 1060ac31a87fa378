"""S4.3: by what the table of gifts goes."""

from __future__ import annotations

from decimal import Decimal

from casework.situation import Situation


def paid_for(at: Situation) -> Decimal:
    """Yuan paid for the order, by which the table goes."""
    return at.order.paid if at.order is not None else Decimal("0.00")
