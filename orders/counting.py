"""How many rows a list has, for tabs and badges: counted as far as somebody reads, however many there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

# Beyond that a badge says "99+".
MOST = 99


def how_many(named: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """How many rows each query has, MOST + 1 at most, all in one statement; none when nothing is asked."""
    parts: list[str] = []
    params: list[Any] = []
    found = dict.fromkeys(named, 0)
    for name, rows in named.items():
        try:
            sql, given = rows.order_by().values("pk")[: MOST + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"cardinality(ARRAY({sql})) AS {connection.ops.quote_name(name)}")
        params += given
    if not parts:
        return found
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        names = [each[0] for each in cursor.description]
        return found | dict(zip(names, cursor.fetchone(), strict=True))


def capped(number: int) -> str:
    """The number as a badge shows it."""
    return str(number) if number <= MOST else f"{MOST}+"
