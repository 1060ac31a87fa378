"""The buyer's past on the case page, the order page and at intake (S5.2); on the case also what stands out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.models import Case
from casework.registry import Panel, add_panel
from casework.situation import around
from orders.access import Actor
from orders.models import Order
from orders.pages import OrderPanel, add_order_panel
from orders.together import Reading, side_by_side
from refunds.buyer import ask_history, buyer_history
from refunds.signals import ask_signals


def register() -> None:
    """Fill the registries; called from AppConfig.ready."""
    add_panel(Panel("buyer", "refunds/buyer_panel.html", buyer_panel, position=40))
    add_order_panel(OrderPanel("buyer", "refunds/buyer_of_order.html", buyer_of_order, position=14))


def buyer_panel(case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
    """What the buyer had before and what stands out; nothing for a case without an order."""
    if case.order is None:
        return {"buyer": None}
    at = around(case)
    signals = ask_signals(case, case.order, at.evidence, by=by, now=now, policies=at.policies)
    history, found = yield from side_by_side(ask_history(case.order, now, case), signals)
    return {"buyer": history, "signals": found}


def buyer_of_order(order: Order, by: Actor, now: dt.datetime) -> dict[str, Any]:
    """What the buyer had before, beside this order."""
    return {"buyer": buyer_history(order, now)}
