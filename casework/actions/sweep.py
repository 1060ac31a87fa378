"""Firing deadlines: whoever sweeps, however often, after whatever outage, each fires once (DESIGN 4)."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import OperationalError
from django.utils.translation import gettext_lazy as _
from psycopg2 import errors

from casework.actions.apply import Move
from casework.actions.deadlines import DeadlinePlan
from casework.actions.door import door, is_inside
from casework.actions.heartbeat import beat
from casework.actions.journal import Entry, write_journal
from casework.actions.locks import lock_cases
from casework.actions.moves import finish, step_named, take
from casework.actions.offers import reasons_of_rules
from casework.actions.tell_owner import tell_owner
from casework.calendars import Calendar
from casework.models import Case, Deadline
from casework.policies import Policies
from casework.registry import own_clock
from casework.situation import Situation, read_situations
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Refused

log = logging.getLogger(__name__)
BATCH = 500
# So often a transaction that lost a race for a row is begun anew.
RACES = 2


class NoWayOut(Refused):
    """A clock ran out and none of its steps can be taken; the system checks forbid it, a person must look."""

    code = "no_way_out"
    detail = _("This deadline ran out and no step can follow.")


def fire_deadlines(*, at: dt.datetime | None = None, batch: int = BATCH, shop_id: int | None = None) -> int:
    """Fire every deadline that is due at `at`, of one shop alone where one is given; the number fired. Safe to run anywhere at any time."""
    now = at or wall_clock()
    total = 0
    # Cases that somebody works on just now are left for the next sweep.
    busy: set[int] = set()
    while due := _due(now, batch, busy, shop_id):
        fired = _fire_together(due, now)
        total += len(fired)
        busy |= set(due) - fired
    if shop_id is None:
        beat("fire_deadlines", now)
    return total


def fire_case(case_id: int, *, by: Actor, at: dt.datetime) -> None:
    """Fire what ran out on a case before `at`, so that what somebody does at `at` never depends on when the sweep came.

    In a transaction of its own: the clock's step stays when the deed is refused as stale. What is due at the very
    instant of the deed comes after it. A deed inside another one (a door within a door) finds the case as that one did.
    """
    before = at - dt.timedelta.resolution
    ran_out = Case.objects.for_actor(by).filter(pk=case_id, deadlines__status=Deadline.Status.OPEN, deadlines__wake_at__lte=before)
    while not is_inside() and ran_out.exists():
        if not _fire_alone(case_id, before, wait=True):
            return


def _due(now: dt.datetime, batch: int, busy: set[int], shop_id: int | None) -> list[int]:
    """Cases with something due, the longest waiting first. No locks yet: deadlines are locked under their case."""
    rows = Deadline.objects.filter(status=Deadline.Status.OPEN, wake_at__lte=now).exclude(case__in=busy).order_by("wake_at", "pk")
    rows = rows if shop_id is None else rows.filter(case__shop=shop_id)
    return list(dict.fromkeys(rows.values_list("case_id", flat=True)[:batch]))


def _fire_together(case_ids: list[int], now: dt.datetime) -> set[int]:
    """One transaction for the batch; when a row in it is poison, each case gets its own. The cases that are seen to."""
    try:
        return _fire_in_one_go(case_ids, now)
    except Exception as error:  # a poison row may raise anything; it must not keep the others from firing
        if isinstance(error, OperationalError) and not _lost_a_race(error):
            raise
        log.warning("sweep: batch of %d falls back to single cases: %s", len(case_ids), type(error).__name__)
    return {case_id for case_id in case_ids if _fire_alone(case_id, now)}


def _fire_alone(case_id: int, now: dt.datetime, *, wait: bool = False) -> bool:
    """Fire for one case; whether a deadline is off the list now, fired or put off."""
    try:
        return bool(_fire_in_one_go([case_id], now, wait=wait))
    except OperationalError:
        # The database is away or found a deadlock: that says nothing about the row.
        raise
    except Exception as error:  # see above
        log.exception("sweep: case %d cannot fire", case_id)
        return _back_off(case_id, now, error)


def _fire_in_one_go(case_ids: list[int], now: dt.datetime, *, wait: bool = False) -> set[int]:
    """In one transaction, begun anew when it was the victim of a deadlock (sums of a day are rows that many steps write)."""
    for _once_more in range(RACES):
        try:
            with door(Actor.clock(), now):
                return _fire(case_ids, now, wait=wait)
        except OperationalError as error:
            if not _lost_a_race(error):
                raise
    with door(Actor.clock(), now):
        return _fire(case_ids, now, wait=wait)


def _lost_a_race(error: OperationalError) -> bool:
    return isinstance(error.__cause__, errors.DeadlockDetected | errors.SerializationFailure)


def _fire(case_ids: list[int], now: dt.datetime, *, wait: bool = False) -> set[int]:
    """Fire the first due deadline of each case. Deadlines are read under their case's lock, so what is written here is what was seen."""
    cases = lock_cases(case_ids, skip_locked=not wait)
    situations = read_situations(list(cases.values()), now=now, actor=Actor.clock()) if cases else {}
    moves: list[Move] = []
    notices: list[tuple[Case, Situation, Deadline]] = []
    for case in cases.values():
        situation = situations[case.pk]
        deadline = _first_due(situation)
        if deadline is not None:
            _fire_one(case, situation, deadline, moves, notices)
    finish(moves)
    _write_notices(notices, now)
    return {move.case.pk for move in moves} | {case.pk for case, _at, _deadline in notices}


def _first_due(at: Situation) -> Deadline | None:
    due = [each for each in at.deadlines if each.status == Deadline.Status.OPEN and each.wake_at <= at.now]
    return min(due, key=lambda each: (each.due_at, each.pk), default=None)


def _fire_one(case: Case, at: Situation, deadline: Deadline, moves: list[Move], notices: list[tuple[Case, Situation, Deadline]]) -> None:
    clock = next((each for each in type(case).CLOCKS if each.name == deadline.kind), None)
    if clock is None or not clock.then:
        notices.append((case, at, deadline))
        return
    at.fired = deadline
    for name in clock.then:
        meta = step_named(case, name)
        if case.state in meta.source and not reasons_of_rules(case, meta, at):
            moves.append(take(case, meta, at, meta.facts.read({}), fired=deadline))
            return
    raise NoWayOut


def _write_notices(notices: list[tuple[Case, Situation, Deadline]], now: dt.datetime) -> None:
    """Clocks that only mark the case as overdue: the row ends, the timeline says so, and the owner where it was somebody's word."""
    plan = DeadlinePlan()
    for _case, _at, deadline in notices:
        plan.fire(deadline, now, Deadline.Status.OVER)
    plan.write(now)
    for case, _at, deadline in notices:
        own = own_clock(deadline.kind)
        if own is not None:
            tell_owner(case, own.news, at=now)
    write_journal(
        [
            Entry(case, at, "overdue", source=case.state, own={"clock": each.kind, "due_at": each.due_at.isoformat()})
            for case, at, each in notices
        ]
    )


def _back_off(case_id: int, now: dt.datetime, error: Exception) -> bool:
    """Try a poison deadline again later; after the policy's number of tries park it for a person (T10).

    Reads no situation: that may be what is poison.
    """
    with door(Actor.clock(), now):
        case = lock_cases([case_id])[case_id]
        due = Deadline.objects.filter(case=case_id, status=Deadline.Status.OPEN, wake_at__lte=now)
        deadline = due.order_by("due_at", "pk").first()
        if deadline is None:
            return False
        deadline.attempts += 1
        deadline.last_error = type(error).__name__
        deadline.wake_at = now + dt.timedelta(minutes=2**deadline.attempts)
        if deadline.attempts >= Policies(now).value("deadline_tries", case.shop_id):
            deadline.status = Deadline.Status.PARKED
            about = Situation(now, Actor.clock(), case.shop_id, Policies(now), Calendar())
            write_journal([Entry(case, about, "deadline_parked", source=case.state, own={"clock": deadline.kind})])
        deadline.save(update_fields=["attempts", "last_error", "wake_at", "status"])
    return True
