"""Several lists in one question to the database: what stands around a case is dozens of short lists, and each way there and back costs more than its rows.

    contacts, tasks = ContactAttempt.objects.filter(case=case), Task.objects.filter(case=case)
    read_together(contacts, tasks)      # one query; both are read now, as if each had been looped over

Who needs several lists says so by yielding them, and goes on when they are read. Whatever is asked side by side is one query a round:

    def ask_parcel(case: Case) -> Reading[Shown]:
        events, weights = TrackingEvent.objects.filter(...), Weight.objects.filter(...)
        yield events, weights
        return Shown(list(events), list(weights))

    parcel, buyer = answers(ask_parcel(case), ask_buyer(case))

Each list becomes one column of one row. Values travel as text, since columns of all types share an array, and are read back by the type of
their field; annotations, select_related and values_list work as ever. What is read already, or empty from the start, is left alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.utils.dateparse import parse_duration
from psycopg2.extensions import STRINGARRAY

from orders.compiled import Compiled, as_column, compiled

T = TypeVar("T")
Reading = Generator[Iterable[Any], None, T]
Reader = Callable[[str], Any]


def yes(text: str) -> bool:
    """A truth value, as the database writes it; inside of an array it is one letter."""
    return text in ("true", "t")


def texts(text: str) -> list[Any]:
    """A list of texts, None where it has an empty place."""
    found: list[Any] = STRINGARRAY(text, None)
    return found


# As the database writes its types. A field is read by the first that it is one of; one that is none of them cannot be read together.
READERS: dict[type[models.Field[Any, Any]], Reader] = {
    models.BooleanField: yes,
    models.IntegerField: int,
    models.FloatField: float,
    models.DecimalField: Decimal,
    models.DateTimeField: dt.datetime.fromisoformat,
    models.DateField: dt.date.fromisoformat,
    models.TimeField: dt.time.fromisoformat,
    models.DurationField: parse_duration,
    models.BinaryField: lambda text: bytes.fromhex(text.removeprefix("\\x")),
    models.UUIDField: UUID,
    models.CharField: str,
    models.TextField: str,
    models.FileField: str,
    # Read by the field itself.
    models.JSONField: str,
}


class Rows:
    """The rows of a statement of one's own, as tuples; `readers` say how the text of each column is read."""

    def __init__(self, sql: str, params: Sequence[Any], *readers: Reader) -> None:
        self.sql, self.params, self.readers = sql, params, readers
        self._result_cache: list[tuple[Any, ...]] | None = None

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        read_together(self)
        return iter(self._result_cache or [])


def answers(*readings: Reading[Any]) -> list[Any]:
    """What each reading comes to, one query a round."""
    return answer(side_by_side(*readings))


def answer(reading: Reading[T]) -> T:
    """What one reading comes to by itself."""
    while True:
        try:
            wanted = next(reading)
        except StopIteration as end:
            found: T = end.value
            return found
        read_together(*wanted)


def ask_for(*lists: Any) -> Reading[tuple[Any, ...]]:
    """These lists, read."""
    yield lists
    return lists


def side_by_side(*readings: Reading[Any]) -> Reading[list[Any]]:
    """Several readings as one: what they wait for in the same round is read together."""
    found: dict[int, Any] = {}
    waiting = dict(enumerate(readings))
    while waiting:
        wanted: list[Any] = []
        for place, reading in list(waiting.items()):
            try:
                wanted += next(reading)
            except StopIteration as end:
                found[place] = end.value
                del waiting[place]
        if waiting:
            yield wanted
    return [found[place] for place in range(len(readings))]


def read_together(*lists: Any) -> None:
    """Read querysets and rows in one query; each holds what it found then. No query at all where every one is read or empty already."""
    asked = [each for rows in lists if rows._result_cache is None for each in _asked(rows)]
    if not asked:
        return
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(each.sql for each in asked)}", [param for each in asked for param in each.params])
        found = cursor.fetchone()
    for each, its_rows in zip(asked, found, strict=True):
        each.fill(its_rows or [])


@dataclass(frozen=True)
class _Asked:
    """One list as a column of the question."""

    sql: str
    params: Sequence[Any]
    fill: Callable[[list[list[str | None]]], None]


def _asked(rows: Any) -> list[_Asked]:
    """The list as it is asked for; nothing of one that can hold nothing, which is filled at once."""
    if isinstance(rows, Rows):
        names = [f"c{number}" for number in range(len(rows.readers))]
        return [_Asked(as_column(names, f"({rows.sql}) list({', '.join(names)})"), rows.params, partial(_fill_rows, rows))]
    # Not the proxy of all threads: a question is compiled with thousands of looks at its connection.
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        found, params = compiled(rows.query, connection, _reader)
    except EmptyResultSet:
        rows._result_cache = []
        return []
    return [_Asked(found.column, params, partial(_fill_queryset, rows, found))]


def _fill_rows(rows: Rows, found: list[list[str | None]]) -> None:
    rows._result_cache = _read(rows.readers, found)


def _fill_queryset(rows: Any, compiled: Compiled, found: list[list[str | None]]) -> None:
    """Let the queryset make its objects from these rows, as it would from a cursor's. Most lists around a case are empty."""
    if not found:
        rows._result_cache = []
        return
    read, compiler = _read(compiled.readers, found), compiled.compiler_of(rows.query, connections[DEFAULT_DB_ALIAS])
    compiler.execute_sql = lambda *args, **options: [read]
    rows.query.get_compiler = lambda *args, **options: compiler
    try:
        rows._result_cache = list(rows._iterable_class(rows))
    finally:
        del rows.query.get_compiler


def _read(readers: Sequence[Reader], found: list[list[str | None]]) -> list[tuple[Any, ...]]:
    return [tuple(None if text is None else reader(text) for reader, text in zip(readers, row, strict=True)) for row in found]


def _reader(field: Any) -> Reader:
    """How a value of the field is read from its text. Raises TypeError for a type that nobody has said it of."""
    while field.remote_field is not None:
        field = field.target_field
    if isinstance(field, ArrayField):
        one = _reader(field.base_field)
        return lambda text: [None if each is None else one(each) for each in texts(text)]
    reader = next((reader for kind, reader in READERS.items() if isinstance(field, kind)), None)
    if reader is None:
        raise TypeError(f"{type(field).__name__} cannot be read together yet")
    return reader
