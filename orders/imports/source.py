"""What every row of one table has in common while it is staged."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.utils.timezone import localtime

from orders.files.cells import BadCell, clean, identifier, looks_rounded, moment
from orders.files.headers import Layout
from orders.redact import redact
from orders.vault import Key

T = TypeVar("T")
# The columns that every staging table begins with.
COMMON = ("file", "book", "shadow", "line", "held", "number", "code", "field", "value", "params", "as_of", "digest")
LONGEST_VALUE = 60
# No shop is older than its platform, and nothing is promised for longer than a year and a bit. Written as rows write it, in shop time.
EARLIEST = "2003-01-01 00:00:00"
FUTURE = dt.timedelta(days=400)
# Stands in `value` of a row that is not held: its order number may have been rounded (orders.imports.staging.refuse_rounded).
ROUNDED = "rounded"


@dataclass(frozen=True)
class Source:
    """One table of a run: the ImportFile, when its export was made, and what is needed to seal and to sign.

    `book` is the same for all tables of one file. A `shadow` is told by rows that count as those of another table.
    """

    file_id: int
    shop_id: int
    as_of: dt.datetime
    layout: Layout
    key: Key
    # Matches the memo codes of the shop's people; None where nobody has one.
    writers: re.Pattern[str] | None = None
    # The last time that a row may tell (`latest_of`).
    latest: str = "9999"
    book: int = 0
    shadow: bool = False

    def of_orders(self, layout: Layout) -> Source:
        """The same rows read as the orders that they tell of."""
        return replace(self, layout=layout, shadow=True)


@dataclass
class Rows:
    """Turns records into staged rows. A subclass names its `columns` and says how a row is read."""

    source: Source
    columns: tuple[str, ...] = field(default=(), init=False)

    def staged(self, line: int, cells: list[str], held: int | None = None) -> list[object]:
        """The row for COPY; a row that cannot be taken carries why, and nothing else of itself."""
        try:
            self._check(cells)
            number, digest, values = self.read(cells)
        except BadCell as bad:
            known = [*self._place(line, held), self._number(cells), *self._why(bad)]
            return [*known, self.as_of(cells), None, *[None] * len(self.columns)]
        doubt = ROUNDED if looks_rounded(self.cell(cells, "number") or "") else None
        return [*self._place(line, held), number, None, None, doubt, None, self.as_of(cells), hexed(digest), *values]

    def as_of(self, cells: list[str]) -> dt.datetime:
        """How old the row is: as its export, where it does not say more itself."""
        return self.source.as_of

    def _place(self, line: int, held: int | None) -> list[object]:
        return [self.source.file_id, self.source.book, self.source.shadow, line, held]

    def read(self, cells: list[str]) -> tuple[str | None, bytes, list[object]]:
        """Order number (None where the list tells none), digest and the values of `columns`. Raises BadCell."""
        raise NotImplementedError

    def _why(self, bad: BadCell) -> list[object]:
        return [bad.code, bad.field, safe_value(bad.value), json.dumps(bad.params)]

    def _check(self, cells: list[str]) -> None:
        """Fill up what a workbook leaves out at the end; a CSV row may have empty cells too many (seen: one comma more)."""
        layout = self.source.layout
        if not layout.taken:
            raise BadCell("sheet_not_taken", why=layout.why, column=layout.column)
        if len(cells) != layout.width and not (len(cells) > layout.width and not any(cells[layout.width :])):
            raise BadCell("wrong_number_of_cells", cells=str(len(cells)), columns=str(layout.width))

    def _number(self, cells: list[str]) -> str | None:
        """The order number of a row that is held for another reason, if it can be read."""
        place = self.source.layout.places.get("number")
        try:
            return identifier(cells[place], "number") if place is not None and place < len(cells) else None
        except BadCell:
            return None

    def cell(self, cells: list[str], name: str) -> str | None:
        """The raw cell, None where the file has no such column."""
        place = self.source.layout.places.get(name)
        return None if place is None else cells[place]

    def maybe(self, cells: list[str], name: str, read: Callable[[str, str], T]) -> T | None:
        """The cell read by a function, None where the column is missing or the cell empty."""
        place = self.source.layout.places.get(name)
        if place is None or not cells[place] or not clean(cells[place]):
            return None
        return read(cells[place], name)

    def time(self, cells: list[str], name: str) -> str | None:
        """The time in a cell, None where there is none. Raises BadCell for one that no order of a shop can have."""
        return self.maybe(cells, name, self._plausible)

    def _plausible(self, raw: str, name: str) -> str | None:
        told = moment(raw, name)
        if told is not None and not EARLIEST <= told <= self.source.latest:
            raise BadCell("bad_time", name, told)
        return told

    def sealed(self, what: str, number: str, text: str | None) -> str | None:
        """A value encrypted for COPY: equal texts of one order and field give equal bytes."""
        if not text:
            return None
        return hexed(self.source.key.seal(text.encode(), f"{what}:{self.source.shop_id}:{number}".encode(), masked="*" in text))


def array(texts: Sequence[str]) -> str:
    """A text array as COPY reads it."""
    quoted = ('"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in texts)
    return "{" + ",".join(quoted) + "}"


def hexed(value: bytes | None) -> str | None:
    """Bytes as COPY reads them."""
    return None if value is None else f"\\x{value.hex()}"


def shop_time(told: str | None) -> str | None:
    """A time of the shop with its zone."""
    return None if told is None else f"{told}+08"


def latest_of(at: dt.datetime) -> str:
    """The last time, in shop time, that a row imported `at` may tell."""
    return (localtime(at) + FUTURE).strftime("%Y-%m-%d %H:%M:%S")


def times_in_order(moments: Sequence[tuple[str, str | None]]) -> None:
    """Raises BadCell unless each known time is no earlier than the first."""
    first = moments[0][1]
    for name, told in moments[1:]:
        if first and told and told < first:
            raise BadCell("times_contradict", name, told, earlier=first)


def safe_value(value: str) -> str:
    """What a person is shown of the cell that holds a row up: short, and without anybody's phone or e-mail."""
    return redact(value[:LONGEST_VALUE])
