"""A courier's claim window that becomes known later, or changes: the deadlines of its open claims follow (L13.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.actions.deadlines import DeadlinePlan, plan_instants
from casework.actions.door import as_programme, door
from casework.actions.journal import Entry, write_journal
from casework.actions.locks import lock_cases
from casework.models import Case
from casework.situation import Situation, read_situations
from orders.access import Actor
from refunds.kinds.courier_claim import CourierClaim

FOLLOWED = "claim_window_followed"


def window_changed(sender: Any, *, courier: int, by: Actor, at: dt.datetime, **_: Any) -> None:
    """The directory tells of it inside the deed that changed it."""
    follow_windows(courier, by=by, at=at)


def follow_windows(courier: int, *, by: Actor, at: dt.datetime) -> int:
    """Let every open claim on the courier run by the window as it stands now; of how many a deadline moved. As the programme, in all shops.

    What a courier promised itself stays. A claim that moved has an entry that says so.
    """
    ids = list(CourierClaim.objects.open().filter(claim__loss__courier=courier).values_list("pk", flat=True))
    if not ids:
        return 0
    with door(by, at), as_programme(by, at) as programme:
        cases = list(lock_cases(ids).values())
        situations = read_situations(cases, now=at, actor=programme)
        plan = DeadlinePlan()
        told = [each for case in cases if (each := _follow(plan, case, situations[case.pk])) is not None]
        plan.write(at)
        write_journal(told)
    return len(told)


def _follow(plan: DeadlinePlan, case: Case, at: Situation) -> Entry | None:
    """Move the clocks of one claim; its entry where one of them moved."""
    opened, moved = len(plan.opened), len(plan.moved)
    plan_instants(plan, case, at)
    rows = plan.opened[opened:] + plan.moved[moved:]
    if not rows:
        return None
    first = min(rows, key=lambda each: each.due_at)
    return Entry(case, at, FOLLOWED, source=case.state, own={"clock": first.kind, "due_at": first.due_at.isoformat()})
