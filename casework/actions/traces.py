"""What a step by hand leaves in its journal row, so that it can be taken back: how facts, clocks and tasks stood, and what else it wrote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models

from casework.actions.deadlines import MOVED
from casework.models import Case, Deadline, Task
from casework.outside import DEED, LETTER, SEALED
from casework.situation import Situation
from orders.models import Order
from orders.persons import redact_for_order

PLAIN = (bool, int, list, dict, type(None))


def clocks_of(at: Situation) -> list[dict[str, Any]]:
    """How the clocks stand, as the journal keeps it."""
    return [{"id": each.pk} | {name: plain(getattr(each, name)) for name in MOVED} for each in at.deadlines]


def dropped_of(at: Situation, drops: Iterable[str]) -> list[int]:
    """The open tasks that a step makes pointless."""
    return [each.pk for each in at.open_tasks if each.kind in drops]


def facts_that_changed(case: Case, before: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they were, of those that are different now."""
    return {name: value for name, value in before.items() if getattr(case.facts, name) != value}


def before_of(case: Case, at: Situation, clocks: list[dict[str, Any]], facts: Mapping[str, Any], drops: Iterable[str]) -> dict[str, Any]:
    """How it stood. Facts that are no plain text (is_plain) are left out; `after_of` says so."""
    kept = {name: plain(value) for name, value in facts.items() if is_plain(value, at.order)}
    return {"clocks": clocks, "facts": kept, "tasks": dropped_of(at, drops)}


def after_of(case: Case, at: Situation, facts: Mapping[str, Any], tasks: Iterable[Task]) -> dict[str, Any]:
    """The tasks that were asked for, what was written beyond the case, and what of that its kind can take back."""
    effects = case.effects
    tables = [row._meta.label_lower for row in effects.rows] + [table._meta.label_lower for table, _pk, _columns in effects.updates]
    other = {DEED: effects.deeds, LETTER: effects.messages, SEALED: [value for value in facts.values() if not is_plain(value, at.order)]}
    return {
        "tasks": [task.pk for task in tasks],
        "beyond": sorted({*tables, *(name for name, found in other.items() if found)}),
    } | _revised_by(case)


def _revised_by(case: Case) -> dict[str, Any]:
    """The rows that the step revised (Effects.revise), by table; nothing where there are none."""
    rows: dict[str, list[int]] = {}
    for table, pk in dict.fromkeys((table, pk) for table, pk, _columns in case.effects.revisions):
        rows.setdefault(table._meta.label_lower, []).append(pk)
    return {"revised": rows} if rows else {}


def is_plain(value: Any, order: Order | None) -> bool:
    """Whether a value may stand in the journal, which holds no sealed bytes and nothing of a person."""
    if isinstance(value, dict):
        return all(is_plain(each, order) for each in value.values())
    if isinstance(value, list):
        return all(is_plain(each, order) for each in value)
    if isinstance(value, str):
        return redact_for_order(value, order) == value
    return not isinstance(value, (bytes, memoryview))


def plain(value: Any) -> Any:
    """The value as JSON keeps it, to the microsecond."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return value if isinstance(value, PLAIN) else str(value)


def put_back(row: models.Model, values: Mapping[str, Any]) -> None:
    """Set columns of a row to what the journal kept; those that the table has no more are left out."""
    for each in row._meta.concrete_fields:
        if each.attname in values:
            setattr(row, each.attname, each.to_python(values[each.attname]))


def clocks_again(kept: Iterable[Mapping[str, Any]]) -> list[Deadline]:
    """The deadlines as they stood."""
    wanted = {each["id"]: each for each in kept}
    rows = list(Deadline.objects.filter(pk__in=wanted))
    for row in rows:
        put_back(row, {name: wanted[row.pk][name] for name in MOVED})
    return rows
