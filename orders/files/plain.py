"""The rows of a sheet whose columns nobody needs to know: what is in it is told by the cells themselves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from orders.files import limits
from orders.files.encoding import encoding_of
from orders.files.errors import BadFile
from orders.files.package import check_package
from orders.files.sniff import WORKBOOK, what_is
from orders.files.text import text_records
from orders.files.workbook import workbook_records


def plain_rows(path: Path, name: str, most: int) -> list[tuple[int, list[str]]]:
    """Number and cells of each row that is not empty; of a workbook its first sheet. Raises BadFile as an import does, also for more than `most`."""
    rows = list(islice(_rows(path, name), most + 1))
    if not rows:
        raise BadFile("empty_file", name)
    if len(rows) > most:
        raise BadFile("too_many_rows", name, limit=most)
    if max(len(cells) for _number, cells in rows) > limits.MAX_COLUMNS:
        raise BadFile("too_many_columns", name, limit=limits.MAX_COLUMNS)
    return rows


def _rows(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    if what_is(path, name) == WORKBOOK:
        check_package(path, name)
        return workbook_records(path, name)
    return text_records(path, name, encoding_of(path, name))
