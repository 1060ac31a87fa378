"""Rows on their way: a temporary table a kind, filled by COPY from a generator, so that memory stays flat."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.db import DatabaseError, connection

from orders.errors import DeskError
from orders.files.columns import ITEMS, ORDERS, REFUNDS
from orders.imports.item_rows import ItemRows
from orders.imports.order_rows import OrderRows
from orders.imports.refund_rows import RefundRows
from orders.imports.source import COMMON, Rows

CHUNK = 256 * 1024
# Cells hold no control characters (orders.files.cells.clean), so this stands for NULL and nothing else.
NULL = "\x01"

ROWS: dict[str, type[Rows]] = {ORDERS: OrderRows, ITEMS: ItemRows, REFUNDS: RefundRows}
TABLES = {ORDERS: "staged_order", ITEMS: "staged_item", REFUNDS: "staged_refund"}

# `book` is the file that the table lies in, with its other sheets; `shadow` rows count as rows of another table.
# `held` is the held row that is tried again; `code` says why a row is held; `outcome` is new, changed, unchanged or held.
HEAD = """
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, file bigint, book bigint, shadow boolean, line int, held bigint,
    number text, code text, field text, value text,
    params jsonb, as_of timestamptz, digest bytea, outcome text, retry boolean, order_id bigint"""
DDL = {
    ORDERS: f"""CREATE TEMPORARY TABLE staged_order ({HEAD},
    status text, rank smallint, paid numeric(12,2), freight numeric(12,2), refund numeric(12,2), ordered_at timestamptz, paid_at timestamptz,
    shipped_at timestamptz, ship_by timestamptz, finished_at timestamptz, auto_confirm_at timestamptz, nick text, payment_number text,
    close_reason text, invoice text, insured boolean, waybills text[], courier text, province text, city text, district text, name_enc bytea,
    phone_enc bytea, street_enc bytea, phone_index bytea, phone_tail_index bytea, message text, message_enc bytea, memo text, memo_enc bytea,
    writer text, flag smallint,
    main bigint, partial boolean, named boolean, goods bytea, listed numeric(12,2), freight_paid numeric(12,2), platform numeric(12,2),
    key text GENERATED ALWAYS AS (CASE WHEN partial THEN number || '/dispatch' ELSE number END) STORED) ON COMMIT DROP""",
    ITEMS: f"""CREATE TEMPORARY TABLE staged_item ({HEAD},
    sub_number text, status text, rank smallint, quantity int, price numeric(12,2), paid numeric(12,2), refund numeric(12,2), refund_status text,
    cost numeric(12,2), made_to_order boolean, title text, sku text, merchant_code text, shipped_at timestamptz,
    ship_by timestamptz, waybills text[], courier text,
    position int, line_id bigint, active boolean, key text)
    ON COMMIT DROP""",
    REFUNDS: f"""CREATE TEMPORARY TABLE staged_refund ({HEAD},
    refund_number text, status text, amount numeric(12,2), is_open boolean, is_paid boolean, forced boolean, after_sale_type text, phase text,
    reason text, title text, return_waybill text, requested_at timestamptz, deadline_at timestamptz, evidence_deadline_at timestamptz,
    finished_at timestamptz, nick text, intervention text, party text, version text, sub_number text, tells_deadline boolean, tells_evidence boolean,
    line_id bigint, key text GENERATED ALWAYS AS (refund_number) STORED) ON COMMIT DROP""",
}


def add_table(kind: str, rows: type[Rows], columns: str) -> None:
    """A staging table for a list of a higher app."""
    ROWS[kind], TABLES[kind] = rows, f"staged_{kind}"
    DDL[kind] = f"CREATE TEMPORARY TABLE {TABLES[kind]} ({HEAD}, {columns}) ON COMMIT DROP"


def make_tables(kinds: Iterable[str]) -> None:
    """Fresh staging tables of these kinds for this transaction."""
    with connection.cursor() as cursor:
        for kind in kinds:
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{TABLES[kind]}; {DDL[kind]}")


def copy_rows(kind: str, rows: Iterable[list[object]]) -> None:
    """COPY staged rows of one kind, pulling them one by one."""
    copy_into(TABLES[kind], (*COMMON, *ROWS[kind].columns), rows)


def copy_into(table: str, columns: Sequence[str], rows: Iterable[list[object]]) -> None:
    """COPY rows into a table, pulling them one by one."""
    stream = _Stream(rows)
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv, NULL '{NULL}')"
    try:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(statement, stream, CHUNK)
    except DatabaseError as error:
        # The driver tells only that reading failed; say why.
        raise stream.refused or error from None


# Where half of a file's order numbers end in zeros, a spreadsheet has rounded them.
DAMAGED = """
UPDATE {table} s SET code = 'damaged_id', field = 'number', value = s.number
FROM (SELECT file FROM {table} GROUP BY file HAVING count(*) FILTER (WHERE value = 'rounded' AND code IS NULL) > 1
      AND count(*) FILTER (WHERE value = 'rounded' AND code IS NULL) * 2 >= count(*)) damaged
WHERE s.file = damaged.file AND s.value = 'rounded' AND s.code IS NULL
"""


def refuse_rounded(kinds: Iterable[str]) -> None:
    """Hold the rows of files whose order numbers were saved by a spreadsheet as numbers."""
    with connection.cursor() as cursor:
        for kind in kinds:
            cursor.execute(DAMAGED.format(table=TABLES[kind]))


def index_tables(kinds: Collection[str]) -> None:
    """Statistics, and an index for each way in which the merges come to a row.

    The first import fills an empty table, and the planner may believe that it still is empty: it then takes the table first and looks
    for its rows in ours, which without an index reads 100,000 rows 100,000 times.
    """
    tables = [TABLES[kind] for kind in kinds]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"CREATE INDEX ON {table} (number)")
            cursor.execute(f"CREATE INDEX ON {table} (order_id)")
            cursor.execute(f"CREATE INDEX ON {table} (held) WHERE held IS NOT NULL")
        cursor.execute("CREATE INDEX ON staged_item (line_id)")
        cursor.execute(f"ANALYZE {', '.join(tables)}")


class _Stream:
    """A file for COPY that makes its next piece when asked for it."""

    def __init__(self, rows: Iterable[list[object]]) -> None:
        self._rows: Iterator[list[object]] = iter(rows)
        self._buffer = io.StringIO()
        self._writer: Any = csv.writer(self._buffer, lineterminator="\n")
        self.refused: DeskError | None = None

    def read(self, size: int = CHUNK) -> str:
        """About `size` characters, "" at the end."""
        try:
            return self._next(size)
        except DeskError as error:
            self.refused = error
            raise

    def _next(self, size: int) -> str:
        for row in self._rows:
            self._writer.writerow([NULL if value is None else value for value in row])
            if self._buffer.tell() >= size:
                break
        piece = self._buffer.getvalue()
        self._buffer.seek(0)
        self._buffer.truncate()
        return piece
