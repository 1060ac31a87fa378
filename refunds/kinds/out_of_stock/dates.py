"""R12.1: by when it is shipped or refunded."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.situation import Situation


def platforms_day(case: Any, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """The order's ship-by date (应发货时间), taken and never computed."""
    return at.order.ship_by if at.order is not None else None


def our_day(case: Any, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """Where no ship-by date is known: our own span, from when the order was paid."""
    if at.order is None or at.order.ship_by is not None:
        return None
    return at.after(at.order.paid_at or case.opened_at, at.policy("stock_settled_within"))
