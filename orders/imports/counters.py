"""The money columns of a table that no import fills."""

from __future__ import annotations

from collections.abc import Container

from django.db import models


def counters(model: type[models.Model], filled: Container[str]) -> list[str]:
    """Columns that only the ledger moves: money that no form edits and no list tells."""
    money = [field for field in model._meta.concrete_fields if isinstance(field, models.DecimalField) and not field.editable]
    return [field.attname for field in money if field.attname not in filled]
