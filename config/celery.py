"""Celery only wakes the sweeps: what is due is a row in the database, so a lost tick, a second beat or a lost Redis changes nothing."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler
from celery.schedules import crontab
from celery.signals import heartbeat_sent, worker_ready

from config import heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

HALF_A_DAY = 12 * 3600


def _every(seconds: float, task: str) -> dict[str, Any]:
    """A tick. It expires before the next one, so that a worker that was away finds no backlog."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


app = Celery("config")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "fire-deadlines": _every(15, "casework.tasks.fire_deadlines"),
    "drain-outbox": _every(10, "casework.tasks.drain_outbox"),
    "seal-journal": _every(10, "casework.tasks.seal_journal"),
    "tend-notices": _every(60, "casework.tasks.tend_notices"),
    "clear-away": _every(3600, "casework.tasks.clear_away"),
    "run-imports": _every(3, "orders.tasks.run_imports"),
    "tidy-uploads": _every(3600, "orders.tasks.tidy_uploads"),
    # The night in shop time (CELERY_TIMEZONE). A worker that is back before noon still does it; the watch says what was missed.
    "flag-stalled": {
        "task": "logistics.tasks.flag_stalled",
        "schedule": crontab(hour="2", minute="30"),
        "options": {"expires": HALF_A_DAY},
    },
    "ask-extensions": _every(300, "logistics.tasks.ask_extensions"),
    "subscribe-parcels": _every(60, "logistics.tasks.subscribe_parcels"),
    "ask-parcels": _every(60, "logistics.tasks.ask_parcels"),
    "send-transfers": _every(5, "refunds.tasks.send_transfers"),
    "reverse-claims": _every(300, "refunds.tasks.reverse_claims"),
    "match-claims": _every(300, "refunds.tasks.match_claims"),
    "bring-unsigned": _every(60, "logistics.tasks.bring_unsigned"),
    "ensure-event-partitions": {
        "task": "logistics.tasks.ensure_partitions",
        "schedule": crontab(hour="3", minute="15"),
        "options": {"expires": HALF_A_DAY},
    },
    "watch-nightly": _every(3600, "logistics.tasks.watch_nightly"),
    "ensure-partitions": {
        "task": "casework.tasks.ensure_partitions",
        "schedule": crontab(hour="3", minute="10"),
        "options": {"expires": HALF_A_DAY},
    },
}


class BeatingScheduler(PersistentScheduler):
    """Beat's own scheduler, which shows at each tick that it is alive."""

    # Seconds: beat would else sleep for minutes between two signs of life.
    max_interval = 5

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One look at what is due; returns the seconds until the next."""
        heartbeat.beat("beat")
        return float(super().tick(*args, **kwargs))


@worker_ready.connect
@heartbeat_sent.connect
def _worker_is_alive(**_: Any) -> None:
    """Sent every two seconds while the worker holds its line to the broker."""
    heartbeat.beat("worker")
