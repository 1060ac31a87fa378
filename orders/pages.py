"""What higher apps show on the page of an order. They put it in at start-up; orders names none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class OrderPanel:
    """A part of the order page. `context` gets (order, actor, now); without a context for somebody it gives {} and is left out."""

    name: str
    template: str
    context: Callable[..., dict[str, Any]]
    position: int = 50


ORDER_PANELS: list[OrderPanel] = []


def add_order_panel(panel: OrderPanel) -> None:
    """Show a panel on the order page; called from AppConfig.ready."""
    ORDER_PANELS.append(panel)
    ORDER_PANELS.sort(key=lambda each: each.position)
