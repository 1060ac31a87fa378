"""Saying what a difference between our books and the platform's list is: a journalled note, its case, and the booking where one is right."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import text_of
from casework.actions.door import concerns, door
from casework.actions.locks import lock_orders
from casework.models import Case, Journal
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound, Refused, Stale
from orders.models import Order
from orders.persons import redact_for_order
from refunds.actions.book_difference import book_difference
from refunds.books.reconciliation import SETTLERS, Difference, Month, difference
from refunds.models.settlement import Settlement

LONGEST_NOTE = 500


def settle_difference(
    about: str, *, month: Month, seen: tuple[str, str], note: Any, case: Any = "", books: bool = False, by: Actor, at: dt.datetime
) -> Settlement:
    """Settle the difference `about` of a month. `seen` are the amounts there and here as they were shown ("" for none), `case` a case's number.
    With `books` the ledger follows the list; somebody does it who neither asked for money of the order nor paid any.

    Raises NotFound, NotAllowed, Stale (409) when the amounts are others now, Refused (422) when it is settled or not to be booked, Malformed naming the field.
    """
    words = text_of(note, "note", length=LONGEST_NOTE)
    if not words:
        raise Malformed(_("Write what it is."), code="note_required", field="note")
    with door(by, at):
        found = difference(by, month, about)
        if found is None:
            raise NotFound
        concerns(shop_id=found.shop_id, order_id=found.order_id, step="settle_difference")
        if by.role_in(found.shop_id) not in SETTLERS:
            raise NotAllowed
        if seen != amounts_of(found):
            raise Stale
        if found.is_settled:
            raise Refused(_("This is settled already; look at what was said of it."), code="settled_already")
        lock_orders([found.order_id])
        linked = _case(text_of(case, "case", length=20), found, by)
        said = redact_for_order(words, Order.objects.get(pk=found.order_id))
        booked = book_difference(found, by=by, at=at) if books else None
        row = Settlement(order_id=found.order_id, about=about, there=found.there, here=found.here, note=said, books=books, at=at)
        row.case_id, row.by_id = linked.pk if linked else booked, by.person_id
        row.save()
        _keep_record(found, row, by, at)
        return row


def amounts_of(difference: Difference) -> tuple[str, str]:
    """What was shown of a difference, as it is sent back."""
    return tuple("" if each is None else str(each) for each in (difference.there, difference.here))  # type: ignore[return-value]  # two of them


def _case(number: str, found: Difference, by: Actor) -> Case | None:
    if not number:
        return None
    case: Case | None = Case.objects.for_actor(by).filter(number=number, shop=found.shop_id).first()
    if case is None:
        raise Malformed(_("No case of this shop has this number."), code="unknown_case", field="case")
    return case


def _keep_record(found: Difference, row: Settlement, by: Actor, at: dt.datetime) -> None:
    there, here = amounts_of(found)
    booked = {"booked": str(found.amount)} if row.books else {}
    Journal.objects.create(
        at=at,
        shop_id=found.shop_id,
        case_id=row.case_id or found.case_id,
        object_type="difference",
        object_id=row.about,
        step="settle_difference",
        actor_id=by.user_id,
        actor_name=by.name,
        role=by.role_in(found.shop_id),
        channel=by.channel,
        facts={"platform_request": found.number, "there": there, "here": here, "found": found.kind.value} | booked,
        note=row.note,
        request_id=by.request_id,
    )
