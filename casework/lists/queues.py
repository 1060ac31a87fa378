"""Who has to do what: the tabs of the queue, whose turn a case is, and how many there are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models import Case as When_
from django.utils.translation import gettext_lazy as _

from casework.actions.offers import Offer
from casework.clocks import SOON
from casework.models import Case, Channel, ContactAttempt, Journal, Seen, Task
from casework.models.case import CaseQuerySet
from casework.reading import CaseView, list_cases
from casework.registry import CHANGES, KINDS
from casework.workflow import Category, Queue
from orders.access import Actor
from orders.counting import how_many
from orders.errors import Text
from orders.roles import AGENTS, FINANCE, LEADS, PACKERS, roles_named

OVERDUE, TURN, WAITING = range(3)
GROUPS: dict[int, Text] = {OVERDUE: _("Overdue"), TURN: _("Our turn"), WAITING: _("Waiting for others")}
OURS = (Category.OPEN, Category.LEAD)
# A queue is worked by these roles; whoever owns the case, what lies there is theirs to do.
WORKED_BY: dict[str, frozenset[Any]] = {Queue.LEADS: LEADS, Queue.FINANCE: FINANCE, Queue.WAREHOUSE: PACKERS}


@dataclass(frozen=True)
class Tab:
    """A view of the queue."""

    name: str
    label: Text


TABS = (
    Tab("mine", _("Mine")),
    Tab("snoozed", _("Laid aside")),
    Tab("unassigned", _("Unclaimed")),
    Tab("overdue", _("Late")),
    Tab("waiting", _("Waiting")),
    Tab("all", _("All open")),
    Tab("closed", _("Closed cases")),
)
NAMES = tuple(tab.name for tab in TABS)
# Beside the tabs: one's turn in time, what waits in time, and what may be taken next.
TURN_IN_TIME, WAITS_IN_TIME, FREE = "turn", "waits", "free"
# Of these somebody should see from outside how many there are; of the first screen all the more.
COUNTED = (*(name for name in NAMES if name != "closed"), FREE)
OF_TODAY = (*COUNTED, TURN_IN_TIME, WAITS_IN_TIME)


def in_tab(name: str, by: Actor, now: dt.datetime) -> Q:
    """The condition of a tab on the rows of list_cases. Every tab but "closed" holds open cases."""
    still, in_time = Q(closed_at__isnull=True), Q(next_due__gte=now) | Q(next_due__isnull=True)
    others = (Category.CUSTOMER, Category.COURIER, Category.LEAD)
    # Only the one that is asked for is put together: whose turn it is takes a hundred conditions.
    conditions: dict[str, Callable[[], Q]] = {
        "mine": lambda: still & Q(owner=by.user_id) & ~is_snoozed(by, now),
        "snoozed": lambda: still & is_snoozed(by, now),
        "unassigned": lambda: still & Q(owner__isnull=True),
        "overdue": lambda: still & Q(next_due__lt=now),
        "waiting": lambda: still & (Q(category__in=others) | waits_for_a_child()) & ~is_turn(by),
        "all": lambda: still,
        "closed": lambda: Q(closed_at__isnull=False),
        TURN_IN_TIME: lambda: still & in_time & is_turn(by) & ~is_snoozed(by, now),
        WAITS_IN_TIME: lambda: still & in_time & (~is_turn(by) | is_snoozed(by, now)),
        FREE: lambda: still & is_free(),
    }
    return conditions[name]()


def is_free() -> Q:
    """Whether somebody may take the open case next: it lies with the agents, and nobody has it."""
    return Q(owner__isnull=True, queue=Queue.AGENTS)


def is_turn(by: Actor) -> Q:
    """Whether it is this person's turn: own work, free work of agents, a queue that their role works, or news of an own case."""
    agents = Q(queue=Queue.AGENTS) & (Q(owner=by.user_id) | Q(owner__isnull=True) & held_in(by, AGENTS))
    others = [Q(queue=queue) & held_in(by, roles) for queue, roles in WORKED_BY.items()]
    turn = agents
    for each in others:
        turn |= each
    return (Q(category__in=OURS) & ~waits_for_a_child() | is_to_try()) & turn | Q(owner=by.user_id, news_at__isnull=False)


def is_snoozed(by: Actor, now: dt.datetime) -> Q:
    """Whether the person has laid it aside and nothing runs out soon, on the rows of list_cases; whether or not a round has run since.

    For everybody else it stands where it stood: what lies with leads or finance is not theirs to put off.
    """
    return Q(owner=by.user_id, snoozed_until__gt=now) & (Q(next_due__isnull=True) | Q(next_due__gt=now + SOON))


def waits_for_a_child() -> Q:
    """Whether a remedy has the word: the case above it has nothing to do until it ends."""
    waiting = Q(pk__in=[])
    for kind in KINDS.values():
        if kind.WAITS_IN:
            waiting |= Q(kind=kind.KIND, state__in=kind.WAITS_IN)
    return waiting


def is_to_try() -> Q:
    """Whether a channel to the customer was not tried yet: until then nobody waits for the customer."""
    missing = Q(pk__in=[])
    for channel in Channel:
        missing |= Q(~Exists(ContactAttempt.objects.filter(case=OuterRef("pk"), channel=channel)))
    trying = Q(pk__in=[])
    for kind in KINDS.values():
        if kind.TRIES_IN:
            trying |= Q(kind=kind.KIND, state__in=kind.TRIES_IN)
    return trying & missing


def is_for(case: Case, role: str) -> bool:
    """Whether the case lies in a queue that this role works; what lies with agents is everybody's to see to."""
    roles = WORKED_BY.get(case.queue)
    return roles is None or role in roles


def next_offer(view: CaseView, role: str) -> Offer | None:
    """What comes next for this role: the first possible deed of those made for the case's queue, else of all; never an event."""
    if not is_for(view.case, role):
        return None
    allowed = [each for each in view.offers if each.allowed and each.step.comes_next_in(view.case.state)]
    own = [each for each in allowed if each.step.by <= WORKED_BY.get(view.case.queue, frozenset())]
    return next(iter(own or allowed), None)


def next_task(tasks: Sequence[Task], role: str) -> Task | None:
    """The first of the open tasks that this role sees to."""
    return next((each for each in tasks if role in roles_named(each.role) or (each.role in AGENTS and role in AGENTS)), None)


@dataclass(frozen=True)
class Next:
    """The one thing to do next: reach the customer, a task outside, a remedy, or a step; nothing of it while others have the word."""

    contact: str = ""
    remedy: str = ""
    task: Task | None = None
    offer: Offer | None = None

    @property
    def words(self) -> str:
        """What it is, for a list."""
        if self.task is not None:
            return self.task.title
        return self.contact or self.remedy or (str(self.offer.step.label) if self.offer else "")


def what_next(view: CaseView, role: str) -> Next:
    """What this role does next with the case. One answer for page, list and admin."""
    if not view.case.is_open:
        return Next()
    contact = view.case.contact_to_make(view.at)
    if contact:
        return Next(contact=contact)
    pressing = view.case.before_all_else(view.at)
    if pressing and (found := next((each for each in view.offers if each.allowed and each.step.name == pressing), None)):
        return Next(offer=found)
    task = next_task(view.at.open_tasks, role)
    if task is None and view.case.state in view.case.MENDS_IN and role in AGENTS:
        return Next(remedy=view.case.state_label)
    return Next(task=task) if task else Next(offer=next_offer(view, role))


def held_in(by: Actor, roles: frozenset[Any], path: str = "shop") -> Q:
    """The condition "in a shop where the person holds one of the roles"; `path` leads to the shop."""
    shops = by.shop_ids()
    if shops is None:
        held = [shop for shop, role in by.roles.items() if shop is not None and role not in roles]
        everywhere = by.roles.get(None) in roles
        special = [shop for shop, role in by.roles.items() if shop is not None and role in roles]
        return ~Q(**{f"{path}__in": held}) if everywhere and held else Q() if everywhere else Q(**{f"{path}__in": special})
    return Q(**{f"{path}__in": [shop for shop in shops if by.role_in(shop) in roles]})


def last_look(by: Actor) -> Subquery:
    """When the person last looked at the case of a row that belongs to one."""
    return Subquery(Seen.objects.filter(case=OuterRef("case"), user=by.user_id).values("at"))


def is_changed(by: Actor) -> Any:
    """Whether others did something on the case since the person last looked, or something was told of it; nothing is new on one that they never opened."""
    done = Exists(Journal.objects.filter(case=OuterRef("pk"), at__gt=last_look(by)).exclude(actor=by.user_id))
    return ExpressionWrapper(reduce(or_, (each(by) for each in CHANGES), Q(done)), output_field=BooleanField())


def grouped(rows: CaseQuerySet, by: Actor, now: dt.datetime) -> CaseQuerySet:
    """The rows with `bucket`, in the order in which they are worked: overdue, our turn, waiting; what runs out first."""
    bucket = When_(
        When(next_due__lt=now, then=Value(OVERDUE)),
        When(is_snoozed(by, now), then=Value(WAITING)),
        When(is_turn(by), then=Value(TURN)),
        default=Value(WAITING),
        output_field=IntegerField(),
    )
    marked: Any = rows.annotate(bucket=bucket, is_changed=is_changed(by))
    return marked.order_by("bucket", F("next_due").asc(nulls_last=True), "pk")


def counts(by: Actor, now: dt.datetime, names: Sequence[str] = OF_TODAY) -> dict[str, int]:
    """How many cases each tab or group holds, as far as a badge says; one query, each number ended by its limit and not by the shop's size."""
    rows = list_cases(by)
    return how_many({name: rows.filter(in_tab(name, by, now)) for name in names})
