"""What Celery wakes. Each task is short, idempotent and excludes itself in the database (DESIGN 4)."""

from __future__ import annotations

from celery import shared_task

from casework.actions import notices, outbox, partitions, seal, sweep


@shared_task
def fire_deadlines() -> int:
    """Wake the sweep."""
    return sweep.fire_deadlines()


@shared_task
def drain_outbox() -> int:
    """Wake the outbox."""
    return outbox.drain_outbox()


@shared_task
def seal_journal() -> int:
    """Wake the sealer."""
    return seal.seal_journal()


@shared_task
def ensure_partitions() -> int:
    """Make the journal's coming months."""
    return partitions.ensure_partitions()


@shared_task
def tend_notices() -> int:
    """Bring back what was laid aside, tell what runs out soon and what was promised in closed cases."""
    return notices.tend()


@shared_task
def clear_away() -> int:
    """Delete old drafts and notices."""
    return notices.clear_away()
