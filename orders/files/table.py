"""A file as a table: opened once to learn what it is, read as often as wanted, never whole in memory."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from orders.files.columns import MANY_SHEETS
from orders.files.encoding import encoding_of
from orders.files.errors import BadFile
from orders.files.headers import Layout, Teller, layout_of
from orders.files.limits import MAX_COLUMNS
from orders.files.package import check_package
from orders.files.sniff import WORKBOOK, what_is
from orders.files.text import text_records
from orders.files.workbook import workbook_beginning, workbook_records

SHOP_TIME = ZoneInfo("Asia/Shanghai")
_STAMP = re.compile(r"(?<!\d)(20\d{2}[01]\d[0-3]\d[0-2]\d[0-5]\d)(?:[0-5]\d)?(?!\d)")
XLSX = "xlsx"


@dataclass(frozen=True)
class Table:
    """One list in one file. `encoding` is "xlsx" for a workbook; `stamp` is when the export was made, if the name says it."""

    path: Path
    name: str
    encoding: str
    layout: Layout
    stamp: dt.datetime | None

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Row number (the header's is 1) and cells of each row that is not empty, without the header."""
        if self.encoding != XLSX:
            yield from _after_header(text_records(self.path, self.name, self.encoding))
            return
        # A workbook does not store the empty cells at the end of a row.
        for number, cells in _after_header(workbook_records(self.path, self.name)):
            yield number, cells + [""] * (self.layout.width - len(cells))

    def sha256(self) -> str:
        """The digest of the file's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _after_header(records: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    next(records, None)
    return records


def open_table(path: Path, name: str = "", tellers: Sequence[Teller] = ()) -> Table:
    """Learn what a file is; `tellers` know the lists of higher apps.

    Raises BadFile, in seconds and before any row is read, for what is no list that is known.
    """
    name = name or path.name
    if what_is(path, name) == WORKBOOK:
        check_package(path, name)
        sheets, header = workbook_beginning(path, name)
        encoding = XLSX
    else:
        encoding, sheets = encoding_of(path, name), 1
        header = next(text_records(path, name, encoding), (0, []))[1]
    _check_header(header, name)
    layout = layout_of(header, name, tellers)
    if sheets > 1:
        layout = replace(layout, vintage=MANY_SHEETS, taken=False)
    return Table(path, name, encoding, layout, stamp_of(name))


def _check_header(header: list[str], name: str) -> None:
    if not any(cell.strip() for cell in header):
        raise BadFile("empty_file", name)
    if len(header) > MAX_COLUMNS:
        raise BadFile("too_many_columns", name, limit=MAX_COLUMNS)


def stamp_of(name: str) -> dt.datetime | None:
    """The time in a name such as ExportOrderList202608111558.csv, shop time."""
    found = _STAMP.search(name)
    if not found:
        return None
    try:
        return dt.datetime.strptime(found[1], "%Y%m%d%H%M").replace(tzinfo=SHOP_TIME)
    except ValueError:
        return None
