"""Pages of lists that begin where the last one ended: as quick on page 10,000 as on the first, never a row twice, nothing counted.

The order is that of the query; its last column is unique. A cursor holds those columns of one row, and the instant at which the list was
begun. Empty values stand where the database puts them by itself: last in rising order, first in falling order.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from orders.clock import parse_instant
from orders.counting import capped, how_many
from orders.errors import Malformed
from orders.storable import BIGGEST
from orders.together import Reading

LONGEST, LONGEST_PLACE = 200, 9
AFTER, BEFORE = "after", "before"


@dataclass(frozen=True)
class Page:
    """Some rows of a list, and the cursors of what stands before and after them; "" where nothing does.

    `is_beyond`: a cursor led to where nothing stands (any more). The way on is the first page.
    """

    rows: list[Any]
    of: QuerySet[Any] | Sequence[Any]
    before: str = ""
    after: str = ""
    is_beyond: bool = False

    @cached_property
    def number(self) -> str:
        """How many rows the whole list has, as a badge shows it; a query of its own when it has more than this page."""
        if not (self.before or self.after or self.is_beyond):
            return capped(len(self.rows))
        return capped(how_many({"rows": self.of})["rows"] if isinstance(self.of, QuerySet) else len(self.of))

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def page_of(rows: QuerySet[Any], given: Mapping[str, str], size: int, *, at: dt.datetime | None = None) -> Page:
    """The page that an address asks for by `after` or `before`. Raises Malformed `bad_cursor`.

    `at` is when the list was begun (begun_at), where its order depends on the time.
    """
    return _page(rows, _wanted(rows, given, size), given, size, at)


def ask_page(rows: QuerySet[Any], given: Mapping[str, str], size: int, *, at: dt.datetime | None = None) -> Reading[Page]:
    """The same, to be read with others."""
    wanted = _wanted(rows, given, size)
    yield (wanted,)
    return _page(rows, wanted, given, size, at)


def _cursor(given: Mapping[str, str]) -> tuple[str, bool]:
    """The cursor that an address names, "" for the first page, and whether what stands before it is wanted."""
    return given.get(AFTER) or given.get(BEFORE) or "", not given.get(AFTER) and bool(given.get(BEFORE))


def _wanted(rows: QuerySet[Any], given: Mapping[str, str], size: int) -> QuerySet[Any]:
    """The rows of the page in the order in which they are read, and one more."""
    (cursor, back), order = _cursor(given), order_of(rows)
    read = _turned(order) if back else order
    wanted = rows.order_by(*read)
    return (wanted.filter(later(rows, read, decode(cursor, rows, read))) if cursor else wanted)[: size + 1]


def _page(rows: QuerySet[Any], wanted: QuerySet[Any], given: Mapping[str, str], size: int, at: dt.datetime | None) -> Page:
    (cursor, back), order = _cursor(given), order_of(rows)
    found, has_more = list(wanted)[:size], len(wanted) > size
    if back:
        found.reverse()
    if not found:
        return Page([], rows, is_beyond=bool(cursor))
    first, last = encode(found[0], order, at), encode(found[-1], order, at)
    return Page(found, rows, first if (has_more if back else cursor) else "", last if (back or has_more) else "")


def part_of(found: QuerySet[Any] | Sequence[Any], given: Mapping[str, str], size: int) -> Page:
    """A page of a list that is worked out as a whole, or sorted as one; its cursors are places. Raises Malformed `bad_cursor`."""
    cursor = given.get(AFTER) or given.get(BEFORE) or "0"
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < LONGEST_PLACE):
        raise bad_cursor()
    first = int(cursor) if given.get(AFTER) else max(int(cursor) - size, 0)
    end = first + size
    read = list(found[first : end + 1])
    return Page(read[:size], found, str(first) if first else "", str(end) if len(read) > size else "", bool(first) and not read)


def order_of(rows: QuerySet[Any]) -> tuple[str, ...]:
    """By which columns the query is ordered, falling ones with a minus."""
    return tuple(_named(each) for each in rows.query.order_by or rows.model._meta.ordering)


def holds(rows: QuerySet[Any]) -> bool:
    """Whether a cursor can hold the columns by which the query is ordered: times, numbers, and what names another row."""
    try:
        fields = [(each.removeprefix("-"), _field(rows, each.removeprefix("-"))) for each in order_of(rows)]
    except (FieldDoesNotExist, AttributeError):
        return False
    # By the name of a relation the database orders as the other table is ordered.
    return all(
        isinstance(field, models.DateTimeField | models.IntegerField)
        or (isinstance(field, models.ForeignKey) and name in {"pk", field.attname})
        for name, field in fields
    )


def _named(by: Any) -> str:
    return by if isinstance(by, str) else f"{'-' if by.descending else ''}{by.expression.name}"


def begun_at(given: Mapping[str, str], now: dt.datetime) -> dt.datetime:
    """When the list was begun of which the address asks for a page: what has run out since changes no place in it. Raises Malformed."""
    cursor = given.get(AFTER) or given.get(BEFORE) or ""
    begun = _parts(cursor)[0] if cursor else None
    return min(begun, now) if begun is not None else now


def encode(row: Any, order: Sequence[str], at: dt.datetime | None = None) -> str:
    """The cursor of a row."""
    values = [at, *(getattr(row, each.removeprefix("-")) for each in order)]
    text = json.dumps([each.isoformat() if isinstance(each, dt.datetime) else each for each in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, rows: QuerySet[Any], order: Sequence[str]) -> list[Any]:
    """The values of a cursor of this list. Raises Malformed `bad_cursor`."""
    _begun, values = _parts(cursor)
    if len(values) != len(order):
        raise bad_cursor()
    return [_value(rows, name, value) for name, value in zip(order, values, strict=True)]


def fits(cursor: str, rows: QuerySet[Any]) -> bool:
    """Whether a cursor is one of this list in its present order. Raises Malformed `bad_cursor` for what is no cursor of any list."""
    _parts(cursor)
    try:
        decode(cursor, rows, order_of(rows))
    except Malformed:
        return False
    return True


def bad_cursor() -> Malformed:
    """The refusal of what is no cursor."""
    return Malformed(_("This is no cursor of this list."), code="bad_cursor", field="cursor")


def later(rows: QuerySet[Any], order: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows that come later in the order: later in the first column, or equal there and later in the others."""
    name, value, rest = order[0], values[0], order[1:]
    column, down = name.removeprefix("-"), name.startswith("-")
    same = Q(**{f"{column}__isnull": True}) if value is None else Q(**{column: value})
    beyond = _beyond(rows, column, value, down=down)
    if not rest:
        return beyond
    further = beyond | same & later(rows, rest, values[1:])
    # Said once more as one bound, by which an index is entered.
    return further if value is None or _may_be_empty(rows, column) else Q(**{f"{column}__{'lte' if down else 'gte'}": value}) & further


def _beyond(rows: QuerySet[Any], column: str, value: Any, *, down: bool) -> Q:
    if value is None:
        return Q(**{f"{column}__isnull": False}) if down else Q(pk__in=[])
    beyond = Q(**{f"{column}__{'lt' if down else 'gt'}": value})
    return beyond if down or not _may_be_empty(rows, column) else beyond | Q(**{f"{column}__isnull": True})


def _turned(order: Sequence[str]) -> tuple[str, ...]:
    return tuple(each.removeprefix("-") if each.startswith("-") else f"-{each}" for each in order)


def _field(rows: QuerySet[Any], column: str) -> models.Field[Any, Any]:
    made = rows.query.annotations.get(column)
    if made is not None:
        return made.output_field
    found: Any = rows.model._meta.pk if column == "pk" else rows.model._meta.get_field(column)
    return found


def _may_be_empty(rows: QuerySet[Any], column: str) -> bool:
    """Whether the column may hold NULL; what is computed may, unless it is a place of our own making."""
    made = rows.query.annotations.get(column)
    return not isinstance(made.output_field, models.IntegerField) if made is not None else bool(_field(rows, column).null)


def _parts(cursor: str) -> tuple[dt.datetime | None, list[Any]]:
    """When the list was begun, where that counts, and the columns of the row."""
    try:
        if len(cursor) > LONGEST:
            raise ValueError
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError, RecursionError):
        raise bad_cursor() from None
    if not isinstance(parts, list) or not parts:
        raise bad_cursor()
    begun, *values = parts
    return None if begun is None else _instant(begun), values


def _value(rows: QuerySet[Any], name: str, value: Any) -> Any:
    column = name.removeprefix("-")
    field = _field(rows, column)
    if value is None:
        if not _may_be_empty(rows, column):
            raise bad_cursor()
        return None
    if isinstance(field, models.DateTimeField):
        return _instant(value)
    if isinstance(field, models.IntegerField | models.ForeignKey) and type(value) is int and abs(value) <= BIGGEST:
        return value
    raise bad_cursor()


def _instant(value: Any) -> dt.datetime:
    try:
        return parse_instant(value)
    except (Malformed, AttributeError, TypeError):
        raise bad_cursor() from None
