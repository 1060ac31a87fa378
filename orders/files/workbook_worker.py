"""Reads a workbook in a process of its own and writes as lines of JSON which sheets it has, or the rows of one of them.

Run as a script by orders.files.workbook with limits on memory and time: what a hostile workbook breaks is this process
only. It knows nothing of Django and sees no environment.
Sheets that hold nothing do not count. Asked for sheet 0: {"sheet": name, "header": [cells]} for each, then of a small workbook all rows:
{"of": sheet, "row": [row number, [cells]]}, and {"whole": true}. Asked for another: [row number, [cells]] for each row.
Last {"end": true} or {"error": ...}.
Cells are text, numbers or null; times are written as yyyy-mm-dd hh:mm:ss.
"""

from __future__ import annotations

import datetime as dt
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

HEADER_WITHIN = 20
BEYOND_HEADER = 16
# So much of a small workbook is told at once: a process for each of its sheets takes longer than reading it.
FEW_ROWS, FEW_CHARACTERS = 2_000, 1024 * 1024


def main(path: str, memory: int, seconds: int, columns: int, most: int, wanted: int) -> None:
    """Write the sheets, or the rows of the one that is wanted. Ends quietly where the reader went away."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        write(path, columns, most, wanted)
        say({"end": True})
    except BrokenPipeError:
        return
    except MemoryError:
        say({"error": "workbook_too_hard"})
    except Exception as error:  # noqa: BLE001 - a broken workbook raises anything; the parent gets one word and the type
        say({"error": "damaged_workbook", "type": type(error).__name__})


def write(path: str, columns: int, most: int, wanted: int) -> None:
    """Formulas come as their last values. The dimension that the file states is wrong in real exports and is not believed."""
    from openpyxl import load_workbook

    # By its bytes, not its name: openpyxl would refuse a workbook that is named .xls.
    with open(path, "rb") as file:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if has_rows(sheet)]
        if not wanted:
            for sheet in sheets:
                say({"sheet": sheet.title, "header": [plain(cell) for cell in header(sheet, columns + 1)]})
            write_few(sheets, columns, min(most, FEW_ROWS))
        elif wanted <= len(sheets):
            write_rows(sheets[wanted - 1], columns, most)


def write_few(sheets: list[Any], columns: int, most: int) -> None:
    """The rows of all sheets, as long as they are few."""
    read = characters = 0
    for place, sheet in enumerate(sheets, start=1):
        for number, values in numbered(sheet, columns):
            message = {"of": place, "row": [number, values]}
            read, characters = read + 1, characters + len(json.dumps(message))
            if read > most or characters > FEW_CHARACTERS:
                return
            if values:
                say(message)
    say({"whole": True})


def write_rows(sheet: Any, columns: int, most: int) -> None:
    """Each row that is not empty, with its number in the sheet."""
    for number, values in numbered(sheet, columns):
        if number > most:
            return say({"error": "too_many_rows"})
        if values:
            say([number, values])


def numbered(sheet: Any, columns: int) -> Iterator[tuple[int, list[Any]]]:
    """Each row's number in the sheet and its cells, without the empty ones at its end."""
    for number, cells in enumerate(rows(sheet, columns), start=1):
        values = [] if cells.count(None) == len(cells) else [plain(cell) for cell in cells]
        while values and values[-1] in (None, ""):
            values.pop()
        yield number, values


def has_rows(sheet: Any) -> bool:
    """Whether the sheet holds a value in its first rows."""
    return any(header(sheet, 64))


def header(sheet: Any, columns: int) -> list[Any]:
    """The first row that is not empty, without the empty cells at its end."""
    sheet.reset_dimensions()
    for row in sheet.iter_rows(max_row=HEADER_WITHIN, max_col=columns, values_only=True):
        used = [position for position, value in enumerate(row, start=1) if value not in (None, "")]
        if used:
            return list(row[: used[-1]])
    return []


def rows(sheet: Any, columns: int) -> Any:
    """All rows, a little wider than the header so that cells beyond it are seen."""
    width = len(header(sheet, columns + 1))
    sheet.reset_dimensions()
    return sheet.iter_rows(max_col=min(width + BEYOND_HEADER, columns + 1), values_only=True)


def plain(value: Any) -> str | float | int | None:
    """A cell as JSON can say it."""
    if value is None or isinstance(value, (str, int, float)):
        return str(value).upper() if isinstance(value, bool) else value
    if isinstance(value, dt.datetime):
        return (value + dt.timedelta(microseconds=500_000)).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d} 00:00:00"
    return str(value)


def say(message: object) -> None:
    """One line to the parent."""
    sys.stdout.write(json.dumps(message) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]), int(sys.argv[6]))
    sys.stdout.flush()
