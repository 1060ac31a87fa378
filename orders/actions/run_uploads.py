"""What a worker does with a confirmed import, and what the sweep tidies up behind killed ones."""

from __future__ import annotations

import datetime as dt
import logging
import time
from contextlib import ExitStack

from django.db import OperationalError, connection

from orders.access import Actor, acting
from orders.actions.import_files import Upload, finish_run, open_all
from orders.actions.upload_files import remove_uploads
from orders.files.errors import BadFile
from orders.files.table import Table
from orders.imports import uploads
from orders.imports.actors import CHANNEL, signed_by
from orders.imports.counts import Counts
from orders.imports.reasons import UNEXPECTED
from orders.imports.run import import_tables
from orders.imports.watch import Watch
from orders.models import ImportFile, ImportRun

log = logging.getLogger(__name__)

State = ImportRun.State
RUN_LOCK = 0x72756E  # "run": advisory locks, one key a run
UNDECIDED = dt.timedelta(days=1)


def run_confirmed(run_id: int, *, at: dt.datetime) -> bool:
    """Import a confirmed run; False when there is nothing to do: done, cancelled, or another worker is at it. Safe to repeat."""
    with acting(Actor.system(CHANNEL)):
        ImportRun.objects.filter(pk=run_id, state=State.QUEUED).update(state=State.RUNNING, started_at=at)
    try:
        return _run(run_id, at)
    except OperationalError:
        # The database went away; the sweep finds the run again.
        raise
    except BadFile as error:
        _fail(run_id, error.code, error.params, at)
    except Exception:
        log.exception("import %s broke", run_id)
        _fail(run_id, UNEXPECTED, {}, at)
    return False


def _run(run_id: int, at: dt.datetime) -> bool:
    """One transaction from the first row to the state "done": killed half-way, nothing has happened and it runs again."""
    begun = time.monotonic()
    run = ImportRun.objects.select_related("shop", "by").get(pk=run_id)
    with ExitStack() as stack:
        watch = stack.enter_context(Watch(run_id))
        stack.enter_context(acting(signed_by(run)))
        if not _mine_alone(run_id) or not ImportRun.objects.filter(pk=run_id, state=State.RUNNING).exists():
            return False
        import_tables(run, _opened(run, stack), watch)
        finish_run(run, at + dt.timedelta(seconds=time.monotonic() - begun))
    remove_uploads(run)
    return True


def _opened(run: ImportRun, stack: ExitStack) -> list[tuple[ImportFile, Table]]:
    """The run's files with their tables. The sheets of a workbook come in the order in which they came for the preview."""
    files: dict[str, list[ImportFile]] = {}
    for file in run.files.order_by("id"):
        files.setdefault(file.path, []).append(file)
    clear = {kept: stack.enter_context(uploads.in_clear(kept)) for kept in files}
    tables = open_all((Upload(path, files[kept][0].name) for kept, path in clear.items()), run.shop_id)
    of_path = {path: iter(files[kept]) for kept, path in clear.items()}
    return [(next(of_path[table.path]), table) for table in tables]


def _mine_alone(run_id: int) -> bool:
    """Two workers may be told of one run; the second one leaves it alone. The lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [RUN_LOCK, run_id])
        return bool(cursor.fetchone()[0])


def _fail(run_id: int, code: str, params: dict[str, object], at: dt.datetime) -> None:
    """Write down why; the files go. Nothing else of the run is left."""
    none = dict.fromkeys(Counts().as_dict(), 0)
    with acting(Actor.system(CHANNEL)):
        failed = ImportRun.objects.filter(pk=run_id, state=State.RUNNING).update(
            state=State.FAILED, code=code, params=params, finished_at=at, **none
        )
    if failed:
        remove_uploads(ImportRun.objects.get(pk=run_id))


def tidy_uploads(*, at: dt.datetime) -> int:
    """Cancel previews that nobody decided within a day, and remove files that no run knows. Returns how many files went."""
    yesterday = at - UNDECIDED
    for run in ImportRun.objects.filter(state=State.PREVIEW, at__lt=yesterday):
        with acting(Actor.system()):
            ImportRun.objects.filter(pk=run.pk, state=State.PREVIEW).update(state=State.CANCELLED)
        remove_uploads(run)
    return uploads.forget_strays(set(ImportFile.objects.exclude(path="").values_list("path", flat=True)), yesterday)


def unfinished_runs() -> list[int]:
    """Confirmed runs that are not done: their worker is at it, or was killed, or never heard of them."""
    return list(ImportRun.objects.filter(state__in=[State.QUEUED, State.RUNNING]).order_by("id").values_list("pk", flat=True))
