"""Money and numbers in templates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

register = template.Library()


@register.filter
def negative(amount: Any) -> Any:
    """The amount with its sign turned; zero stays zero."""
    return Decimal("0.00") - amount if isinstance(amount, Decimal) else ""


@register.filter
def tail(number: Any) -> str:
    """The last four characters of an order number or waybill, by which people know it."""
    return str(number)[-4:]
