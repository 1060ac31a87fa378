"""Why a row is held, and what a list is called, in templates."""

from __future__ import annotations

from django import template

from orders.imports.lists import NAMES
from orders.imports.reasons import reason_text
from orders.models import HeldRow

register = template.Library()


@register.filter
def reason(row: HeldRow) -> str:
    """The sentence for a held row."""
    return reason_text(row.code, row.params)


@register.filter
def list_name(kind: str) -> str:
    """How a kind of list is called."""
    return str(NAMES.get(kind, kind))
