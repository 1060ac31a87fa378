"""Deeds on a case that are not steps: contact attempts, tasks done, notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.deadlines import DeadlinePlan
from casework.actions.door import door
from casework.actions.locks import lock_cases
from casework.actions.mention import mentioned_in, tell_mentioned
from casework.actions.moves import claim, follow
from casework.actions.promises_given import Given, write_promises
from casework.actions.sweep import fire_case
from casework.models import Case, Channel, ContactAttempt, Outcome, Task
from casework.models.case import AWAKE
from casework.replies.sending import Sent, look_through
from casework.situation import Situation, read_situations
from casework.task_kinds import is_question
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import DeskError, Malformed, NotAllowed, NotFound, Refused
from orders.roles import AGENTS, STAFF
from orders.straight import written

CLOSED, IS_CLOSED = "case_closed", _("That case is closed.")


def refuse_others(case_id: int, by: Actor, roles: frozenset[str]) -> None:
    """Raise NotFound or NotAllowed unless the actor works on the case in one of the roles. Locks nothing."""
    case = Case.objects.for_actor(by).filter(pk=case_id).first()
    if case is None:
        raise NotFound
    if by.is_person and by.role_in(case.shop_id) not in roles:
        raise about_case(NotAllowed(), case)


def locked_for_work(case_id: int, by: Actor, now: dt.datetime, roles: frozenset[str] = AGENTS) -> tuple[Case, Situation]:
    """The locked case and its situation. Raises NotFound, NotAllowed, Refused `case_closed`."""
    refuse_others(case_id, by, roles)
    case = lock_cases([case_id])[case_id]
    if not case.is_open:
        raise about_case(Refused(IS_CLOSED, code=CLOSED), case)
    return case, read_situations([case], now=now, actor=by)[case.pk]


def about_case(error: DeskError, case: Case) -> DeskError:
    """The refusal with what it was about, for the journal."""
    error.about = {"shop_id": case.shop_id, "case_id": case.pk, "state": case.state}
    return error


def choice(value: Any, choices: Any, field: str) -> str:
    """A value of an enumeration. Raises Malformed naming the field."""
    if not isinstance(value, str) or value not in choices.values:
        raise Malformed(_("This is none of the possible values."), code="bad_value", field=field)
    return value


def text_of(value: Any, field: str, *, length: int = 4000) -> str:
    """A text without NUL of at most `length` characters, "" where nothing of it can be seen. Raises Malformed naming the field."""
    if not isinstance(value, str) or len(value) > length or "\x00" in value:
        raise Malformed(_("This is not a text of the permitted length."), code="bad_text", field=field)
    return written(value)


def record_contact(
    case_id: int,
    *,
    channel: Any,
    outcome: Any,
    note: Any = "",
    script: Any = "",
    promises: Sequence[Given] = (),
    by: Actor,
    at: dt.datetime | None = None,
) -> ContactAttempt:
    """Record an attempt to reach the customer (L6.1). The kind says which step follows, in the same transaction.
    What ran out before `at` fires first, so that an attempt that came late is late whenever the sweep comes.

    Of a text that was sent `note` is the very text (S4.1), `script` the code of what it was made of, `promises` what it promises (S1.4); it is
    checked first (S4.2), and what was found stays with the attempt.

    Raises Malformed, NotFound, NotAllowed, Refused `case_closed`, Refused `reply_blocked` with every rule that forbids to send it.
    """
    now = at or wall_clock()
    channel, outcome, note = choice(channel, Channel, "channel"), choice(outcome, Outcome, "outcome"), text_of(note, "note")
    code = text_of(script, "script", length=60)
    fire_case(case_id, by=by, at=now)
    with door(by, now):
        case, situation = locked_for_work(case_id, by, now)
        clean = case.redacted(note, situation)
        sent = looked_through(case, text=note, kept_as=clean, channel=channel, outcome=outcome, script=code)
        attempt = ContactAttempt.objects.create(
            case=case, at=now, channel=channel, outcome=outcome, by_id=by.user_id, note=clean, script=sent.script
        )
        attempt.findings = sent.findings
        if promises:
            write_promises(case, situation, promises, attempt)
        if outcome == Outcome.ANSWERED and case.snoozed_until is not None:
            Case.objects.filter(pk=case.pk).update(**AWAKE)
        step = case.step_after_contact(channel, outcome)
        facts = {"channel": channel, "outcome": outcome}
        follow(case, step, "contact", situation, facts=facts, note=note, own=sent.told, owner=claim(case, by))
    return attempt


def looked_through(case: Case, **draft: Any) -> Sent:
    """The reply with its findings. Raises as look_through, for the journal with what it was about."""
    try:
        return look_through(case, **draft)
    except Refused as refusal:
        raise about_case(refusal, case) from None


def finish_task(case_id: int, task_id: int, *, by: Actor, at: dt.datetime | None = None) -> Task:
    """Mark a task as done there (S7.1): who and when. Marking a done task again changes nothing.

    Raises NotFound, NotAllowed, Refused `answer_wanted` for a question.
    """
    now = at or wall_clock()
    with door(by, now):
        refuse_others(case_id, by, STAFF)
        done = Task.objects.filter(case=case_id, pk=task_id, done_at__isnull=False).first()
        if done is not None:
            return done
        case, situation = locked_for_work(case_id, by, now, STAFF)
        task = next((each for each in situation.open_tasks if each.pk == task_id), None)
        if task is None:
            raise NotFound
        if is_question(task.kind):
            raise about_case(Refused(_("This is a question; it wants an answer."), code="answer_wanted"), case)
        task.done_at, task.done_by_id = now, by.user_id
        task.save(update_fields=["done_at", "done_by"])
        plan = DeadlinePlan()
        for deadline in situation.deadlines:
            if deadline.kind == task.clock_kind:
                plan.stop(deadline, now)
        plan.write(now)
        follow(case, "", "task_done", situation, facts={}, note="", own={"task": task.pk, "title": task.title})
    return task


def add_note(case_id: int, *, note: Any, by: Actor, at: dt.datetime | None = None) -> None:
    """Write an entry into the timeline; who is named in it behind an @ is told.

    Raises Malformed when it is empty, or `unknown_mention`, NotFound, NotAllowed.
    """
    now = at or wall_clock()
    text = text_of(note, "note")
    if not text:
        raise Malformed(_("Write something."), code="note_required", field="note")
    with door(by, now):
        case, situation = locked_for_work(case_id, by, now, STAFF)
        people = mentioned_in(text, case)
        follow(case, "", "note", situation, facts={}, note=text)
        tell_mentioned(case, people, by=by, at=now)
