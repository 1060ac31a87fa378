"""What Celery wakes in refunds. Each task is idempotent and excludes itself in the database (DESIGN 4)."""

from __future__ import annotations

from celery import shared_task

from orders.access import Actor
from orders.clock import wall_clock
from refunds.actions import match_claims, reverse_claims, send_transfers


@shared_task(name="refunds.tasks.send_transfers")
def send() -> None:
    """Every few seconds: order what finance wants paid, and ask about what is not known yet."""
    send_transfers.send_transfers(at=wall_clock())


@shared_task(name="refunds.tasks.reverse_claims")
def reverse() -> None:
    """Every few minutes: claims behind which there is no loss any more, however that was learnt."""
    reverse_claims.reverse_claims(by=Actor.system(), at=wall_clock())


@shared_task(name="refunds.tasks.match_claims")
def match() -> None:
    """Every few minutes: lines of statements and open claims of one waybill that have come together since."""
    match_claims.match_what_waits(by=Actor.system(), at=wall_clock())
