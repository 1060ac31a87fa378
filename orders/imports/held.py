"""Rows that wait: written down with their reason, and tried again by the next import where that may help."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from orders import vault
from orders.files.columns import ORDERS
from orders.files.headers import Layout
from orders.files.table import Table
from orders.imports.lists import LISTS
from orders.imports.source import Source, hexed, latest_of
from orders.imports.staging import ROWS, TABLES, copy_into, copy_rows
from orders.models import HeldRow, Order

BATCH = 2000

KEPT = """
DROP TABLE IF EXISTS pg_temp.kept_row;
CREATE TEMPORARY TABLE kept_row (file bigint, line int, row bytea) ON COMMIT DROP
"""

INSERT = """
INSERT INTO orders_heldrow (shop_id, run_id, file_id, kind, line, "column", code, params, value, order_number, row_enc, retry)
SELECT %(shop)s, %(run)s, s.file, %(kind)s, s.line, coalesce(%(names)s::jsonb -> s.file::text ->> s.field, ''), s.code,
       coalesce(s.params, '{{}}') || CASE WHEN s.retry THEN jsonb_build_object('key', s.key{position}) ELSE '{{}}' END,
       left(coalesce(s.value, ''), 200), coalesce(s.number, ''), k.row, coalesce(s.retry, false)
FROM {table} s LEFT JOIN kept_row k ON k.file = s.file AND k.line = s.line
WHERE s.code IS NOT NULL AND s.held IS NULL AND NOT s.shadow ORDER BY s.file, s.line
"""

# What was tried again: in, or held for a reason that may be another one now, or told anew by a file of this run.
SETTLE = """
UPDATE orders_heldrow h SET resolved_at = %(at)s FROM {table} s WHERE h.id = s.held AND s.code IS NULL AND s.outcome IN ('new', 'changed', 'unchanged');

UPDATE orders_heldrow h SET code = s.code, params = h.params || coalesce(s.params, '{{}}'), retry = coalesce(s.retry, false)
FROM {table} s WHERE h.id = s.held AND s.code IS NOT NULL AND (h.code, h.retry) IS DISTINCT FROM (s.code, coalesce(s.retry, false));

UPDATE orders_heldrow h SET retry = false, resolved_at = CASE WHEN s.code IS NULL THEN %(at)s::timestamptz END
FROM {table} s WHERE h.shop_id = %(shop)s AND h.kind = %(kind)s AND h.retry AND h.resolved_at IS NULL AND h.run_id <> %(run)s
  AND s.held IS NULL AND s.key IS NOT NULL AND (%(by_key)s OR h.order_number = s.number) AND h.params ->> 'key' = s.key
"""


def waiting_kinds(shop_id: int) -> set[str]:
    """The kinds of which the shop has held rows that are tried again."""
    rows = HeldRow.objects.filter(shop_id=shop_id, retry=True, resolved_at=None)
    return set(rows.order_by().values_list("kind", flat=True).distinct())


def stage_again(kind: str, shop_id: int, writers: re.Pattern[str] | None, at: dt.datetime) -> None:
    """Stage the shop's held rows of a kind that may go in now. Lines and refunds need their order first."""
    rows: QuerySet[HeldRow] = HeldRow.objects.filter(shop_id=shop_id, kind=kind, retry=True, resolved_at=None).order_by("id")
    if kind in LISTS:
        rows = LISTS[kind].may_go_in(rows)
    elif kind != ORDERS:
        known = Order.objects.filter(shop_id=shop_id, number=OuterRef("order_number"))
        rows = rows.filter(Exists(known))
    last = 0
    while batch := list(rows.filter(id__gt=last).values_list("id", "file_id", "line", "row_enc")[:BATCH]):
        copy_rows(kind, _staged_again(kind, shop_id, writers, latest_of(at), batch))
        last = batch[-1][0]


def _staged_again(
    kind: str, shop_id: int, writers: re.Pattern[str] | None, latest: str, batch: Sequence[tuple[int, int, int, bytes | memoryview | None]]
) -> Iterator[list[object]]:
    for held, file_id, line, sealed in batch:
        told = json.loads(vault.unseal(sealed))
        fields = list(told["cells"])
        layout = Layout(kind, told["vintage"], True, len(fields), {field: place for place, field in enumerate(fields)}, {})
        source = Source(file_id, shop_id, dt.datetime.fromisoformat(told["as_of"]), layout, vault.keys()[0], writers, latest)
        yield ROWS[kind](source).staged(line, list(told["cells"].values()), held)


def keep_rows(kind: str, tables: dict[int, Table], sources: dict[int, Source]) -> None:
    """Encrypt the rows that will be tried again: read once more from the files, and only where there are any."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT)
        cursor.execute(f"SELECT file, array_agg(line) FROM {TABLES[kind]} WHERE retry AND held IS NULL AND NOT shadow GROUP BY file")
        wanted = {file: set(lines) for file, lines in cursor.fetchall()}
    for file, lines in wanted.items():
        copy_into("kept_row", ("file", "line", "row"), _kept(tables[file], sources[file], lines))
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX ON kept_row (file, line); ANALYZE kept_row")


def _kept(table: Table, source: Source, lines: set[int]) -> Iterator[list[object]]:
    layout = source.layout
    for number, cells in table.records():
        if number in lines:
            told = {
                "vintage": layout.vintage,
                "as_of": source.as_of.isoformat(),
                "cells": {field: cells[place] for field, place in layout.places.items()},
            }
            yield [source.file_id, number, hexed(source.key.seal(json.dumps(told, ensure_ascii=False).encode()))]


def write_held(kind: str, shop_id: int, run_id: int, at: dt.datetime, sources: dict[int, Source]) -> None:
    """Held rows of this run into orders_heldrow, and the fate of those that were tried again."""
    names = {str(file): source.layout.names for file, source in sources.items()}
    # Of a list of a higher app the key says all; lines and refunds have theirs within an order.
    about = {"kind": kind, "names": json.dumps(names), "by_key": kind in LISTS}
    params: dict[str, Any] = {"shop": shop_id, "run": run_id, "at": at, **about}
    position = ", 'position', s.position" if kind == "items" else ""
    with connection.cursor() as cursor:
        cursor.execute(INSERT.format(table=TABLES[kind], position=position), params)
        cursor.execute(SETTLE.format(table=TABLES[kind]), params)
