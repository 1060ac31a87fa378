"""Questions to another role: a task that is answered with one tap, and whose answer moves its case in the same transaction.

An app declares its questions and a kind asks them:

    DID_IT_LEAVE = add_task_kind(
        TaskKind("did_it_leave", _("Did this parcel leave us?"), "warehouse", (Answer("left", _("It left us")), ...))
    )

    self.effects.ask(DID_IT_LEAVE.asked(self.subject_label, rule="L4.2"))

What follows from an answer the kind says in `step_after_task`. A task whose kind is not declared here is something to do on the
platform (S7.1) and takes no answer but "done there".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.effects import TaskAsked
from casework.facts import Facts
from casework.registry import TASK_KINDS
from orders.errors import Malformed, Text
from orders.roles import Role, roles_named

# Beside the answer's own fields.
OF_THE_FORM = frozenset({"csrfmiddlewaretoken", "once", "version", "task", "answer"})


@dataclass(frozen=True)
class Answer:
    """One of a question's answers. Most need nothing else: one tap; `facts` are asked for together with it.

    An answer after which nobody looks any more says so in `sure`, and the page asks once again before it is sent.
    """

    value: str
    label: Text
    facts: type[Facts] = Facts
    sure: Text = ""

    @property
    def is_one_tap(self) -> bool:
        """Whether it needs no facts and no second look."""
        return not self.facts.base_fields and not self.sure

    def as_dict(self) -> dict[str, Any]:
        """The answer as the API shows it."""
        return {"value": self.value, "label": str(self.label), "fields": self.facts.described()}


@dataclass(frozen=True)
class TaskKind:
    """A question: what is asked, whom, which answers there are, and the policy that says until when."""

    name: str
    title: Text
    # A role, or the name of a group of roles.
    role: str
    answers: Sequence[Answer]
    hint: Text = ""
    lasts: str = "task_answered_within"

    @property
    def answered_by(self) -> Collection[str]:
        """Who may answer: those who are asked, and the manager in their place."""
        return roles_named(self.role) | {Role.MANAGER}

    def asked(self, text: str, *, rule: str) -> TaskAsked:
        """The question as an effect of a step; `text` says what it is about."""
        return TaskAsked(self.name, text, self.title, rule, self.role)

    def answer(self, value: Any) -> Answer:
        """The answer of that name. Raises Malformed naming the field."""
        for each in self.answers:
            if each.value == value:
                return each
        raise Malformed(_("This is none of the possible values."), code="bad_value", field="answer")

    def label_of(self, value: str) -> str:
        """An answer in words; itself when nobody knows it any more."""
        return next((str(each.label) for each in self.answers if each.value == value), value)


def add_task_kind(kind: TaskKind) -> TaskKind:
    """Make a question known."""
    TASK_KINDS[kind.name] = kind
    return kind


def answer_facts(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that a form sent with an answer; empty fields are left out."""
    return {name: value for name, value in sent.items() if name not in OF_THE_FORM and value != ""}


def is_question(name: str) -> bool:
    """Whether tasks of that name are answered, and not just done somewhere."""
    return name in TASK_KINDS
