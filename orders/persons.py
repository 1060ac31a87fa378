"""The person of an order: read only where it is needed, and taken out of free text everywhere else."""

from __future__ import annotations

from dataclasses import dataclass

from orders.models.order import Order
from orders.redact import redact
from orders.vault import unseal


@dataclass(frozen=True)
class Person:
    """Name, phone and street in clear. "" where the file had none."""

    name: str
    phone: str
    street: str


def person_of(order: Order) -> Person:
    """The person of an order in clear. Only for a reveal that is journalled, and for taking them out of texts."""
    return Person(unseal(order.name_enc), unseal(order.phone_enc), unseal(order.street_enc))


def redact_for_order(text: str, order: Order | None, *others: Person) -> str:
    """The text with phones, e-mail, identity numbers, and name and street of this order's person and of others as tokens (DESIGN 6)."""
    if not text:
        return ""
    persons = [*others, *([person_of(order)] if order is not None else [])]
    return redact(text, names=[each.name for each in persons if each.name], streets=[each.street for each in persons if each.street])
