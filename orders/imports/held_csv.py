"""The file of held rows that a person works through: UTF-8 with a mark, so that every spreadsheet reads it."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from orders.imports.reasons import reason_text
from orders.models import HeldRow
from orders.spreadsheet import text_cell


def held_csv(rows: Iterable[HeldRow]) -> Iterator[bytes]:
    """Pieces of the file: which file, row, column and value, and why."""
    yield codecs.BOM_UTF8
    yield _line([_("File"), _("Row"), _("Column"), _("Value"), _("Code"), _("Reason"), _("Order number")])
    for row in rows:
        yield _line([row.file.title, row.line, row.column, row.value, row.code, reason_text(row.code, row.params), row.order_number])


def _line(cells: Iterable[object]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([text_cell(cell) for cell in cells])
    return buffer.getvalue().encode()
