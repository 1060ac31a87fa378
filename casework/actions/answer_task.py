"""Answering a question that a case asks another role: the answer becomes a fact of the case and moves it on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.deadlines import DeadlinePlan
from casework.actions.deeds import about_case, locked_for_work, refuse_others, text_of
from casework.actions.door import door
from casework.actions.moves import follow
from casework.actions.sweep import fire_case
from casework.models import Case, Task
from casework.registry import TASK_KINDS
from casework.situation import Situation
from casework.task_kinds import TaskKind
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import NotAllowed, NotFound, Refused
from orders.roles import STAFF, labels_of


def answer_task(case_id: int, task_id: int, *, answer: Any, facts: Any = None, by: Actor, at: dt.datetime | None = None) -> Task:
    """Answer a question with one of its values and the facts that this value asks for. The kind says which step follows, in the same
    transaction. What ran out before `at` fires first. The same answer again changes nothing.

    Raises NotFound, NotAllowed for another role, Malformed naming the field, Refused `no_question`, `already_answered`, `case_closed`.
    """
    now = at or wall_clock()
    value = text_of(answer, "answer", length=40)
    fire_case(case_id, by=by, at=now)
    with door(by, now):
        task, kind = _task(case_id, task_id, by)
        given = kind.answer(value).facts.read(facts)
        if task.done_at is not None:
            return _answered(task, kind, value)
        case, situation = locked_for_work(case_id, by, now, STAFF)
        # Somebody else may have been quicker while this one waited for the lock.
        task = Task.objects.get(pk=task_id)
        if task.done_at is not None:
            return _answered(task, kind, value)
        task.done_at, task.done_by_id, task.answer = now, by.user_id, value
        task.save(update_fields=["done_at", "done_by", "answer"])
        _stop_clock(task, situation)
        own = {"task": task.pk, "title": task.title, "asked": kind.name, "answer": value}
        follow(case, case.step_after_task(kind.name, value), "task_answered", situation, facts=given.kept(), own=own, given=given)
    return task


def _task(case_id: int, task_id: int, by: Actor) -> tuple[Task, TaskKind]:
    """The task and its question, for somebody who is asked."""
    refuse_others(case_id, by, STAFF)
    task = Task.objects.filter(case=case_id, pk=task_id).select_related("case").first()
    if task is None:
        raise NotFound
    kind = TASK_KINDS.get(task.kind)
    if kind is None:
        raise about_case(Refused(_("This is done on the platform; it takes no answer."), code="no_question"), task.case)
    if by.is_person and by.role_in(task.case.shop_id) not in kind.answered_by:
        text = str(_("This is for: {roles}.")).format(roles=labels_of(kind.answered_by))
        raise about_case(NotAllowed(text), task.case)
    return task, kind


def _answered(task: Task, kind: TaskKind, value: str) -> Task:
    """The task as it stands when the same was said before. Raises Refused when it was something else, or nothing is wanted any more."""
    if task.answer == value:
        return task
    case = Case.objects.get(pk=task.case_id)
    if not task.answer:
        raise about_case(Refused(_("Nobody needs this answer any more."), code="already_answered"), case)
    text = str(_("It was answered already: {answer}.")).format(answer=kind.label_of(task.answer))
    raise about_case(Refused(text, code="already_answered"), case)


def _stop_clock(task: Task, at: Situation) -> None:
    plan = DeadlinePlan()
    for deadline in at.deadlines:
        if deadline.kind == task.clock_kind:
            plan.stop(deadline, at.now)
    plan.write(at.now)
