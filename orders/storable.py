"""What a column can hold, and no more: one measure for addresses, forms and bodies, so that nothing else gets as far as the database."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed

BIGGEST = 2**63 - 1
LONGEST_NAME = 80
# As many digits always fit into the column of an id.
LONGEST_ID = 18


def is_text(text: str) -> bool:
    """Whether it can be stored. Half of a surrogate pair is no character; the database takes neither it nor NUL."""
    return "\x00" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def is_number(number: float) -> bool:
    """Whether it has 64 bits at most. NaN is not below anything."""
    return abs(number) <= BIGGEST


def is_id(value: Any) -> bool:
    """Whether it can be the id of a row."""
    return type(value) is int and 0 < value <= BIGGEST


def whole(text: str, longest: int = LONGEST_ID) -> int | None:
    """The number that plain digits write, `longest` of them at most; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= longest else None


def refuse_unstorable(given: QueryDict) -> None:
    """Raise Malformed for a name or a value of an address or a form that cannot be stored, naming the field."""
    for name, values in given.lists():
        if not all(isinstance(each, str) and is_text(each) for each in (name, *values)):
            raise unstorable(name)


def unstorable(place: str) -> Malformed:
    """The refusal of what stands at a place."""
    return Malformed(_("This value cannot be stored."), code="bad_value", field=shown(place))


def shown(place: str) -> str:
    """The name of a field as it may be shown: short, and without what could not be stored."""
    return place[:LONGEST_NAME].encode(errors="replace").decode().replace("\x00", "?")
