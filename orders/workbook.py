"""A list as a workbook: ids as text, amounts as numbers, times in shop time, and nothing is ever a formula. In the language of the house."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from xlsxwriter import Workbook

from orders.errors import Text
from orders.spreadsheet import text_cell

# Title and width of each column.
Columns = Sequence[tuple[Text, int]]


def safe(value: Any) -> str:
    """A text as a cell. Ids stay as they are, since every cell is written as text; what could start a formula gets an apostrophe."""
    text = "" if value is None else str(value)
    return text if text.isalnum() and text.isascii() else text_cell(text)


def moment(at: dt.datetime | None) -> dt.datetime | str:
    """A time in shop time, without its zone since a workbook knows none; "" for none."""
    return "" if at is None else localtime(at).replace(tzinfo=None)


def write_workbook(title: Text, columns: Columns, rows: Iterable[Sequence[Any]], *, totals: Collection[int] = ()) -> tuple[IO[bytes], int]:
    """The workbook as an open temporary file at its beginning, and how many rows it has. They are streamed; memory does not grow with them.

    A Decimal is yuan, a time is a time, None leaves the cell empty, anything else is text. Of the columns in `totals` a last row has the sums, as numbers.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
    try:
        with translation.override(settings.LANGUAGE_CODE), Workbook(file, {"constant_memory": True}) as book:
            count = _write(book, str(title), columns, rows, totals)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file, count


def _write(book: Workbook, title: str, columns: Columns, rows: Iterable[Sequence[Any]], totals: Collection[int]) -> int:
    sheet, head = book.add_worksheet(title), book.add_format({"bold": True})
    formats = {
        Decimal: book.add_format({"num_format": "#,##0.00"}),
        dt.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        str: book.add_format({"num_format": "@"}),
    }
    for place, (name, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, str(name), head)
    sheet.freeze_panes(1, 0)
    sums, line = dict.fromkeys(totals, Decimal("0.00")), 0
    for line, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            _write_cell(sheet, line, place, value, formats)
            if place in sums and value is not None:
                sums[place] += value
    if sums:
        sheet.write_string(line + 1, 0, str(_("In all")), head)
    for place, total in sums.items():
        sheet.write_number(line + 1, place, total, book.add_format({"num_format": "#,##0.00", "bold": True}))
    return line


def _write_cell(sheet: Any, line: int, place: int, value: Any, formats: dict[type, Any]) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(line, place, value, formats[Decimal])
    elif isinstance(value, dt.datetime):
        sheet.write_datetime(line, place, value, formats[dt.datetime])
    elif value is not None:
        sheet.write_string(line, place, safe(value), formats[str])
