"""Everything a guard may look at, read for a whole batch of cases in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from casework.calendars import Calendar
from casework.models import Case, ContactAttempt, Deadline, Evidence, Outcome, Task
from casework.policies import Policies, Span
from orders.access import Actor
from orders.models import Order
from orders.together import answers, read_together


@dataclass
class Situation:
    """A case's surroundings at an instant. Read-only for kinds: no queries, no clock."""

    now: dt.datetime
    actor: Actor
    shop_id: int
    policies: Policies
    calendar: Calendar
    order: Order | None = None
    contacts: list[ContactAttempt] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    children: list[Case] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    open_tasks: list[Task] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)
    # The clock that takes this step, when one does.
    fired: Deadline | None = None

    def policy(self, name: str) -> Any:
        """The value of a policy for this case's shop."""
        return self.policies.value(name, self.shop_id)

    def after(self, start: dt.datetime, span: Span) -> dt.datetime:
        """When a span that begins at `start` is over, in this shop's working hours."""
        return self.calendar.after(start, span, self.policy("working_hours"))

    @property
    def open_children(self) -> list[Case]:
        """Children that are not closed."""
        return [child for child in self.children if child.is_open]

    @property
    def evidence_kinds(self) -> set[str]:
        """The kinds of evidence on the case."""
        return {each.kind for each in self.evidence}

    def channels_tried(self, until: dt.datetime | None = None) -> set[str]:
        """Channels with an attempt, or without an address, up to an instant (L6.1)."""
        return {each.channel for each in self.contacts if until is None or each.at <= until}

    def was_tried(self, until: dt.datetime | None = None) -> bool:
        """Whether somebody truly tried to reach the customer up to an instant; a channel without an address is no try."""
        return any(each.outcome != Outcome.NOT_AVAILABLE for each in self.contacts if until is None or each.at <= until)

    @property
    def was_answered(self) -> bool:
        """Whether the customer answered on any channel."""
        return any(each.outcome == Outcome.ANSWERED for each in self.contacts)


def around(case: Case) -> Situation:
    """The situation of a case that was read together with it."""
    assert case.surroundings is not None  # whoever shows a case has read it (casework/reading.py)
    return case.surroundings


def read_situations(cases: Sequence[Case], *, now: dt.datetime, actor: Actor) -> dict[int, Situation]:
    """The situations of locked or unlocked cases by case id; the same queries for one case and for 500."""
    now = now.astimezone(dt.UTC)
    ids = [case.pk for case in cases]
    policies, calendar = Policies(now), Calendar()
    orders = Order.objects.select_related("buyer").filter(pk__in={case.order_id for case in cases if case.order_id})
    lists: dict[str, Any] = {
        "contacts": ContactAttempt.objects.filter(case__in=ids),
        "evidence": Evidence.objects.filter(case__in=ids),
        "children": Case.objects.filter(parent__in=ids).order_by("id"),
        "deadlines": Deadline.objects.filter(case__in=ids, status__in=Deadline.STANDING),
        "open_tasks": Task.objects.filter(case__in=ids, done_at__isnull=True),
    }
    facts = _facts_of(cases)
    read_together(orders, policies.in_force, *lists.values(), *facts.values())
    order_by_id = {each.pk: each for each in orders}
    parts: dict[str, Any] = {name: _by_case(rows, "parent_id" if name == "children" else "case_id") for name, rows in lists.items()}
    _give_facts(cases, facts)
    more = _parts_of_kinds(cases, actor, now)
    return {
        case.pk: Situation(
            now=now,
            actor=actor,
            shop_id=case.shop_id,
            policies=policies,
            calendar=calendar,
            order=order_by_id.get(case.order_id) if case.order_id else None,
            more=more.get(case.pk, {}),
            **{name: rows[case.pk] for name, rows in parts.items()},
        )
        for case in cases
    }


def _by_case(rows: Iterable[Any], key: str = "case_id") -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _parts_of_kinds(cases: Sequence[Case], actor: Actor, now: dt.datetime) -> dict[int, dict[str, Any]]:
    by_kind: dict[type[Case], list[Case]] = defaultdict(list)
    for case in cases:
        by_kind[type(case)].append(case)
    found: dict[int, dict[str, Any]] = {}
    for parts in answers(*(kind.situation_parts(its_cases, actor, now) for kind, its_cases in by_kind.items())):
        found |= parts
    return found


def _facts_of(cases: Sequence[Case]) -> dict[type[Model], Any]:
    """By table the facts that belong to these cases; several kinds may share one."""
    wanted: dict[type[Model], list[int]] = defaultdict(list)
    for case in cases:
        if case.FACTS is not None:
            wanted[case.FACTS].append(case.pk)
    return {table: table._default_manager.filter(pk__in=ids) for table, ids in wanted.items()}


def _give_facts(cases: Sequence[Case], facts: dict[type[Model], Any]) -> None:
    by_id = {table: {each.pk: each for each in rows} for table, rows in facts.items()}
    for case in cases:
        if case.FACTS is not None:
            case.facts = by_id[case.FACTS].get(case.pk)
