"""Work of orders in the background. Each task may come twice or be killed: what is done is known in the database."""

from __future__ import annotations

from celery import shared_task

from orders.actions import run_uploads
from orders.clock import wall_clock

# Seconds. An import of half a million rows takes minutes; everything else in this desk is done in one.
LONGEST_IMPORT = 1800


@shared_task(name="orders.tasks.run_imports", time_limit=LONGEST_IMPORT, soft_time_limit=LONGEST_IMPORT - 60)
def run_imports() -> None:
    """Every few seconds: import what was confirmed, and what a killed worker left. Two workers never take the same run."""
    for run_id in run_uploads.unfinished_runs():
        run_uploads.run_confirmed(run_id, at=wall_clock())


@shared_task(name="orders.tasks.tidy_uploads")
def tidy_uploads() -> None:
    """Every hour: uploads that nobody decided about within a day."""
    run_uploads.tidy_uploads(at=wall_clock())
