"""Waking a deadline that was parked for a person: the sweep tries it once more."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import locked_for_work
from casework.actions.door import door
from casework.actions.journal import Entry, write_journal
from casework.models import Case, Deadline
from orders.access import Actor
from orders.errors import NotFound, Refused
from orders.roles import LEADS, Role

WAKERS = LEADS | {Role.ADMIN}


def wake_deadline(deadline_id: int, *, by: Actor, at: dt.datetime) -> Deadline:
    """Let a parked deadline run again; `due_at` stays what it was, so it is late and says so.

    Raises NotFound, NotAllowed, Refused `not_parked` or `clock_runs_already`.
    """
    with door(by, at):
        case_id = Deadline.objects.filter(pk=deadline_id, case__in=Case.objects.for_actor(by)).values_list("case_id", flat=True).first()
        if case_id is None:
            raise NotFound
        case, situation = locked_for_work(case_id, by, at, frozenset(WAKERS))
        deadline = Deadline.objects.get(pk=deadline_id)
        if deadline.status != Deadline.Status.PARKED:
            raise Refused(_("This deadline is not parked."), code="not_parked")
        if any(
            each.kind == deadline.kind and each.status in (Deadline.Status.OPEN, Deadline.Status.PAUSED) for each in situation.deadlines
        ):
            raise Refused(_("A newer deadline of this kind runs already."), code="clock_runs_already")
        deadline.status, deadline.attempts, deadline.wake_at, deadline.last_error = Deadline.Status.OPEN, 0, at, ""
        deadline.save(update_fields=["status", "attempts", "wake_at", "last_error"])
        write_journal([Entry(case, situation, "deadline_woken", source=case.state, own={"clock": deadline.kind})])
    return deadline
