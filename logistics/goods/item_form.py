"""The lines of an order with a number of pieces beside each, as a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from logistics.goods.items import Item
from orders.errors import Malformed
from orders.models import Line


@dataclass(frozen=True)
class ItemForm:
    """The lines, and what is typed beside each."""

    lines: Sequence[Line]
    typed: Mapping[str, str]

    @classmethod
    def begun(cls, lines: Sequence[Line], numbers: Mapping[int, int]) -> ItemForm:
        """A fresh form with these numbers of pieces by line."""
        return cls(lines, {_name(line): str(numbers.get(line.pk) or "") for line in lines})

    @classmethod
    def sent(cls, lines: Sequence[Line], post: Mapping[str, Any]) -> ItemForm:
        """What was typed, as it was typed."""
        return cls(lines, {_name(line): str(post.get(_name(line), "")) for line in lines})

    @property
    def rows(self) -> list[tuple[Line, str, str]]:
        """Line, name of its field, what is typed."""
        return [(line, _name(line), self.typed[_name(line)]) for line in self.lines]

    @property
    def has_several_orders(self) -> bool:
        """Whether the lines are of more than one order, as those of a merged parcel are: then each names its order."""
        return len({line.order_id for line in self.lines}) > 1

    def items(self) -> list[Item]:
        """The pieces; an empty field and zero are none. Raises Malformed for what is no number."""
        return [{"line": line.pk, "quantity": _number(text, name)} for line, name, text in self.rows if text.strip(" 0")]


def _name(line: Line) -> str:
    return f"line-{line.pk}"


def _number(text: str, name: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) < 7):
        raise Malformed(_("This is no number of pieces."), code="bad_quantity", field=name)
    return int(plain)
