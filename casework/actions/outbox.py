"""Sending what was written into the outbox: at least once, in order of writing, with back-off."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction

from casework.actions.heartbeat import beat
from casework.models import Outbox
from casework.policies import Policies
from orders.clock import wall_clock

log = logging.getLogger(__name__)
BATCH = 50

# Topic -> sender. A sender does one thing outside the database and is safe to repeat.
SENDERS: dict[str, Callable[[dict[str, Any]], None]] = {}


def drain_outbox(*, at: dt.datetime | None = None) -> int:
    """Send what is due; the number sent. Two drainers never take the same message at once."""
    now = at or wall_clock()
    total = 0
    while (sent := _drain_some(now)) is not None:
        total += sent
    beat("drain_outbox", now)
    return total


def _drain_some(now: dt.datetime) -> int | None:
    with transaction.atomic():
        due = Outbox.objects.filter(done_at__isnull=True, parked=False, wake_at__lte=now).order_by("wake_at", "pk")
        rows = list(due.select_for_update(no_key=True, skip_locked=True)[:BATCH])
        if not rows:
            return None
        return sum(_send(row, now) for row in rows)


def _send(row: Outbox, now: dt.datetime) -> int:
    try:
        # What a sender breaks in the database must not take along what others sent.
        with transaction.atomic():
            SENDERS[row.topic](row.payload)
    except Exception as error:  # noqa: BLE001  a sender may fail in any way; the message stays and is tried again
        log.warning("outbox: %s #%d failed: %s", row.topic, row.pk, type(error).__name__)
        row.attempts += 1
        row.last_error = type(error).__name__
        row.wake_at = now + dt.timedelta(seconds=30 * 2**row.attempts)
        row.parked = row.attempts >= Policies(now).value("outbox_tries", None)
        row.save(update_fields=["attempts", "last_error", "wake_at", "parked"])
        return 0
    row.done_at = now
    row.save(update_fields=["done_at"])
    return 1
