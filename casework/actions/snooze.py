"""Laying a case aside, and its coming back. No clock stops for it: what runs out soon brings the case back by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import about_case, choice, locked_for_work
from casework.actions.door import door
from casework.actions.journal import Entry, write_journal
from casework.actions.locks import lock_cases
from casework.actions.moves import follow
from casework.actions.tell_owner import tell_owners
from casework.clocks import SOON
from casework.models import Case, Deadline, SnoozedFor
from casework.models.case import AWAKE
from casework.situation import Situation, read_situations
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, NotAllowed, Refused
from orders.roles import LEADS, STAFF

BATCH = 500
BACK = "snooze_over"


def snooze(
    case_id: int, *, until: dt.datetime | None = None, wants: Any = SnoozedFor.TIME, by: Actor, at: dt.datetime | None = None
) -> Case:
    """Lay one's own case aside until then, or until somebody answers (`wants`), at the latest then or after `snooze_for_answer`.

    News of the case, a step, another owner and a clock that is about to run out bring it back earlier. Raises Malformed `bad_time` or
    `time_required`, NotFound, NotAllowed `not_the_owner`, Refused `case_closed`, `runs_out_soon`.
    """
    now, wants = at or wall_clock(), choice(wants, SnoozedFor, "waits_for")
    with door(by, now):
        case, situation = locked_for_work(case_id, by, now, STAFF)
        if case.owner_id != by.user_id:
            raise about_case(NotAllowed(_("Only who has the case lays it aside."), code="not_the_owner"), case)
        due = _first_due(situation)
        if due is not None and due - now <= SOON:
            raise about_case(Refused(_("A deadline runs out soon; the case cannot wait."), code="runs_out_soon"), case)
        case.snoozed_until, case.snoozed_for = _latest(until, wants, situation), wants
        Case.objects.filter(pk=case.pk).update(snoozed_until=case.snoozed_until, snoozed_for=wants)
        follow(case, "", "snoozed", situation, facts={}, own={"snoozed_until": case.snoozed_until.isoformat(), "waits_for": wants})
    return case


def _first_due(at: Situation) -> dt.datetime | None:
    return min((each.due_at for each in at.deadlines if each.status in Deadline.RUNNING), default=None)


def back_at(case: Case, at: Situation) -> dt.datetime | None:
    """When a case that is laid aside is back if nothing happens: its time, or earlier where a deadline comes near; None when it is not aside."""
    due = _first_due(at)
    if case.snoozed_until is None:
        return None
    return min(case.snoozed_until, due - SOON) if due is not None else case.snoozed_until


def _latest(until: dt.datetime | None, wants: str, at: Situation) -> dt.datetime:
    if until is None:
        if wants == SnoozedFor.TIME:
            raise Malformed(_("Say until when."), code="time_required", field="until")
        return at.now + at.policy("snooze_for_answer").length
    if not at.now < until <= at.now + at.policy("snooze_at_most").length:
        raise Malformed(_("This time is past, or too far away."), code="bad_time", field="until")
    return until


def wake(case_id: int, *, by: Actor, at: dt.datetime | None = None) -> Case:
    """Take a case back before its time: its owner or a lead. Of one that is awake nothing changes. Raises NotFound, NotAllowed, Refused `case_closed`."""
    now = at or wall_clock()
    with door(by, now):
        case, situation = locked_for_work(case_id, by, now, STAFF)
        if case.owner_id != by.user_id and by.role_in(case.shop_id) not in LEADS:
            raise about_case(NotAllowed(_("Only who has the case takes it back."), code="not_the_owner"), case)
        if case.snoozed_until is not None:
            Case.objects.filter(pk=case.pk).update(**AWAKE)
            case.snoozed_until, case.snoozed_for = None, ""
            follow(case, "", "woken", situation, facts={})
    return case


def wake_due(*, at: dt.datetime | None = None) -> int:
    """Bring back what was laid aside until now, and what has a clock that is about to run out, as news for its owner; the number.

    Safe to run anywhere at any time. Lists do not wait for it (casework.lists.queues.is_snoozed); only the mark comes by it.
    """
    now, total = at or wall_clock(), 0
    runs_out = Q(deadlines__status__in=Deadline.RUNNING, deadlines__due_at__lte=now + SOON)
    due = Case.objects.filter(Q(snoozed_until__lte=now) | runs_out, snoozed_until__isnull=False).order_by("pk").distinct()
    while ids := list(due.values_list("pk", flat=True)[:BATCH]):
        with door(Actor.clock(), now):
            woken = [case for case in lock_cases(ids, skip_locked=True).values() if case.snoozed_until is not None]
            situations = read_situations(woken, now=now, actor=Actor.clock()) if woken else {}
            tell_owners(woken, BACK, at=now)
            write_journal([Entry(case, situations[case.pk], "woken", source=case.state) for case in woken])
        total += len(woken)
        if len(woken) < len(ids):
            # What somebody works on just now is left for the next round.
            break
    return total
