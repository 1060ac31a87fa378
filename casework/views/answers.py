"""Questions on a page: a button for each answer, and a small form where an answer needs more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _

from casework.facts import Facts
from casework.left_over import Fields
from casework.models import Task
from casework.registry import TASK_KINDS
from casework.task_kinds import Answer
from casework.views.typed import Typed
from orders.errors import DeskError


@dataclass(frozen=True)
class DrawnAnswer:
    """An answer as it is drawn; with its form when it needs facts, open again when it was refused."""

    answer: Answer
    form: Facts
    error: DeskError | None = None


def drawn_answers(task: Task, typed: Typed | None) -> list[DrawnAnswer]:
    """The answers of a question, with what a refused form held. Empty for a task that is no question."""
    kind = TASK_KINDS.get(task.kind)
    mine = typed if typed is not None and typed.form == f"answer-{task.pk}" else None
    return [_drawn(each, task, mine) for each in kind.answers] if kind else []


def answers_for(task: Task, role: str, typed: Typed | None) -> list[DrawnAnswer]:
    """The answers that this role may give to an open question; empty for others."""
    kind = TASK_KINDS.get(task.kind)
    if kind is None or task.done_at is not None or role not in kind.answered_by:
        return []
    return drawn_answers(task, typed)


def _drawn(answer: Answer, task: Task, typed: Typed | None) -> DrawnAnswer:
    is_typed = typed is not None and typed.value("answer") == answer.value
    data = typed.data if typed is not None and is_typed else None
    form = answer.facts(data, auto_id=f"task_{task.pk}_{answer.value}_%s")
    return DrawnAnswer(answer, form, typed.error if typed is not None and is_typed else None)


def fields_of_answer(tasks: Iterable[Task], typed: Typed) -> Fields:
    """The fields of a question's refused form: which answer was meant, and what it asks for. None of what is no question of the case."""
    kind = next((TASK_KINDS.get(each.kind) for each in tasks if typed.form == f"answer-{each.pk}"), None)
    if kind is None:
        return {}
    meant = forms.ChoiceField(label=str(kind.title), choices=[(each.value, each.label) for each in kind.answers])
    asked = next((each.facts.base_fields for each in kind.answers if each.value == typed.value("answer")), {})
    return {"answer": meant, **asked}


def said_of(task: Task) -> str:
    """The sentence after an answer."""
    return _("Answered: {answer}.").format(answer=TASK_KINDS[task.kind].label_of(task.answer))
