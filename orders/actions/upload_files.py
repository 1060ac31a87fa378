"""The way of an import through the page: upload and preview, confirm or cancel, run by a worker, held rows as a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from orders.access import Actor, acting
from orders.actions.import_files import (
    Upload,
    add_files,
    check_may_import,
    held_rows,
    import_files,
    open_all,
    start_run,
)
from orders.errors import Malformed, Refused
from orders.imports import uploads
from orders.imports.held_csv import held_csv
from orders.models import HeldRow, ImportFile, ImportRun, Shop

State = ImportRun.State
# Held rows shown before anything is decided; the file with all of them comes with the result.
PREVIEWED = 200


def stage_upload(shop: Shop, files: Sequence[UploadedFile], *, by: Actor, at: dt.datetime) -> ImportRun:
    """Keep the files encrypted and say what importing them would do. Raises BadFile, and keeps nothing, for files that cannot be taken."""
    check_may_import(by, shop)
    if not files:
        raise Malformed(_("Choose at least one file."), code="no_file", field="file")
    kept: list[str] = []
    try:
        for file in files:
            kept.append(uploads.keep(file.chunks(), _name(file)))
        return _preview(shop, list(zip(kept, map(_name, files), strict=True)), by, at)
    except BaseException:
        for path in kept:
            uploads.discard(path)
        raise


def _name(file: UploadedFile) -> str:
    return PurePath(str(file.name or "").replace("\\", "/")).name[-255:] or "?"


def _preview(shop: Shop, kept: Sequence[tuple[str, str]], by: Actor, at: dt.datetime) -> ImportRun:
    """A dry run, and its result as a run in preview."""
    rows: list[HeldRow] = []
    with ExitStack() as stack:
        clear = [Upload(stack.enter_context(uploads.in_clear(path)), name) for path, name in kept]
        tables = open_all(clear, shop.pk)
        paths = {upload.path: path for upload, (path, _name) in zip(clear, kept, strict=True)}
        result = import_files(shop, clear, by=by, at=at, dry_run=True, on_held=lambda held: rows.extend(islice(held, PREVIEWED)))
        with acting(by):
            run = start_run(
                shop, by, at, State.PREVIEW, progress_total=result.totals.read, warnings=result.warnings, **result.totals.as_dict()
            )
            files = add_files(run, tables)
            for file, table, counted in zip(files, tables, result.files, strict=True):
                ImportFile.objects.filter(pk=file.pk).update(path=paths[table.path], **counted.counts.as_dict())
            _keep_previewed(run, {counted.file_id: file for file, counted in zip(files, result.files, strict=True)}, rows)
    return run


def _keep_previewed(run: ImportRun, files: dict[int, ImportFile], rows: Sequence[HeldRow]) -> None:
    """The first held rows of a dry run, onto the files of the preview. `files` are by the id that the dry run gave them."""
    for row in rows:
        row.pk, row.run, row.file, row.retry, row.row_enc = None, run, files[row.file_id], False, None
    HeldRow.objects.bulk_create(rows)


def confirm(run: ImportRun, *, by: Actor, at: dt.datetime) -> None:
    """Let a worker import the previewed files, as of `at`: its sweep (orders.tasks.run_imports) finds the run within seconds.

    Raises Refused when it is too late to decide.
    """
    _decide(run, by, State.QUEUED, at=at)


def cancel(run: ImportRun, *, by: Actor) -> None:
    """Forget a preview and remove its files. Raises Refused when it is too late."""
    _decide(run, by, State.CANCELLED)
    remove_uploads(run)


def _decide(run: ImportRun, by: Actor, state: str, **more: object) -> None:
    check_may_import(by, run.shop)
    with acting(by):
        if not ImportRun.objects.filter(pk=run.pk, state=State.PREVIEW).update(state=state, **more):
            raise Refused(_("This import was decided already."), code="import_decided")
        HeldRow.objects.filter(run=run).delete()
    run.refresh_from_db()


def remove_uploads(run: ImportRun) -> None:
    """Remove the run's files from disk."""
    for file in run.files.exclude(path=""):
        uploads.discard(file.path)
        ImportFile.objects.filter(pk=file.pk).update(path="")


def held_rows_csv(run: ImportRun) -> Iterator[bytes]:
    """Pieces of the file of held rows, for a streamed answer."""
    return held_csv(held_rows(run))
