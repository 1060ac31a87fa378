"""Why a row is held, and what a list is called, in templates."""

from __future__ import annotations

from django import template

from orders.imports.lists import NAMES
from orders.imports.reasons import failure_text, reason_text
from orders.models import HeldRow, ImportRun

register = template.Library()


@register.filter
def reason(row: HeldRow) -> str:
    """The sentence for a held row."""
    return reason_text(row.code, row.params)


@register.filter
def failure(run: ImportRun) -> str:
    """The sentence for an import that failed."""
    return failure_text(run)


@register.filter
def list_name(kind: str) -> str:
    """How a kind of list is called."""
    return str(NAMES.get(kind, kind))
