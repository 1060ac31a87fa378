"""Watching a case: to be told what others do to it, without owning it."""

from __future__ import annotations

import datetime as dt

from casework.actions.deeds import refuse_others
from casework.models import Case, Watch
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import NotFound
from orders.roles import STAFF


def watch(case_id: int, *, by: Actor, at: dt.datetime | None = None) -> None:
    """Watch a case, closed ones too; twice is once. Raises NotFound, NotAllowed for who only looks."""
    refuse_others(case_id, by, STAFF)
    Watch.objects.bulk_create([Watch(case_id=case_id, user_id=by.person_id, since=at or wall_clock())], ignore_conflicts=True)


def stop_watching(case_id: int, *, by: Actor) -> None:
    """Watch it no longer; of one that is not watched nothing changes. Raises NotFound."""
    if not Case.objects.for_actor(by).filter(pk=case_id).exists():
        raise NotFound
    Watch.objects.filter(case=case_id, user=by.user_id).delete()
