"""A file as a table: opened once to learn what it is, read as often as wanted, never whole in memory."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from orders.files import vintages
from orders.files.columns import ITEMS, ORDERS
from orders.files.encoding import encoding_of
from orders.files.errors import BadFile
from orders.files.headers import Layout, Teller, held_layout, layout_of, lines_only
from orders.files.limits import MAX_COLUMNS
from orders.files.package import check_package
from orders.files.sniff import WORKBOOK, what_is
from orders.files.text import text_records
from orders.files.top_json import JSON, is_json, refund_records
from orders.files.workbook import Row, Sheet, workbook_records, workbook_sheets

SHOP_TIME = ZoneInfo("Asia/Shanghai")
_STAMP = re.compile(r"(?<!\d)(20\d{2}[01]\d[0-3]\d[0-2]\d[0-5]\d)(?:[0-5]\d)?(?!\d)")
XLSX = "xlsx"


@dataclass(frozen=True)
class Table:
    """One list in one file. `encoding` is "xlsx" for a workbook, "json" for an answer of the open platform.

    `stamp` is when the export was made, if the name says it.
    Of a workbook with several sheets each is a table; `place` counts them from 1, and `sheet` is its name.
    """

    path: Path
    name: str
    encoding: str
    layout: Layout
    stamp: dt.datetime | None
    place: int = 1
    sheet: str = ""
    # All rows of a small workbook, read when it was opened.
    rows: Sequence[Row] | None = field(default=None, repr=False)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Row number (the header's is 1) and cells of each row that is not empty, without the header."""
        if self.encoding == JSON:
            yield from _after_header(refund_records(self.path, self.name))
            return
        if self.encoding != XLSX:
            yield from _after_header(text_records(self.path, self.name, self.encoding))
            return
        # A workbook does not store the empty cells at the end of a row.
        rows = workbook_records(self.path, self.name, self.place) if self.rows is None else iter(self.rows)
        for number, cells in _after_header(rows):
            yield number, cells + [""] * (self.layout.width - len(cells))

    def sha256(self) -> str:
        """The digest of the file's bytes."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def _after_header(records: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    next(records, None)
    return records


def open_table(path: Path, name: str = "", tellers: Sequence[Teller] = ()) -> Table:
    """The list in a file; of a workbook with several sheets the first. Raises BadFile as `open_tables` does."""
    return open_tables(path, name, tellers)[0]


def open_tables(path: Path, name: str = "", tellers: Sequence[Teller] = ()) -> list[Table]:
    """Learn what a file is: one list, or as many as a workbook has sheets; `tellers` know the lists of higher apps.

    Raises BadFile, in seconds and before any row is read, for what is no list that is known. Of several sheets one must be.
    """
    name = name or path.name
    if what_is(path, name) != WORKBOOK and is_json(path):
        header = next(refund_records(path, name))[1]
        return [Table(path, name, JSON, replace(layout_of(header, name), vintage=vintages.OPEN_PLATFORM), stamp_of(name))]
    if what_is(path, name) != WORKBOOK:
        encoding = encoding_of(path, name)
        header = next(text_records(path, name, encoding), (0, []))[1]
        return [Table(path, name, encoding, _layout(header, name, tellers), stamp_of(name))]
    check_package(path, name)
    sheets = workbook_sheets(path, name) or [Sheet("", [], [])]
    several = len(sheets) > 1
    headers = [sheet.header for sheet in sheets]
    layouts = _layouts(headers, name, tellers) if several else [_layout(headers[0], name, tellers)]
    return [
        Table(path, name, XLSX, layout, stamp_of(name), place, sheet.name if several else "", sheet.rows if sheet.is_whole else None)
        for place, (sheet, layout) in enumerate(zip(sheets, layouts, strict=True), start=1)
    ]


def _layout(header: list[str], name: str, tellers: Sequence[Teller]) -> Layout:
    _check_header(header, name)
    return layout_of(header, name, tellers)


def _layouts(headers: list[list[str]], name: str, tellers: Sequence[Teller]) -> list[Layout]:
    """The layouts of sheets beside one another. One that is no list is held; where none is one, the first says why."""
    told: list[Layout | BadFile] = []
    for header in headers:
        try:
            told.append(_layout(header, name, tellers))
        except BadFile as error:
            told.append(error)
    kind = next((layout.kind for layout in told if isinstance(layout, Layout)), "")
    if not kind and isinstance(told[0], BadFile):
        raise told[0]
    layouts = [held_layout(kind, header, each) if isinstance(each, BadFile) else each for header, each in zip(headers, told, strict=True)]
    # Beside a list of the orders, one with a row for each line tells what was paid for the lines.
    if any(layout.taken and layout.kind == ORDERS and not layout.is_partial for layout in layouts):
        pairs = zip(layouts, headers, strict=True)
        return [lines_only(layout, header, name) if layout.kind == ITEMS and layout.orders else layout for layout, header in pairs]
    return layouts


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
