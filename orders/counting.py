"""How many rows a list has, for tabs and badges: counted as far as somebody reads, however many there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from orders.together import Reading, Rows, answer

# Beyond that a badge says "99+".
MOST = 99


def how_many(named: Mapping[str, QuerySet[Any]], most: int = MOST) -> dict[str, int]:
    """How many rows each query has, `most` + 1 at most, all in one statement; none when nothing is asked."""
    return answer(ask_how_many(named, most))


def ask_how_many(named: Mapping[str, QuerySet[Any]], most: int = MOST) -> Reading[dict[str, int]]:
    """The same, to be read with others."""
    parts: dict[str, str] = {}
    params: list[Any] = []
    for name, rows in named.items():
        try:
            sql, given = rows.order_by().values("pk")[: most + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts[name] = f"cardinality(ARRAY({sql}))"
        params += given
    found = dict.fromkeys(named, 0)
    if not parts:
        return found
    numbers = Rows(f"SELECT {', '.join(parts.values())}", params, *[int] * len(parts))
    yield (numbers,)
    return found | dict(zip(parts, next(iter(numbers)), strict=True))


def capped(number: int) -> str:
    """The number as a badge shows it."""
    return str(number) if number <= MOST else f"{MOST}+"
