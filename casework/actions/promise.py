"""Promises to customers (S1.4): put on record with a time, which is a deadline of the case, until they are kept or off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from casework.actions.deadlines import DeadlinePlan
from casework.actions.deeds import about_case, locked_for_work, refuse_others, text_of
from casework.actions.door import door
from casework.actions.locks import lock_cases
from casework.actions.moves import claim, follow
from casework.actions.promises_given import Given, deadline_of, write_promises
from casework.facts import InstantField
from casework.models import Case, Deadline, Promise
from casework.promised import why_not_back
from casework.situation import Situation, read_situations
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, NotFound, Refused
from orders.roles import AGENTS


def make_promise(case_id: int, *, what: Any, due_at: Any, by: Actor, at: dt.datetime | None = None) -> Promise:
    """Put a promise on record; its time becomes a deadline of the case.

    Raises Malformed naming the field, NotFound, NotAllowed, Refused `case_closed`.
    """
    now = at or wall_clock()
    given = read_given(what, due_at, now)
    with door(by, now):
        case, situation = locked_for_work(case_id, by, now)
        (promise,) = write_promises(case, situation, [given])
        facts = {"what_promised": given.what, "until": given.due_at.isoformat()}
        follow(case, "", "promise", situation, facts=facts, own={"promise": promise.pk}, owner=claim(case, by))
    return promise


def end_promise(case_id: int, promise_id: int, *, is_kept: bool, reason: Any = "", by: Actor, at: dt.datetime | None = None) -> Promise:
    """Say that a promise was kept, or that it is off and why; also once the case is closed. Saying the same again changes nothing.

    Raises Malformed `reason_required`, NotFound, NotAllowed, Refused `promise_ended` when it ended the other way.
    """
    now = at or wall_clock()
    why = text_of(reason, "reason", length=300)
    if not is_kept and not why:
        raise Malformed(_("Write why it is off."), code="reason_required", field="reason")
    with door(by, now):
        case, promise = _locked(case_id, promise_id, by)
        status = Promise.Status.KEPT if is_kept else Promise.Status.DROPPED
        if promise.status == status:
            return promise
        if not promise.is_open:
            raise about_case(Refused(_("This promise has ended already."), code="promise_ended"), case)
        situation = read_situations([case], now=now, actor=by)[case.pk]
        promise.status, promise.ended_at, promise.ended_by_id = status, now, by.user_id
        promise.reason = case.redacted(why, situation)[:300]
        promise.save(update_fields=["status", "ended_at", "ended_by", "reason"])
        _stop_clock(case, promise, situation)
        deed = "promise_kept" if is_kept else "promise_dropped"
        follow(case, "", deed, situation, facts={}, note=why, own={"promise": promise.pk, "what_promised": promise.what})
    return promise


def take_promise_back(case_id: int, promise_id: int, *, by: Actor, at: dt.datetime | None = None) -> Promise:
    """Take its end back, which was a slip: it is open again and its clock runs. Whoever ended it may, within `undo_within`, a lead later.

    Of an open one nothing changes. Raises NotFound, NotAllowed, Refused `undo_over`.
    """
    now = at or wall_clock()
    with door(by, now):
        case, promise = _locked(case_id, promise_id, by)
        if promise.is_open:
            return promise
        situation = read_situations([case], now=now, actor=by)[case.pk]
        refusal = why_not_back(promise, by, case.shop_id, situation.policies, now)
        if refusal is not None:
            raise about_case(refusal, case)
        promise.status, promise.ended_at, promise.ended_by_id, promise.reason = Promise.Status.OPEN, None, None, ""
        promise.save(update_fields=["status", "ended_at", "ended_by", "reason"])
        _run_clock(case, promise, situation)
        own = {"promise": promise.pk, "what_promised": promise.what}
        follow(case, "", "promise_back", situation, facts={}, own=own)
    return promise


def _locked(case_id: int, promise_id: int, by: Actor) -> tuple[Case, Promise]:
    """A promise with its case, which is locked. Raises NotFound, NotAllowed."""
    refuse_others(case_id, by, AGENTS)
    case = lock_cases([case_id])[case_id]
    promise = Promise.objects.filter(case=case, pk=promise_id).first()
    if promise is None:
        raise NotFound
    return case, promise


def _run_clock(case: Case, promise: Promise, at: Situation) -> None:
    """Its deadline runs again; of a closed case it stands as the end of the case would have left it (promises_due)."""
    if case.is_open:
        DeadlinePlan(opened=[deadline_of(promise)]).write(at.now)
        return
    newest = Deadline.objects.filter(case=case, kind=promise.clock_kind).order_by("-pk").values("pk")[:1]
    Deadline.objects.filter(pk__in=newest).update(status=Deadline.Status.MET, ended_at=case.closed_at)


def _stop_clock(case: Case, promise: Promise, at: Situation) -> None:
    """Its deadline stands still; of a closed case it does not come back when that is opened again."""
    plan = DeadlinePlan()
    for each in at.deadlines:
        if each.kind == promise.clock_kind:
            plan.stop(each, at.now)
    plan.write(at.now)
    if not case.is_open:
        Deadline.objects.filter(case=case, kind=promise.clock_kind, status=Deadline.Status.MET).update(status=Deadline.Status.FIRED)


def read_given(what: Any, due_at: Any, now: dt.datetime) -> Given:
    """What was promised, and until when. Raises Malformed naming the field."""
    said = text_of(what, "what", length=500)
    if not said:
        raise Malformed(_("Write what was promised."), code="text_required", field="what")
    due = _instant(due_at)
    if due <= now:
        raise Malformed(_("Name a time that is still to come."), code="past", field="due_at")
    return Given(said, due)


def _instant(value: Any) -> dt.datetime:
    """A point in time of our days. Raises Malformed."""
    try:
        return InstantField().clean(value.isoformat() if isinstance(value, dt.datetime) else value)
    except ValidationError:
        raise Malformed(_("Name the time until when it is promised."), code="bad_time", field="due_at") from None
