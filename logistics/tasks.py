"""What Celery wakes in logistics. Each task is idempotent and excludes itself in the database (DESIGN 4)."""

from __future__ import annotations

from celery import shared_task

from logistics.actions import ask_extensions, ask_tracking, event_partitions, nightly, subscribe_parcels, unsigned_pushes
from orders.access import Actor
from orders.clock import wall_clock
from orders.models import Shop
from orders.roles import CLOCK

# Seconds. A million parcels take about a minute; a night has room for more.
LONGEST_NIGHT = 3600


@shared_task(name="logistics.tasks.flag_stalled", time_limit=LONGEST_NIGHT, soft_time_limit=LONGEST_NIGHT - 60)
def flag_stalled() -> None:
    """Every night: look over all shops. Two workers never look over the same shop at once."""
    nightly.run_nightly(Shop.objects.order_by("pk"), at=wall_clock(), by=Actor.system(CLOCK))


@shared_task(name="logistics.tasks.ask_extensions")
def extend_receipts() -> None:
    """Every five minutes: no order confirms its receipt by itself while its parcel is looked for."""
    ask_extensions.ask_extensions(at=wall_clock())


@shared_task(name="logistics.tasks.watch_nightly")
def watch_nightly() -> None:
    """Every hour: say so when a night was missed."""
    nightly.watch_nightly(at=wall_clock())


@shared_task(name="logistics.tasks.subscribe_parcels")
def subscribe() -> None:
    """Every minute: let the provider follow what is awaited."""
    subscribe_parcels.subscribe_parcels(at=wall_clock())


@shared_task(name="logistics.tasks.ask_parcels")
def ask_parcels() -> None:
    """Every minute: ask for parcels that wait for it."""
    ask_tracking.ask_wanted_parcels(at=wall_clock())


@shared_task(name="logistics.tasks.bring_unsigned")
def bring_unsigned() -> None:
    """Every minute: bring the number of unsigned pushes to their accounts."""
    unsigned_pushes.bring_unsigned()


@shared_task(name="logistics.tasks.ensure_partitions")
def ensure_partitions() -> None:
    """Every day: make the coming months of tracking events, and forget numbers that nobody ever knew."""
    event_partitions.ensure_partitions(at=wall_clock())
    event_partitions.forget_unknown(at=wall_clock())
