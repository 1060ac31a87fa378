"""Promises as they are written, inside a deed: the row and its deadline (S1.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from casework.actions.deadlines import DeadlinePlan
from casework.models import Case, ContactAttempt, Deadline, Promise
from casework.situation import Situation

RULE = "S1.4"


@dataclass(frozen=True)
class Given:
    """What was promised, and until when."""

    what: str
    due_at: dt.datetime


def write_promises(case: Case, at: Situation, given: Sequence[Given], contact: ContactAttempt | None = None) -> list[Promise]:
    """Write the rows and their deadlines, inside the door, with the case locked."""
    rows = [
        Promise(
            case=case,
            what=case.redacted(each.what, at)[:500],
            due_at=each.due_at,
            made_at=at.now,
            made_by_id=at.actor.user_id,
            contact=contact,
        )
        for each in given
    ]
    made = Promise.objects.bulk_create(rows)
    plan = DeadlinePlan(opened=[deadline_of(each) for each in made])
    plan.write(at.now)
    return made


def deadline_of(promise: Promise) -> Deadline:
    """The deadline of a promise, as it begins."""
    due = promise.due_at
    return Deadline(case_id=promise.case_id, kind=promise.clock_kind, started_at=promise.made_at, due_at=due, wake_at=due, rule=RULE)
