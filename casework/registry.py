"""What higher apps put in at start-up: kinds of case and panels. casework itself names none of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from orders.access import Actor
from orders.errors import Malformed, Reason, Text
from orders.together import Reading

if TYPE_CHECKING:
    from casework.models.case import Case
    from casework.task_kinds import TaskKind

KINDS: dict[str, type[Case]] = {}


@dataclass(frozen=True)
class Subject:
    """What a case is about: a key, its label, the order, and the first facts of the owning app."""

    key: str
    label: str
    shop_id: int
    order_id: int | None
    facts: dict[str, Any] = field(default_factory=dict)
    # Other orders that the case holds up as well: they are locked with its own, so that nothing is decided about them meanwhile.
    beside: tuple[int, ...] = ()

    @property
    def orders(self) -> tuple[int, ...]:
        """All orders that are locked while a case about it is opened."""
        return (self.order_id, *self.beside) if self.order_id is not None else self.beside


@dataclass(frozen=True)
class Panel:
    """A part of the case page that a higher app fills. `context` gets (case, actor, now) of a case that was read with its situation, and gives
    what the template wants, or a reading of it (orders/together.py); `form` names the form in it that agents send."""

    name: str
    template: str
    context: Callable[..., Any]
    position: int = 50
    form: str = ""

    def ask(self, case: Case, by: Actor, now: dt.datetime) -> Reading[dict[str, Any]]:
        """What its template wants, to be read with the other parts of the page."""
        context = self.context(case, by, now)
        found: dict[str, Any] = (yield from context) if isinstance(context, Generator) else context
        return {**found, "case": case}


PANELS: list[Panel] = []
# Parts of the printed case that higher apps fill, in their order.
PAPERS: list[Panel] = []


@dataclass(frozen=True)
class NavItem:
    """An entry of the rail: where it leads, who sees it, and the rows that wait there, of which the rail says how many."""

    name: str
    label: Any
    url_name: str
    icon: str
    roles: frozenset[str]
    waiting: Callable[[Actor], QuerySet[Any]] | None = None
    position: int = 50


NAV: list[NavItem] = []
# Pages that the rail has no room for; the palette knows them by their names.
PLACES: list[NavItem] = []

# Questions that kinds ask other roles, by name (casework/task_kinds.py).
TASK_KINDS: dict[str, TaskKind] = {}

# Sentences for the constraints and triggers of the database, by constraint name.
CONSTRAINTS: dict[str, Reason] = {}

# What may be news to the owner of a case (casework/actions/tell_owner.py): code -> words. Apps add theirs at start-up.
NEWS: dict[str, Text] = {"photos": _("Customer sent photos"), "reopened": _("Opened again"), "snooze_over": _("Back from being laid aside")}


@dataclass(frozen=True)
class OwnClock:
    """A deadline that a row of an app has for itself, named PREFIX_ID: how it is called, and the news for the owner when it runs out."""

    label: Text
    news: str


# Forms of the case page beside the steps of whose fields drafts are kept (casework/actions/keep_draft.py). Apps add theirs at start-up.
DRAFTS: dict[str, frozenset[str]] = {
    "note": frozenset({"note"}),
    "contact": frozenset({"channel", "outcome", "note"}),
    "reply": frozenset({"channel", "text"}),
    "reopen": frozenset({"note"}),
}

# By the prefix of their names; they take no step, and the case is back with its owner.
OWN_CLOCKS: dict[str, OwnClock] = {}

# How a kind finds what a new case is about: kind -> (actor, order number, waybill) -> Subject.
SUBJECTS: dict[str, Callable[..., Subject]] = {}

# How facts in the journal are called, and their values: fact name -> casework.wording.FactWord.
FACT_WORDS: dict[str, Any] = {}

# Pages that open a kind of case as a child, or take a step that needs more than a few fields: (case) -> address.
OPEN_PAGES: dict[str, Callable[[Case], str]] = {}
STEP_PAGES: dict[tuple[str, str], Callable[[Case], str]] = {}

# Where else a search text may lead: (text, actor) -> (label, address), or None.
ELSEWHERE: list[Callable[..., tuple[Text, str] | None]] = []


@dataclass(frozen=True)
class Hit:
    """Something of our shops that a piece of a pasted text names: an order, a parcel (with an order that travels in it), or a case."""

    text: str
    # What the piece is, in words: "order number".
    what: Text
    order_id: int | None = None
    # Of a parcel its waybill and its key: two couriers may use one waybill.
    waybill: str = ""
    key: str = ""
    case_id: int | None = None
    # A buyer's name, not a number.
    is_name: bool = False


# What a pasted text may name: (numbers, names, actor) -> hits, in a fixed number of queries (casework/intake/hits.py).
FINDERS: list[Callable[[Collection[str], Collection[str], Actor], list[Hit]]] = []

# What higher apps know of an order that somebody asks about: name -> (order or None, waybill, actor, now) -> anything (casework/likely.py).
SEEN: dict[str, Callable[..., Any]] = {}

# What is taken down when a case is opened by hand (L0.5), beside the order: (subjects) -> facts of each, in a fixed number of queries.
TAKEN_DOWN: list[Callable[[Sequence[Subject]], list[dict[str, Any]]]] = []

# Finds case ids by a search text: (text, actor) -> queryset of Case, filled by the app that owns the thing searched.
SEARCHES: list[Callable[..., Any]] = []


@dataclass(frozen=True)
class Waybills:
    """What the app that knows parcels answers: the waybill of cases by case id, the ids of cases by waybill, and the waybills of an order's parcels."""

    of_cases: Callable[[Collection[int]], dict[int, str]]
    cases_of: Callable[[str], QuerySet[Any]]
    of_order: Callable[[int], list[str]]


WAYBILLS: list[Waybills] = []


# What else has changed on a case since a person last looked, beside its journal: (actor) -> a condition on the case, for the mark of lists.
CHANGES: list[Callable[[Actor], Any]] = []

# What a case has cost with its children, answered by the app that knows money (refunds.books.cost.Cost).
COSTS: list[Callable[[Case], Any]] = []


def own_clock(name: str) -> OwnClock | None:
    """What a deadline of that name is about when a row has it for itself."""
    return OWN_CLOCKS.get(name.partition("_")[0]) if "_" in name else None


def kind_of(name: str) -> type[Case]:
    """The class of a kind. Raises Malformed when there is none."""
    try:
        return KINDS[name]
    except KeyError:
        raise Malformed(_("There is no such kind of case."), code="unknown_kind", field="kind") from None


def add_panel(panel: Panel) -> None:
    """Show a panel on the case page; called from AppConfig.ready."""
    PANELS.append(panel)
    PANELS.sort(key=lambda each: each.position)


def add_nav(item: NavItem) -> None:
    """Show an entry in the rail; called from AppConfig.ready."""
    NAV.append(item)
    NAV.sort(key=lambda each: each.position)


def add_place(item: NavItem) -> None:
    """Let a page be found by its name in the palette; called from AppConfig.ready."""
    PLACES.append(item)
