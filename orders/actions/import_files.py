"""Import order, item and refund lists: one transaction, all files or none. Used by command, page and worker alike."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orders.access import Actor, acting, sign
from orders.errors import NotAllowed, NotFound
from orders.files.errors import BadFile
from orders.files.table import Table, open_tables
from orders.imports.actors import CHANNEL
from orders.imports.lists import NAMES, kinds, tellers
from orders.imports.run import Result, import_tables
from orders.models import HeldRow, ImportFile, ImportRun, Shop
from orders.roles import STAFF, Role

IMPORTERS = frozenset(STAFF | {Role.ADMIN})

OnHeld = Callable[[Iterable[HeldRow]], None]


@dataclasses.dataclass(frozen=True)
class Upload:
    """A file to import: where it lies, and the name that people know it by."""

    path: Path
    name: str


def shop_of_code(code: str) -> Shop:
    """The shop with this code. Raises NotFound."""
    shop = Shop.objects.filter(code=code).first()
    if shop is None:
        raise NotFound(_("There is no shop with this code."), code="unknown_shop", field="shop")
    return shop


def check_may_import(by: Actor, shop: Shop) -> None:
    """Everybody who works in the shop may import its lists; auditors only look. Raises NotAllowed."""
    if by.is_person and by.role_in(shop.pk) not in IMPORTERS:
        raise NotAllowed()


def import_files(
    shop: Shop,
    uploads: Sequence[Upload],
    *,
    by: Actor,
    at: dt.datetime,
    dry_run: bool = False,
    on_held: OnHeld | None = None,
    wanted: Collection[str] = (),
) -> Result:
    """Import files into a shop, as of `at`. `on_held` gets the held rows before a dry run takes everything back.

    `wanted` are the kinds of lists that are taken, every kind when none is named. Raises BadFile where a file cannot be taken at all,
    and then nothing has changed.
    """
    check_may_import(by, shop)
    tables = open_all(uploads, shop.pk, wanted)
    with acting(dataclasses.replace(by, channel=CHANNEL)):
        run = start_run(shop, by, at, ImportRun.State.RUNNING, started_at=at)
        result = import_tables(run, list(zip(add_files(run, tables), tables, strict=True)), _no_progress, dry_run=dry_run)
        if on_held is not None:
            on_held(held_rows(run))
        finish_run(run, at)
        # Whoever writes on in an outer transaction is no import any more.
        sign(by)
        transaction.set_rollback(dry_run)
    return result


def open_all(uploads: Iterable[Upload], shop_id: int, wanted: Collection[str] = ()) -> list[Table]:
    """Learn what each file is before anything is written; orders come before items before refunds before what goes by them."""
    known = kinds()
    told_by = tellers(shop_id, wanted or known)
    tables = [table for upload in uploads for table in open_tables(upload.path, upload.name, told_by)]
    for table in tables:
        if table.layout.kind not in (wanted or known):
            raise BadFile("other_list", table.name, list=NAMES[table.layout.kind])
    return sorted(tables, key=lambda table: known.index(table.layout.kind))


def start_run(shop: Shop, by: Actor, at: dt.datetime, state: str, **more: object) -> ImportRun:
    """A run of this shop, signed by the actor."""
    return ImportRun.objects.create(shop=shop, by_id=by.user_id, by_name=by.name, channel=by.channel, at=at, state=state, **more)


def add_files(run: ImportRun, tables: Iterable[Table]) -> list[ImportFile]:
    """A row for each file of the run, in the order in which they are merged."""
    return [ImportFile.objects.create(run=run, **described(table)) for table in tables]


def described(table: Table) -> dict[str, object]:
    """What is kept of a file: what it was, never what was in it."""
    return {
        "name": table.name[-255:],
        "sheet": table.sheet[:64],
        "kind": table.layout.kind,
        "vintage": table.layout.vintage,
        "encoding": table.encoding,
        "size": table.path.stat().st_size,
        "sha256": table.sha256(),
    }


def finish_run(run: ImportRun, at: dt.datetime) -> None:
    """The last write of a run's transaction."""
    run.state = ImportRun.State.DONE
    run.finished_at = at
    run.progress_done = run.progress_total = run.read
    run.save()


def held_rows(run: ImportRun) -> Iterator[HeldRow]:
    """The run's held rows in the order of the files."""
    return run.held_rows.select_related("file").order_by("file", "line").iterator(chunk_size=1000)


def _no_progress(rows: int) -> None:
    """Nobody watches."""
