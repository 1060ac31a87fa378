"""The parts of the case page beside its steps: clocks, contacts, tasks, timeline, order, who may own it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework import clocks
from casework.actions.mention import names_to_write
from casework.models import Case, Channel, ContactAttempt, Deadline, Journal, Task
from casework.reading import CaseView, timeline
from casework.registry import KINDS, OPEN_PAGES, SUBJECTS, TASK_KINDS
from casework.wording import REFUSED, actor_words, clock_label, is_platform, readable, state_label, step_label
from orders.access import Actor
from orders.errors import Reason
from orders.masks import mask_address, mask_name, mask_phone
from orders.models import Order, User
from orders.people import is_one_of, people_of
from orders.persons import person_of
from orders.roles import AGENTS, Role, labels_of
from orders.together import Reading

MEMOS, SAME_ORDER = 5, 10
# So many of each list stand on the page at once; "show all" brings the others.
MOST, EVERYTHING = 20, 2000
T = TypeVar("T")


@dataclass(frozen=True)
class Part(Generic[T]):
    """A list of the page: what is shown of it, and whether there is more."""

    rows: Sequence[T]
    has_more: bool = False


def part_of(rows: Sequence[T], most: int) -> Part[T]:
    """The first of them."""
    return Part(rows[:most], len(rows) > most)


@dataclass(frozen=True)
class ClockLine:
    """A deadline as the head of the page shows it."""

    deadline: Deadline
    label: str
    is_platform: bool
    now: dt.datetime

    @property
    def is_paused(self) -> bool:
        """Whether it stands still."""
        return self.deadline.status == Deadline.Status.PAUSED

    @property
    def is_parked(self) -> bool:
        """Whether it could not fire and waits for a person."""
        return self.deadline.status == Deadline.Status.PARKED

    @property
    def left(self) -> str:
        """What is left, by how much it is over, or what will be left when it runs again."""
        if self.is_paused and self.deadline.left is not None:
            return clocks.length(self.deadline.left)
        return clocks.left(self.deadline.due_at, self.now)

    @property
    def tone(self) -> str:
        """The class: late, soon or nothing."""
        return clocks.tone(self.deadline.due_at, self.now)


def clock_lines(view: CaseView) -> list[ClockLine]:
    """The deadlines that stand, the first to run out first."""
    kind = type(view.case)
    return [ClockLine(each, clock_label(kind, each.kind, view.tasks), is_platform(kind, each), view.at.now) for each in view.deadlines]


@dataclass(frozen=True)
class TaskLine:
    """A task as the page draws it: with its own deadline, and a question with what this person may answer."""

    task: Task
    clock: ClockLine | None
    is_question: bool
    answered: str
    asked: str

    @property
    def title(self) -> str:
        """What is asked, in the reader's language; what is done outside stands in the shop's."""
        kind = TASK_KINDS.get(self.task.kind)
        return str(kind.title) if kind else self.task.title


def task_lines(view: CaseView, most: int) -> list[TaskLine]:
    """The tasks, open ones first; of those that are done the last."""
    lines = {line.deadline.kind: line for line in clock_lines(view)}
    still, done = ([each for each in view.tasks if (each.done_at is not None) is is_done] for is_done in (False, True))
    shown = [*still, *done[max(len(done) + len(still) - most, 0) :]]
    return [_task_line(task, lines.get(task.clock_kind)) for task in shown]


def _task_line(task: Task, clock: ClockLine | None) -> TaskLine:
    kind = TASK_KINDS.get(task.kind)
    return TaskLine(task, clock, kind is not None, kind.label_of(task.answer) if kind else "", labels_of(kind.answered_by) if kind else "")


def contact_table(view: CaseView, most: int) -> list[tuple[Channel, list[ContactAttempt]]]:
    """The last attempts by channel."""
    return [(channel, [each for each in view.at.contacts if each.channel == channel][-most:]) for channel in Channel]


@dataclass(frozen=True)
class Event:
    """An entry of the timeline in words."""

    row: Journal
    label: str
    change: str
    facts: list[str]
    role: str
    mark: str

    @property
    def actor(self) -> str:
        """Who did it: a person's name, or in words the clock or the programme."""
        return actor_words(self.row)


def ask_events(view: CaseView, most: int, *, with_notes: bool = True) -> Reading[tuple[Part[Event], Part[Event]]]:
    """The timeline, newest first, and apart from it what was refused; so many of each. Without notes nothing that somebody wrote stands in it."""
    rows, is_refused = timeline(view.case).order_by("-at", "-pk"), Q(step__startswith=REFUSED)
    told, refused = rows.exclude(is_refused)[: most + 1], rows.filter(is_refused)[: most + 1]
    yield told, refused, view.tasks
    people = User.objects.filter(pk__in={pk for row in told for pk in _owners_in(row)})
    yield (people,)
    owners, kind = {each.pk: each.shown_name for each in people}, type(view.case)
    told_part, refused_part = (
        part_of([_event(kind, row, view.tasks, owners, with_notes) for row in found], most) for found in (told, refused)
    )
    return told_part, refused_part


def _event(kind: type[Case], row: Journal, tasks: Iterable[Task], owners: dict[int, str], with_notes: bool) -> Event:
    moved = row.from_state and row.to_state and row.from_state != row.to_state
    change = f"{state_label(kind, row.from_state)} → {state_label(kind, row.to_state)}" if moved else ""
    if row.step == "assign":
        change = " → ".join(owners.get((part or {}).get("owner") or 0, "–") for part in (row.before, row.after))
    roles = dict(Role.choices)
    said = [*_said(kind, row, tasks, with_notes), *_claimed(row, owners)]
    return Event(row, step_label(kind, row.step), change, said, str(roles.get(row.role, "")), _mark(kind, row))


def _claimed(row: Journal, owners: dict[int, str]) -> list[str]:
    """Who took a case that nobody had by a deed that is about something else."""
    if row.step == "assign":
        return []
    return [str(_("Owner: %(name)s")) % {"name": owners[pk]} for pk in _owners_in(row) if pk in owners]


def _said(kind: type[Case], row: Journal, tasks: Iterable[Task], with_notes: bool) -> list[str]:
    pair = str(_("{label}: {value}"))
    return [pair.format(label=label, value=value) for label, value in readable(kind, row.step, row.facts, tasks, with_notes=with_notes)]


def _mark(kind: type[Case], row: Journal) -> str:
    if row.step == "overdue":
        return "overdue"
    known = kind.STATES if kind.KIND else ()
    return next((str(each.category) for each in known if each == row.to_state), "open")


def _owners_in(row: Journal) -> list[int]:
    return [part["owner"] for part in (row.before, row.after) if part and part.get("owner")]


@dataclass(frozen=True)
class MaskedPerson:
    """What is shown of the person without a reveal; "" where the file held nothing."""

    name: str
    phone: str
    address: str

    @property
    def is_known(self) -> bool:
        """Whether there is anything to reveal."""
        return bool(self.name or self.phone)


def masked(order: Order) -> MaskedPerson:
    """The order's person behind masks (S5.1)."""
    person = person_of(order)
    return MaskedPerson(mask_name(person.name), mask_phone(person.phone), mask_address(order.province, order.city, order.district))


def ask_order(order: Order | None, case: Case, by: Actor) -> Reading[dict[str, Any]]:
    """The order with its lines, memos, masked person, and the other cases about it."""
    if order is None:
        return {"order": None}
    others = Case.objects.for_actor(by).filter(order=order).exclude(pk=case.pk).order_by("-pk")[:SAME_ORDER]
    lines, memos = order.lines.all(), order.memos.order_by("-at", "-pk")[:MEMOS]
    yield others, lines, memos
    return {"order": order, "lines": lines, "memos": memos, "person": masked(order), "same_order": others}


@dataclass(frozen=True)
class Colleagues:
    """The others who see an open case: whom a note can name, and how, and who may be given it (agents and leads of its shop)."""

    named: Sequence[tuple[User, str]]
    takers: Sequence[User]


def ask_colleagues(case: Case, by: Actor) -> Reading[Colleagues]:
    """They, by name; nobody of a closed case."""
    found = people_of([case.shop_id]).annotate(is_taker=is_one_of([case.shop_id], AGENTS)).order_by("first_name", "username")
    if not case.is_open:
        return Colleagues([], [])
    yield (found,)
    takers = [each for each in found if each.is_taker and each.pk != case.owner_id]
    return Colleagues(names_to_write([each for each in found if each.pk != by.user_id]), takers)


@dataclass(frozen=True)
class Remedy:
    """A kind of case that may be opened for this one, or why not."""

    name: str
    label: str
    url: str
    is_allowed: bool
    roles: str
    reasons: list[Reason]
    # Opened with one press, since it needs no form of its own.
    is_here: bool = False


def remedies(view: CaseView, by: Actor) -> list[Remedy]:
    """The remedies of the chapter, in the order in which they are offered, with what the chapter wants first."""
    found, case = [], view.case
    for name in case.remedies_offered() if case.is_open else ():
        kind, page = KINDS[name], OPEN_PAGES.get(name)
        roles = labels_of(kind.OPENED_BY)
        found.append(
            Remedy(
                name,
                str(kind._meta.verbose_name),
                page(case) if page else "",
                by.role_in(case.shop_id) in kind.OPENED_BY,
                roles,
                case.why_no_child(name, view.at),
                not page and name in SUBJECTS,
            )
        )
    return found
