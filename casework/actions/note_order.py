"""What is settled at once needs no case, only a note (L0.5): on the order, with who and when, for whoever meets this buyer again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import text_of
from casework.actions.door import door
from casework.models import Journal, JournalText
from casework.notes import NOTE, OF_ORDER
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, NotAllowed, NotFound
from orders.models import Order
from orders.persons import redact_for_order
from orders.roles import STAFF
from orders.vault import seal


def note_order(order_id: int, *, note: Any, by: Actor, at: dt.datetime | None = None) -> Journal:
    """Keep a note on the order: a journal row, redacted for reading, the original encrypted beside it.

    Raises Malformed when it is empty or too long, NotFound outside the actor's shops, NotAllowed for the role.
    """
    now = at or wall_clock()
    text = text_of(note, "note")
    if not text:
        raise Malformed(_("Write something."), code="note_required", field="note")
    with door(by, now):
        order: Order | None = Order.objects.for_actor(by).filter(pk=order_id).first()
        if order is None:
            raise NotFound(_("No order has this number."), field="order")
        if by.role_in(order.shop_id) not in STAFF:
            refusal = NotAllowed()
            refusal.about = {"shop_id": order.shop_id, "order_id": order.pk, "step": NOTE}
            raise refusal
        row = Journal.objects.create(
            at=now,
            shop_id=order.shop_id,
            object_type=OF_ORDER,
            object_id=str(order.pk),
            step=NOTE,
            actor_id=by.user_id,
            actor_name=by.name,
            role=by.role_in(order.shop_id),
            channel=by.channel,
            note=redact_for_order(text, order),
            request_id=by.request_id,
        )
        JournalText.objects.create(journal_id=row.pk, ciphertext=seal(text))
    return row
