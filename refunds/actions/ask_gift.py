"""Asking for a gift on an order, as the customer wishes (S4.3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.actions.door import door
from casework.actions.open_case import open_on
from casework.effects import Effects
from casework.models import Case
from casework.registry import Subject
from orders.access import Actor
from orders.clock import wall_clock
from orders.persons import redact_for_order
from refunds.actions.on_order import known_fields, order_and_parent
from refunds.kinds.gift import Gift
from refunds.kinds.gift.said import What

ABOUT = {"order", "case"}


def ask_gift(given: Any, *, by: Actor, at: dt.datetime | None = None) -> Case:
    """Open a gift from {order, case, what, pieces, worth, unit_cost}; `case` is the incident that it makes good.

    Raises Malformed naming the field (400), NotFound, NotAllowed, Refused `already_open` (422) where one is open for the order, and
    StepRefused where the chapter of the case wants something else first.
    """
    now = at or wall_clock()
    sent = known_fields(given, ABOUT | set(What.base_fields))
    wish = What.read({name: value for name, value in sent.items() if name not in ABOUT}).cleaned_data
    with door(by, now):
        order, above = order_and_parent(sent, Gift, by)
        what = redact_for_order(wish["what"], order)
        facts = {**wish, "what": what, "askers": [by.person_id]}
        effects = Effects()
        effects.note(gift=f"{what} ×{wish['pieces']}", worth=wish["worth"])
        subject = Subject(f"order:{order.pk}", f"{what} ×{wish['pieces']}", order.shop_id, order.pk, facts)
        return open_on(Gift, subject, by=by, at=now, parent=above.pk if above else None, effects=effects)
