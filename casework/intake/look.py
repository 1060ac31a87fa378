"""Looking at what was pasted: the order it is about, or what to choose from, and the kinds of case in their likely order. Changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from casework.intake.hits import Choice, Found, find
from casework.likely import Ranked, Seen, rank
from casework.models import Case
from casework.registry import KINDS, SEEN, SUBJECTS, WAYBILLS, Subject
from orders.access import Actor
from orders.errors import DeskError, NotAllowed
from orders.models import Order

Pick = tuple[int | None, str]


@dataclass(frozen=True)
class Option:
    """Something to choose: an order or one of its parcels, as people tell them apart."""

    choice: Choice
    order: Order | None

    @property
    def key(self) -> str:
        """How the page and the API name it."""
        return f"{self.choice.order_id or ''}:{self.choice.waybill}"


@dataclass(frozen=True)
class Opening:
    """A kind that may be opened: how likely it is and why, the open case that there is already, or why it cannot be opened here."""

    ranked: Ranked
    existing: Case | None = None
    error: DeskError | None = None

    @property
    def kind(self) -> type[Case]:
        """The kind."""
        return self.ranked.kind

    @property
    def label(self) -> str:
        """Its name."""
        return str(self.kind._meta.verbose_name)

    @property
    def can_be_opened(self) -> bool:
        """Whether there is nothing against it."""
        return self.existing is None and self.error is None


@dataclass(frozen=True)
class Look:
    """What a text comes to: what was understood and what not; options while it is not clear what is meant, else the order and the kinds."""

    found: Found
    options: list[Option] = field(default_factory=list)
    picked: Option | None = None
    openings: list[Opening] = field(default_factory=list)

    @property
    def order(self) -> Order | None:
        """The order that is meant."""
        return self.picked.order if self.picked else None

    @property
    def is_several(self) -> bool:
        """Whether several numbers lead to different things, so that a case for each may be meant."""
        return self.picked is None and len({each.choice.texts for each in self.options}) > 1


def look(text: str, *, by: Actor, now: dt.datetime, pick: str = "") -> Look:
    """What the text comes to for this reader. `pick` is the key of the option that was chosen. Raises Malformed as read_pasted does."""
    found = find(text, by)
    choices = _with_parcels(found.choices, pick)
    orders = Order.objects.for_actor(by).select_related("shop", "buyer").in_bulk({each.order_id for each in choices if each.order_id})
    options = [Option(each, orders.get(each.order_id or 0)) for each in choices]
    picked = options[0] if len(options) == 1 else next((each for each in options if pick and each.key == pick), None)
    if picked is None:
        return Look(found, options)
    return Look(found, options, picked, openings(picked.order, picked.choice.waybill, by=by, now=now))


def _with_parcels(choices: Sequence[Choice], pick: str) -> list[Choice]:
    """The choices; an order that travels in several parcels is as many, where nothing else is to be chosen, and itself."""
    meant = [each for each in choices if len(choices) == 1 or (pick and pick.partition(":")[0] == str(each.order_id or ""))]
    if len(meant) != 1 or meant[0].waybill or meant[0].order_id is None:
        return list(choices)
    waybills = [waybill for each in WAYBILLS for waybill in each.of_order(meant[0].order_id)]
    parcels = [Choice(meant[0].order_id, waybill, meant[0].texts) for waybill in waybills]
    if len(parcels) < 2:
        return list(choices)
    return [*parcels, *choices]


def openings(order: Order | None, waybill: str, *, by: Actor, now: dt.datetime) -> list[Opening]:
    """Every kind that this reader opens by hand, the likeliest first, each with what stands against it. A fixed number of queries a rule of subjects."""
    seen = Seen(now, order, waybill, {name: ask(order, waybill, by, now) for name, ask in SEEN.items()})
    kinds = [kind for name, kind in KINDS.items() if name in SUBJECTS and by.has_role(frozenset(kind.OPENED_BY))]
    subjects = _subjects(kinds, order, waybill, by)
    keys = {each.key for each in subjects.values() if isinstance(each, Subject)}
    open_cases = {
        (each.kind, each.subject): each for each in Case.objects.for_actor(by).open().filter(subject__in=keys).select_related("owner")
    }
    return [_opening(each, subjects[each.kind.KIND], open_cases, by) for each in rank(kinds, seen)]


def _subjects(kinds: Iterable[type[Case]], order: Order | None, waybill: str, by: Actor) -> dict[str, Subject | DeskError]:
    """What each kind would be about; kinds with one way to find it ask once."""
    asked: dict[int, Subject | DeskError] = {}
    found = {}
    for kind in kinds:
        find_subject = SUBJECTS[kind.KIND]
        if id(find_subject) not in asked:
            asked[id(find_subject)] = _subject(find_subject, by, order.number if order else "", waybill)
        found[kind.KIND] = asked[id(find_subject)]
    return found


def _subject(find_subject: Callable[..., Subject], by: Actor, order: str, waybill: str) -> Subject | DeskError:
    try:
        return find_subject(by, order, waybill)
    except DeskError as error:
        return error


def _opening(ranked: Ranked, subject: Subject | DeskError, open_cases: dict[tuple[str, str], Any], by: Actor) -> Opening:
    if isinstance(subject, DeskError):
        return Opening(ranked, error=subject)
    if by.is_person and by.role_in(subject.shop_id) not in ranked.kind.OPENED_BY:
        return Opening(ranked, error=NotAllowed())
    return Opening(ranked, open_cases.get((ranked.kind.KIND, subject.key)))
