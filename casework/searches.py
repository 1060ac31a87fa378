"""Finding cases by what people have in hand: a number of any kind, a buyer, a phone, a word. Waybills are found by logistics, payouts by refunds."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_

from django.db.models import Q

from casework.intake.pasted import folded, only_number
from casework.models import Case, Journal
from casework.models.case import CaseQuerySet
from casework.models.journal import HAS_NOTE
from casework.registry import SEARCHES
from orders.access import Actor
from orders.models import Buyer, Line, Order, PlatformRefund
from orders.pairs import SHORTEST
from orders.vault import phone_indexes, phone_tail_indexes

FULL_NUMBER = re.compile(r"AS-\d{6}-\d{4,}", re.IGNORECASE)
TAIL = re.compile(r"(\d{6}-)?\d{1,6}")
ORDER_BEGINNING = 6
ORDER_TAIL = 4
PHONE = re.compile(r"\+?[\d -]{7,20}")
PHONE_TAIL = re.compile(r"\d{4}")
# A number is no word: it is looked for where such numbers stand.
NUMBER = re.compile(r"[!-~]*\d[!-~]*")
WORDS = 5
# Per way of searching; whoever finds more than this types one digit more.
ENOUGH = 200
LONGEST = 100


def search_text(given: str) -> str:
    """What was typed, as it is searched for: a number as intake reads it, anything else without blanks around it and what the database cannot read."""
    typed = given.replace("\x00", "").strip()[:LONGEST]
    return only_number(typed) or typed


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


def by_platform_refund(text: str, by: Actor) -> CaseQuerySet:
    """The platform's number of a refund, whole: the cases of its order."""
    rows: CaseQuerySet = Case.objects.for_actor(by).order_by("-pk")
    if not (text.isascii() and text.isdigit()):
        return rows.none()
    return rows.filter(order__in=PlatformRefund.objects.for_actor(by).filter(number=text).values("order"))


def by_phone(text: str, by: Actor) -> CaseQuerySet:
    """A whole phone number, or its last four digits among open cases. Both by blind index; no number is decrypted."""
    rows: CaseQuerySet = Case.objects.for_actor(by).order_by("-pk")
    orders = Order.objects.for_actor(by)
    if PHONE_TAIL.fullmatch(text):
        return rows.open().filter(order__in=orders.filter(phone_tail_index__in=phone_tail_indexes(text)))
    whole = phone_indexes(text) if PHONE.fullmatch(text) else []
    return rows.filter(order__in=orders.filter(phone_index__in=whole)) if whole else rows.none()


def by_goods(text: str, by: Actor) -> CaseQuerySet:
    """Words of what was bought: every one stands in the title of one line."""
    rows: CaseQuerySet = Case.objects.for_actor(by).order_by("-pk")
    words = _words(text)
    return (
        rows.filter(order__in=Line.objects.for_actor(by).filter(*(_holds("title", each) for each in words)).values("order"))
        if words
        else rows.none()
    )


def by_note(text: str, by: Actor) -> CaseQuerySet:
    """Words of a note on the case, as everybody may read it: what names a person is not in there."""
    rows: CaseQuerySet = Case.objects.for_actor(by).order_by("-pk")
    words = _words(text)
    noted = Journal.objects.for_actor(by).filter(HAS_NOTE, *(_holds("note", each) for each in words)).order_by()
    return rows.filter(pk__in=noted.values("case")) if words else rows.none()


def _words(text: str) -> list[str]:
    """What is looked for inside texts: nothing for a number, or where any word is shorter than two characters."""
    words = text.split()[:WORDS]
    return [] if NUMBER.fullmatch(text) or any(len(each) < SHORTEST for each in words) else words


def _holds(field: str, word: str) -> Q:
    """As it was typed or in plain letters: titles and notes are kept as they were written."""
    forms = {word, folded(word)}
    return reduce(or_, (Q(**{f"{field}__holds": each}) for each in forms if len(each) >= SHORTEST))


SEARCHES.extend([by_case_number, by_order, by_buyer, by_platform_refund, by_phone, by_goods, by_note])
