"""Taking the invented shop away, when the real work begins."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from casework.actions.add_evidence import evidence_path
from casework.actions.door import door
from casework.models import Evidence
from casework.registry import CONSTRAINTS
from orders.access import Actor
from orders.clock import wall_clock
from orders.demo import may_remove
from orders.errors import NotAllowed, NotFound, Reason
from orders.imports import uploads
from orders.models import ImportFile, Shop

# The deed in the journal; a desk that has it is never filled with a demo again.
REMOVED = "demo_removed"
CONSTRAINTS["there_is_a_demo"] = Reason("no_demo", _("Nothing here is invented."))
REAL_ORDERS = CONSTRAINTS["the_demo_is_all_there_is"] = Reason(
    "real_orders",
    _(
        "A real shop has orders already: the demo can only be removed as long as it is all there is. Its orders stay separate; "
        "whoever has a role in the real shop alone does not see them. An empty desk begins with DEMO=0 and another DATA_DIR."
    ),
)


def remove_demo(*, by: Actor, at: dt.datetime | None = None) -> int:
    """Remove the demo shops and all that hangs on them, pictures included; the number of rows. People, couriers and rules for all stay.

    Raises NotAllowed, NotFound where there is no demo, StepRefused once a real shop has orders.
    """
    now = at or wall_clock()
    with door(by, now):
        if not may_remove(by):
            raise NotAllowed(_("Only managers and administrators of all shops remove the demo."))
        if not Shop.objects.filter(is_demo=True).exists():
            raise NotFound
        kept = list(ImportFile.objects.filter(run__shop__is_demo=True).exclude(path="").values_list("path", flat=True))
        with connection.cursor() as cursor:
            cursor.execute("SELECT casework_remove_demo()")
            removed = int(cursor.fetchone()[0])
        transaction.on_commit(lambda: _remove_files(kept))
    return removed


def _remove_files(kept: list[str]) -> None:
    """Lists that waited to be confirmed, and every picture without a row: a real shop has no case yet."""
    for each in kept:
        uploads.discard(each)
    known = {evidence_path(each) for each in Evidence.objects.all()}
    for path in [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file() and path not in known]:
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # others lie beside it
            path.parent.rmdir()
