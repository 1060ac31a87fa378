"""One import from its first staged row to its counts. The caller owns the transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from orders import vault
from orders.files.columns import ORDERS
from orders.files.table import Table
from orders.imports import held, staging
from orders.imports.counts import NEWS_TABLE, Counts, count_rows, tell_news
from orders.imports.lists import KINDS, LISTS, Warned, kinds
from orders.imports.memos import writers_pattern
from orders.imports.merge import Merge
from orders.imports.reasons import reason_text
from orders.imports.source import Source, latest_of
from orders.models import ImportFile, ImportRun, User
from orders.signals import orders_imported

LOCK_SPACE = 0x696D70  # "imp": advisory locks of imports, one key a shop

Progress = Callable[[int], None]


@dataclass(frozen=True)
class FileResult:
    """What became of one file."""

    file_id: int
    name: str
    kind: str
    vintage: str
    encoding: str
    counts: Counts

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {"name": self.name, "kind": self.kind, "vintage": self.vintage, "encoding": self.encoding, **self.counts.as_dict()}


@dataclass(frozen=True)
class Result:
    """What became of a run. `retried` rows were held by an earlier import and are not among those read."""

    run_id: int
    dry_run: bool
    files: list[FileResult]
    retried: int
    warnings: list[Warned]

    @property
    def totals(self) -> Counts:
        """Over all files."""
        return sum((file.counts for file in self.files), Counts())

    def as_dict(self) -> dict[str, object]:
        """For JSON: totals first."""
        told = [each | {"text": reason_text(each["code"], each["params"])} for each in self.warnings]
        extra = {"retried": self.retried, "warnings": told, "dry_run": self.dry_run, "run": None if self.dry_run else self.run_id}
        return {**self.totals.as_dict(), **extra, "files": [file.as_dict() for file in self.files]}


def import_tables(run: ImportRun, files: Sequence[tuple[ImportFile, Table]], progress: Progress, *, dry_run: bool = False) -> Result:
    """Stage, merge, count, tell. `files` are stored ImportFile rows with their opened tables."""
    tables = {file.pk: table for file, table in files}
    writers = writers_pattern(_memo_codes(run.shop_id))
    latest = latest_of(run.at)
    books = {table.path: file.pk for file, table in files}
    sources = {
        file.pk: Source(file.pk, run.shop_id, table.stamp or run.at, table.layout, vault.keys()[0], writers, latest, books[table.path])
        for file, table in files
    }
    read = [kind for kind in kinds() if any(table.layout.kind == kind for table in tables.values())]
    _stage(read, tables, sources, progress)
    _one_at_a_time(run.shop_id)
    waiting = held.waiting_kinds(run.shop_id) & set(kinds())
    staging.make_tables(waiting.difference(KINDS, read))
    # A list of a higher app that nobody brought and of which nothing waits costs nothing.
    staged = [kind for kind in kinds() if kind in {*KINDS, *read, *waiting}]
    if ORDERS in waiting:
        held.stage_again(ORDERS, run.shop_id, writers, run.at)
    staging.index_tables(staged)
    Merge(run.shop_id, run.at, writers, waiting).merge()
    warnings: list[Warned] = []
    more = not {*KINDS}.issuperset(read)
    # A dry run tells it only where lists of higher apps go by what is told.
    if tell_news() and (more or not dry_run):
        told: list[tuple[Any, Any]] = orders_imported.send(ImportRun, shop=run.shop, run=run, at=run.at, table=NEWS_TABLE)
        warnings += [each for _receiver, said in told for each in said or []]
    for each in [LISTS[kind] for kind in staged if kind in LISTS]:
        held.stage_again(each.code, run.shop_id, writers, run.at)
        warnings += each.merge(run)
    for kind in [kind for kind in staged if kind in {*read, *waiting}]:
        held.keep_rows(kind, tables, sources)
        held.write_held(kind, run.shop_id, run.pk, run.at, sources)
    counts, retried = count_rows(staged)
    results = _store(run, files, counts, retried)
    run.warnings = warnings
    return Result(run.pk, dry_run, results, retried, warnings)


def _stage(read: Sequence[str], tables: dict[int, Table], sources: dict[int, Source], progress: Progress) -> None:
    """The rows of the files, kind by kind, and the orders that lists of their lines tell of."""
    staging.make_tables(dict.fromkeys((*KINDS, *read)))
    for kind in read:
        mine = [(table, sources[pk]) for pk, table in tables.items() if table.layout.kind == kind]
        staging.copy_rows(kind, _rows(kind, mine, progress))
    shadows = [(tables[pk], source.of_orders(source.layout.orders)) for pk, source in sources.items() if source.layout.orders]
    if shadows:
        staging.copy_rows(ORDERS, _rows(ORDERS, shadows, _nobody))
    staging.refuse_rounded(dict.fromkeys((ORDERS, *read)))


def _rows(kind: str, files: Sequence[tuple[Table, Source]], progress: Progress) -> Iterator[list[object]]:
    """The staged rows of all files of a kind, made one by one while COPY asks for them."""
    for table, source in files:
        maker = staging.ROWS[kind](source)
        for line, cells in table.records():
            progress(1)
            yield maker.staged(line, cells)


def _nobody(rows: int) -> None:
    """Rows that are read a second time are no progress."""


def _one_at_a_time(shop_id: int) -> None:
    """Imports of one shop merge one after the other; they may read their files at the same time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, shop_id])


def _memo_codes(shop_id: int) -> list[str]:
    """The memo codes of the shop's people (L9.9)."""
    people = User.objects.filter(Q(all_shops=True) | Q(memberships__shop_id=shop_id)).exclude(code="")
    return list(people.distinct().values_list("code", flat=True))


def _store(run: ImportRun, files: Sequence[tuple[ImportFile, Table]], counts: dict[int, Counts], retried: int) -> list[FileResult]:
    """Counts onto the file rows and the run."""
    results = []
    for file, table in files:
        count = counts.get(file.pk, Counts())
        ImportFile.objects.filter(pk=file.pk).update(**count.as_dict())
        results.append(FileResult(file.pk, file.title, table.layout.kind, table.layout.vintage, table.encoding, count))
    run.retried = retried
    for name, number in sum((result.counts for result in results), Counts()).as_dict().items():
        setattr(run, name, number)
    return results
