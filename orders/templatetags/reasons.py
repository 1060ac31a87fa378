"""Why a row is held, in templates."""

from __future__ import annotations

from django import template

from orders.imports.reasons import reason_text
from orders.models import HeldRow

register = template.Library()


@register.filter
def reason(row: HeldRow) -> str:
    """The sentence for a held row."""
    return reason_text(row.code, row.params)
