"""Hong Kong, Macau and Taiwan: SF alone goes there (L8.3), and what is refused there costs both ways (L10.2)."""

from __future__ import annotations

from orders.models import Order

# As provinces begin in the platform's lists.
BEYOND = ("香港", "澳门", "台湾")


def is_beyond_the_border(order: Order | None) -> bool:
    """Whether the order goes there, as far as its province is known."""
    return order is not None and order.province.startswith(BEYOND)
