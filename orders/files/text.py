"""The records of a CSV file, one at a time; the separator is a comma or a tab."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from orders.files import limits
from orders.files.errors import BadFile

# The csv module has one limit for the whole process; a memo of some hundred kB is still a memo.
csv.field_size_limit(limits.MAX_CELL_CHARACTERS)


def text_records(path: Path, name: str, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Number (the header's is 1) and cells of each record that is not empty."""
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline(limits.MAX_RECORD_CHARACTERS)
        file.seek(0)
        lines = _Lines(file, name)
        reader = csv.reader(lines, delimiter="\t" if first.count("\t") > first.count(",") else ",")
        try:
            for number, cells in enumerate(reader, start=1):
                lines.record_ended(number)
                if any(cells):
                    yield number, cells
        except csv.Error as error:
            raise BadFile("cell_too_long", name, line=lines.record + 1) from error


class _Lines:
    """The lines of a file, refusing a record that grows without end: a lost quotation mark swallows all that follows."""

    def __init__(self, file: object, name: str) -> None:
        self.file, self.name = file, name
        self.record = self.characters = 0

    def record_ended(self, number: int) -> None:
        self.record, self.characters = number, 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line: str = self.file.readline(limits.MAX_RECORD_CHARACTERS)  # type: ignore[attr-defined]
        if not line:
            raise StopIteration
        self.characters += len(line)
        if self.characters >= limits.MAX_RECORD_CHARACTERS:
            raise BadFile("cell_too_long", self.name, line=self.record + 1)
        return line.replace("\0", "")
