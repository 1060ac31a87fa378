"""Money as it is shown: two decimals, thousands apart, and a minus sign that is one (U+2212)."""

from __future__ import annotations

from decimal import Decimal


def shown(amount: Decimal | None) -> str:
    """An amount of yuan, like 1,280.00 or −12.50; "" for None."""
    return "" if amount is None else f"{amount:,.2f}".replace("-", "−")
