"""The variables of reply scripts: a closed list, each with where it comes from and where it is entered when it is missing.

Higher apps add theirs at start-up (`register`); docs/handbook/README.md shows the list, printed from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.models import Case
from casework.situation import Situation
from orders.access import Actor
from orders.errors import Text
from orders.masks import is_masked, mask_address, mask_name, mask_phone
from orders.models import Line, Order
from orders.persons import Person, person_of

# So many titles are named; the rest is counted.
TITLES = 3


@dataclass
class Told:
    """Whom a reply is about: the case as it stands, who writes, and the person in clear once they were revealed."""

    case: Case
    at: Situation
    by: Actor
    person: Person | None = None
    # What higher apps have looked up already, by their own names.
    known: dict[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> Order | None:
        """The order."""
        return self.at.order

    @cached_property
    def lines(self) -> list[Line]:
        """Its lines; one query."""
        return list(self.order.lines.all()) if self.order else []

    @cached_property
    def masked(self) -> Person:
        """The person behind masks."""
        if self.order is None:
            return Person("", "", "")
        known = known_of(person_of(self.order))
        street = mask_address(self.order.province, self.order.city, self.order.district) if known.street else ""
        return Person(mask_name(known.name), mask_phone(known.phone), street)


def known_of(person: Person) -> Person:
    """The person without what the platform had masked before it reached us: nobody can be written to by stars."""
    return Person(*("" if is_masked(each) else each for each in (person.name, person.phone, person.street)))


@dataclass(frozen=True)
class Variable:
    """One variable: `read` answers "" where the case does not know it. `name` is stable, `label` what leads write in their language."""

    name: str
    label: Text
    source: Text
    enter: Text
    read: Callable[[Told], str]
    is_personal: bool = False


VARIABLES: dict[str, Variable] = {}


def register(*variables: Variable) -> None:
    """Make variables known; called when an app is loaded."""
    VARIABLES.update({each.name: each for each in variables})


def moment(at: dt.datetime | None) -> str:
    """Day and time as the shop's clocks show it; "" for none."""
    return f"{at.astimezone(SHOP_TIME):%Y-%m-%d %H:%M}" if at else ""


def chapter_text(case: Case, at: Situation) -> str:
    """What the chapter says at this state, in the shop's language; "" where it says nothing, and once the case is closed."""
    with translation.override(settings.LANGUAGE_CODE):
        return case.contact_message(at) if case.is_open else ""


def goods_of(told: Told) -> str:
    """The first titles of the order."""
    titles = list(dict.fromkeys(each.title for each in told.lines if each.title))
    if len(titles) > TITLES:
        return str(_("{titles} and {more} more")).format(titles="、".join(titles[:TITLES]), more=len(titles) - TITLES)
    return "、".join(titles)


def next_due(told: Told) -> str:
    """What runs out first on the case."""
    return moment(min((each.due_at for each in told.at.deadlines if each.status == each.Status.OPEN), default=None))


def _of_order(read: Callable[[Order], str]) -> Callable[[Told], str]:
    return lambda told: read(told.order) if told.order is not None else ""


def _personal(name: str) -> Callable[[Told], str]:
    return lambda told: str(getattr(known_of(told.person) if told.person else told.masked, name))


def _address(told: Told) -> str:
    """Where it goes: province, city and district with the street once that was revealed."""
    street = _personal("street")(told)
    if told.person is None or told.order is None or not street:
        return street
    return "".join((told.order.province, told.order.city, told.order.district, street))


IMPORTED = _("It comes with the order list: take in the list that has this order.")
PERSON = _("The platform's file did not hold it: ask the customer in the chat, and write it by hand.")
ORDER_ROW = _("the order, as taken in")
REVEALED = _("the order's person, after a reveal with a reason")

register(
    Variable("buyer", _("buyer"), ORDER_ROW, IMPORTED, _of_order(lambda order: order.buyer.nick if order.buyer else "")),
    Variable("order", _("order number"), ORDER_ROW, IMPORTED, _of_order(lambda order: order.number)),
    Variable("goods", _("goods"), _("titles of the order's lines"), IMPORTED, goods_of),
    Variable("paid", _("amount paid"), ORDER_ROW, IMPORTED, _of_order(lambda order: f"{order.paid:.2f}")),
    Variable("paid_at", _("paid at"), ORDER_ROW, IMPORTED, _of_order(lambda order: moment(order.paid_at))),
    Variable("shipped_at", _("shipped at"), ORDER_ROW, IMPORTED, _of_order(lambda order: moment(order.shipped_at))),
    Variable(
        "confirms_at",
        _("confirms itself at"),
        _("the order's auto-confirm date"),
        IMPORTED,
        _of_order(lambda order: moment(order.auto_confirm_at)),
    ),
    Variable("shop", _("shop"), _("the shop of the case"), _("Name the shop in the admin, under shops."), lambda told: told.case.shop.name),
    Variable("case", _("case number"), _("the case"), "", lambda told: told.case.number),
    Variable("what", _("what it is about"), _("the parcel or order that the case is about"), "", lambda told: told.case.subject_label),
    Variable("handler", _("handler"), _("who writes the reply"), _("Fill in your name in the admin."), lambda told: told.by.name),
    Variable("today", _("today's date"), _("the shop's clock"), "", lambda told: f"{told.at.now.astimezone(SHOP_TIME):%Y-%m-%d}"),
    Variable(
        "deadline",
        _("deadline"),
        _("the deadline of the case that runs out first"),
        _("No deadline runs on this case: write the time by hand, and record it as a promise."),
        next_due,
    ),
    Variable(
        "chapter",
        _("what the chapter says"),
        _("the text of the handbook's chapter at this state"),
        _("The chapter says nothing in this state: choose another script."),
        lambda told: chapter_text(told.case, told.at),
    ),
    Variable("recipient", _("recipient"), REVEALED, PERSON, _personal("name"), is_personal=True),
    Variable("phone", _("recipient's phone"), REVEALED, PERSON, _personal("phone"), is_personal=True),
    Variable("address", _("recipient's address"), REVEALED, PERSON, _address, is_personal=True),
)
