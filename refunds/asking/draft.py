"""A wish that is still being written: any part may be missing, and what is there is read as strictly as a whole one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed
from orders.models import Line
from refunds.asking.figures import ZERO, asked_of
from refunds.models import Request
from refunds.money import yuan

MOST_LINES = 500


@dataclass(frozen=True)
class Draft:
    """Yuan by line id, and pieces where no amount is named for them yet; yuan of postage and beyond the order; why, as far as it was said."""

    lines: Mapping[int, Decimal] = field(default_factory=dict)
    pieces: Mapping[int, int] = field(default_factory=dict)
    freight: Decimal = ZERO
    beyond: Decimal = ZERO
    beyond_kind: str = ""
    reason: str = ""
    ground: str = ""

    @classmethod
    def of(cls, request: Request) -> Draft:
        """What a request asks for."""
        return cls(
            lines=asked_of(request),
            freight=request.freight,
            beyond=request.beyond,
            beyond_kind=request.beyond_kind,
            reason=request.reason,
            ground=request.ground,
        )


def read_draft(given: Mapping[str, Any], lines: Mapping[int, Line]) -> Draft:
    """Read {reason, ground, lines: [{line, amount or pieces}], freight, beyond} of an order with these lines. Raises Malformed naming the field."""
    amounts, pieces = {}, {}
    for number, each in enumerate(_rows(given.get("lines"))):
        name, line = f"lines.{number}", _line(each.get("line"), lines, f"lines.{number}.line")
        if line.pk in amounts or line.pk in pieces:
            raise Malformed(_("This line is unknown or named twice."), code="bad_line", field=f"{name}.line")
        if each.get("pieces") is not None:
            pieces[line.pk] = read_pieces(each["pieces"], line, f"{name}.pieces")
        if each.get("amount") is not None:
            amounts[line.pk] = yuan(each["amount"], f"{name}.amount", zero=True)
    beyond = given.get("beyond") or {}
    return Draft(
        lines=amounts,
        pieces=pieces,
        freight=yuan(given.get("freight") or "0", "freight", zero=True),
        beyond=yuan(beyond.get("amount", "0"), "beyond.amount", zero=True),
        beyond_kind=beyond.get("kind", ""),
        reason=given.get("reason") or "",
        ground=given.get("ground") or "",
    )


def read_pieces(value: Any, line: Line, field: str) -> int:
    """So many pieces of a line: a whole number, at most what was bought. Raises Malformed `bad_pieces` naming the field."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= line.quantity:
        text = str(_("A whole number of pieces, at most {quantity}.")).format(quantity=line.quantity)
        raise Malformed(text, code="bad_pieces", field=field)
    return value


def _rows(value: Any) -> list[Mapping[str, Any]]:
    if value is None:
        return []
    if len(value) > MOST_LINES:
        raise Malformed(_("Lines are a list of line and amount."), code="bad_value", field="lines")
    return list(value)


def _line(value: Any, lines: Mapping[int, Line], name: str) -> Line:
    if value not in lines:
        raise Malformed(_("This line is not of this order."), code="bad_line", field=name)
    return lines[value]
