"""Why a row is held, and what a list is called, in templates."""

from __future__ import annotations

from typing import Any

from django import template

from orders.imports.lists import FORMS, LISTS, NAMES
from orders.imports.reasons import failure_text, reason_text
from orders.models import HeldRow, ImportFile, ImportRun

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
def warned(warning: dict[str, Any]) -> str:
    """The sentence for what went in and should be looked at again."""
    return reason_text(warning["code"], warning["params"])


@register.filter
def list_name(file: ImportFile) -> str:
    """How the list in a file is called."""
    return str(FORMS.get(file.vintage) or NAMES.get(file.kind, file.kind))


@register.filter
def list_vintage(file: ImportFile) -> str:
    """The year of a list, where its name does not say it all."""
    return "" if file.vintage in FORMS or file.kind in LISTS else file.vintage
