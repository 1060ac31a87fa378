"""A sheet of several cases: each row is read as if it had been pasted. Only its numbers leave the file; nothing of it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile

from casework.intake.pasted import LONGEST, MOST, is_phone, read_pasted
from casework.intake.rows import Line
from orders.files.cells import looks_rounded
from orders.files.plain import plain_rows
from orders.imports import uploads

# Beside what is looked up a sheet may have a heading and rows in between.
MOST_ROWS = 4 * MOST


def lines_of_sheet(file: UploadedFile) -> list[Line]:
    """The rows of a csv or xlsx file that hold a number. Raises BadFile as an import does."""
    name = PurePath(str(file.name or "").replace("\\", "/")).name[-255:] or "?"
    kept = uploads.keep(file.chunks(), name)
    try:
        with uploads.in_clear(kept) as path:
            rows = plain_rows(path, name, MOST_ROWS)
    finally:
        uploads.discard(kept)
    lines = [Line(number, _numbers_of(cells)) for number, cells in rows]
    return [each for each in lines if each.text]


def _numbers_of(cells: Sequence[str]) -> str:
    """The numbers of a row, and those that a spreadsheet has rounded, so that they are named. Beside another number a phone leads nowhere and stays
    in the file."""
    pasted = read_pasted("\n".join(cells)[:LONGEST])
    rounded = [each.text for each in pasted.unread if each.code == "rounded"]
    numbers = [each for each in pasted.numbers if not is_phone(each)] or pasted.numbers
    return " ".join([*(each for each in numbers if not looks_rounded(each)), *rounded, *map(_as_rounded, filter(looks_rounded, numbers))])


def _as_rounded(number: str) -> str:
    """A number whose last digits a spreadsheet has made zeros, written so that it is read as such."""
    return f"{number[0]}.{number[1:6]}E+{len(number) - 1}"


def text_of(lines: Sequence[Line]) -> str:
    """The lines as a paste that is read to the same lines again."""
    by_number = {each.number: each.text for each in lines}
    return "\n".join(by_number.get(number, "") for number in range(1, max(by_number, default=0) + 1))
