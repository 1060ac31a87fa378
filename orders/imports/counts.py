"""What became of the rows, counted from the staging tables: read = new + changed + unchanged + held, for each file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import connection

from orders.imports.staging import TABLES

COUNT = """
SELECT file, count(*), count(*) FILTER (WHERE code IS NULL AND outcome = 'new'), count(*) FILTER (WHERE code IS NULL AND outcome = 'changed'),
       count(*) FILTER (WHERE code IS NULL AND outcome = 'unchanged'), count(*) FILTER (WHERE code IS NOT NULL)
FROM {table} WHERE held IS NULL AND NOT shadow GROUP BY file
"""
RETRIED = "SELECT count(*) FROM {table} WHERE held IS NOT NULL AND code IS NULL AND outcome IN ('new', 'changed', 'unchanged')"

# Told to the apps above: every order that this run has made or changed.
NEWS_TABLE = "imported_orders"
NEWS = f"""
DROP TABLE IF EXISTS pg_temp.{NEWS_TABLE};
CREATE TEMPORARY TABLE {NEWS_TABLE} ON COMMIT DROP AS
SELECT order_id, bool_or(is_new) AS is_new FROM (
    SELECT order_id, outcome = 'new' AS is_new FROM staged_order WHERE code IS NULL AND outcome IN ('new', 'changed')
    UNION ALL SELECT order_id, false FROM staged_item WHERE code IS NULL AND outcome IN ('new', 'changed')
    UNION ALL SELECT order_id, false FROM staged_refund WHERE code IS NULL AND outcome IN ('new', 'changed')
) news GROUP BY order_id;
CREATE INDEX ON {NEWS_TABLE} (order_id);
ANALYZE {NEWS_TABLE}
"""


@dataclass(frozen=True)
class Counts:
    """Rows of one file or of a run."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    held: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(mine + theirs for mine, theirs in zip(self.as_dict().values(), other.as_dict().values(), strict=True)))

    def as_dict(self) -> dict[str, int]:
        """By name, in the order of the fields."""
        return asdict(self)


def count_rows(kinds: Iterable[str]) -> tuple[dict[int, Counts], int]:
    """Of these kinds counts by file, and how many rows held before went in now. A row without an outcome would be a fault of ours."""
    counts: dict[int, Counts] = {}
    retried = 0
    with connection.cursor() as cursor:
        for kind in kinds:
            cursor.execute(COUNT.format(table=TABLES[kind]))
            counts |= {file: Counts(*numbers) for file, *numbers in cursor.fetchall()}
            cursor.execute(RETRIED.format(table=TABLES[kind]))
            retried += cursor.fetchone()[0]
    for file, count in counts.items():
        if count.read != count.new + count.changed + count.unchanged + count.held:
            raise AssertionError(f"rows of file {file} are lost: {count}")
    return counts, retried


def tell_news() -> int:
    """Fill NEWS_TABLE; returns how many orders are in it."""
    with connection.cursor() as cursor:
        cursor.execute(NEWS)
        cursor.execute(f"SELECT count(*) FROM {NEWS_TABLE}")
        return int(cursor.fetchone()[0])
