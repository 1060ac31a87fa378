"""Taking the invented shop away, when the real work begins."""

from __future__ import annotations

import contextlib
import datetime as dt
from pathlib import Path

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from casework.actions.add_evidence import evidence_path
from casework.actions.door import door
from casework.models import Evidence, Journal
from casework.registry import CONSTRAINTS
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import NotAllowed, NotFound, Reason
from orders.models import Shop
from orders.roles import Role

REMOVERS = frozenset({Role.MANAGER, Role.ADMIN})
# The deed in the journal; a desk that has it is never filled with a demo again.
REMOVED = "demo_removed"
CONSTRAINTS["the_demo_is_all_there_is"] = Reason(
    "real_orders", _("A real shop has orders already: the demo can only be removed as long as it is all there is.")
)


def may_remove(by: Actor) -> bool:
    """Whether the person may: who sees every shop as a manager or administrator."""
    return by.all_shops and by.roles.get(None) in REMOVERS


def remove_demo(*, by: Actor, at: dt.datetime | None = None) -> int:
    """Remove the demo shops and all that hangs on them, pictures included; the number of rows. People, couriers and rules for all stay.

    Raises NotAllowed, NotFound where there is no demo, StepRefused once a real shop has orders.
    """
    now = at or wall_clock()
    with door(by, now):
        if not may_remove(by):
            raise NotAllowed(_("Only managers and administrators of all shops remove the demo."))
        shops = list(Shop.objects.filter(is_demo=True).values_list("code", flat=True))
        if not shops:
            raise NotFound
        pictures = [evidence_path(each) for each in Evidence.objects.filter(case__shop__is_demo=True)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT casework_remove_demo()")
            removed = int(cursor.fetchone()[0])
        Journal.objects.create(
            at=now, object_type="desk", step=REMOVED, actor_id=by.user_id, actor_name=by.name, role=by.roles.get(None, ""),
            channel=by.channel, facts={"shops": shops, "rows": removed}, request_id=by.request_id,
        )  # fmt: skip
        transaction.on_commit(lambda: _remove_files(pictures))
    return removed


def _remove_files(pictures: list[Path]) -> None:
    for each in pictures:
        each.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # other pictures lie beside it
            each.parent.rmdir()
