"""What a step asks for beyond the new state. The step says it, the door does it, in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models


@dataclass(frozen=True)
class TaskAsked:
    """Something to do on the platform or in the printing software, with the text to copy (S7.1), or a question (casework/task_kinds.py).

    `role` is a role or a group of roles.
    """

    kind: str
    text: str
    title: Any
    rule: str = "S7.1"
    role: str = "agent"


@dataclass
class Effects:
    """Gathered while a step runs; applied and emptied by the door."""

    rows: list[models.Model] = field(default_factory=list)
    # Table, key, and the columns with their new values.
    updates: list[tuple[type[models.Model], int, dict[str, Any]]] = field(default_factory=list)
    # The same, of what the kind can take back with the step (Case.unsay).
    revisions: list[tuple[type[models.Model], int, dict[str, Any]]] = field(default_factory=list)
    # What is neither an insert nor an update of one known row.
    deeds: list[Callable[[], object]] = field(default_factory=list)
    tasks: list[TaskAsked] = field(default_factory=list)
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    # Codes of registry.NEWS for the owner of the case.
    news: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    # Kinds of open task that are pointless from now on; the step declares them.
    drops: tuple[str, ...] = ()
    words: str = ""

    def write(self, row: models.Model) -> None:
        """Insert a row of the owning app; its constraints and triggers speak in the same transaction."""
        self.rows.append(row)

    def update(self, table: type[models.Model], pk: int, **columns: Any) -> None:
        """Change columns of a row of the owning app."""
        self.updates.append((table, pk, columns))

    def revise(self, table: type[models.Model], pk: int, **columns: Any) -> None:
        """Change columns of a row of the owning app, which its kind can take back with the step (Case.unsay)."""
        self.revisions.append((table, pk, columns))

    def do(self, deed: Callable[[], object]) -> None:
        """Let the owning app write by itself, first of all and in the same transaction: what may be there already, for example."""
        self.deeds.append(deed)

    def ask(self, task: TaskAsked) -> None:
        """Put a task on the case."""
        self.tasks.append(task)

    def send(self, topic: str, **payload: Any) -> None:
        """Put a message for the world outside into the outbox."""
        self.messages.append((topic, payload))

    def tell_owner(self, what: str) -> None:
        """News for the owner, unless it is their own deed: a code of registry.NEWS."""
        self.news.append(what)

    def drop(self, kind: str) -> None:
        """End the open tasks of a kind: what they were for holds no longer."""
        self.drops = (*self.drops, kind)

    def say(self, words: str) -> None:
        """What the actor said, as the note of this step's journal row: redacted there, the original encrypted beside it."""
        self.words = words

    def note(self, **facts: Any) -> None:
        """Keep a fact in the journal row of this step."""
        self.facts.update({name: _plain(value) for name, value in facts.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return value if isinstance(value, (bool, int, list, dict, type(None))) else str(value)
