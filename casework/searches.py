"""Finding cases by what people have in hand: case number, order number, buyer. Waybills are found by logistics."""

from __future__ import annotations

import re

from django.db.models import Q

from casework.models import Case
from casework.models.case import CaseQuerySet
from casework.registry import SEARCHES
from orders.access import Actor
from orders.models import Buyer, Order

FULL_NUMBER = re.compile(r"AS-\d{6}-\d{4,}", re.IGNORECASE)
TAIL = re.compile(r"(\d{6}-)?\d{1,6}")
ORDER_BEGINNING = 6
ORDER_TAIL = 4
# Per way of searching; whoever finds more than this types one digit more.
ENOUGH = 200
LONGEST = 100


def search_text(given: str) -> str:
    """What was typed, as it is searched for: no blanks around it, nothing that the database cannot read."""
    return given.replace("\x00", "").strip()[:LONGEST]


def find_ids(text: str, by: Actor) -> set[int]:
    """Ids of the actor's cases that fit the text, closed ones included. As many queries as there are ways of searching."""
    if not text:
        return set()
    return {pk for search in SEARCHES for pk in search(text, by).values_list("pk", flat=True)[:ENOUGH]}


def by_case_number(text: str, by: Actor) -> CaseQuerySet:
    """The whole number, or its last digits (42 and 0042 are the same)."""
    rows: CaseQuerySet = Case.objects.for_actor(by).order_by("-pk")
    if FULL_NUMBER.fullmatch(text):
        return rows.filter(number=text.upper())
    if not TAIL.fullmatch(text):
        return rows.none()
    return rows.filter(number__endswith=text if "-" in text else f"-{text.zfill(4)}")


def by_order(text: str, by: Actor) -> CaseQuerySet:
    """The order number or its beginning; four or five digits are its end, among open cases."""
    rows: CaseQuerySet = Case.objects.for_actor(by).order_by("-pk")
    if not (text.isascii() and text.isdigit()) or len(text) < ORDER_TAIL:
        return rows.none()
    if len(text) < ORDER_BEGINNING:
        return rows.open().filter(order__number__endswith=text)
    return rows.filter(order__in=Order.objects.for_actor(by).filter(number__startswith=text))


def by_buyer(text: str, by: Actor) -> CaseQuerySet:
    """The beginning of the buyer's platform name."""
    rows: CaseQuerySet = Case.objects.for_actor(by).order_by("-pk")
    buyers = Buyer.objects.for_actor(by).filter(Q(nick__startswith=text))
    return rows.filter(order__buyer__in=buyers)


SEARCHES.extend([by_case_number, by_order, by_buyer])
