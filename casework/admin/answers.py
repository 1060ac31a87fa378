"""Questions on the admin's page of a case: each answer a button, with its fields where it needs some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.models import Task
from casework.registry import TASK_KINDS
from casework.task_kinds import Answer
from orders.admin.form_page import dress


@dataclass(frozen=True)
class AdminTask:
    """A task with the answers that this person may give."""

    task: Task
    is_question: bool
    answered: str
    answers: list[tuple[Answer, Any]]


def admin_task(task: Task, role: str) -> AdminTask:
    """The task as the page draws it; `role` is the reader's."""
    kind = TASK_KINDS.get(task.kind)
    if kind is None:
        return AdminTask(task, False, "", [])
    answers = kind.answers if task.done_at is None and role in kind.answered_by else ()
    forms = [(each, dress(each.facts(auto_id=f"task_{task.pk}_{each.value}_%s"))) for each in answers]
    return AdminTask(task, True, kind.label_of(task.answer), forms)
