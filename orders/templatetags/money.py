"""Money in templates: {{ amount|yuan }}."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template

from orders.amounts import shown

register = template.Library()


@register.filter
def yuan(amount: Any) -> str:
    """Yuan as they are shown; "" when there is no amount."""
    return shown(amount) if isinstance(amount, Decimal) else ""


@register.filter
def negative(amount: Any) -> Any:
    """The amount with its sign turned; zero stays zero."""
    return Decimal("0.00") - amount if isinstance(amount, Decimal) else ""


@register.filter
def tail(number: Any) -> str:
    """The last four characters of an order number or waybill, by which people know it."""
    return str(number)[-4:]
