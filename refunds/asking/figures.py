"""An order's money as a request sees it: per line and in all what was paid, went back, is set aside, is asked, is left."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from orders.models import Line, Order
from refunds.models.request import Request

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Row:
    """Yuan of one line, of the postage (no line), or of the whole order. `reserved` is what other requests set aside."""

    title: str
    line: Line | None
    quantity: int | None
    paid: Decimal
    refunded: Decimal
    reserved: Decimal
    asked: Decimal

    @property
    def room(self) -> Decimal:
        """What may be asked for here, with nothing asked yet."""
        return self.paid - self.refunded - self.reserved

    @property
    def left(self) -> Decimal:
        """What is left when this is granted."""
        return self.room - self.asked


@dataclass(frozen=True)
class Figures:
    """The rows of an order's lines, its postage if it has any, and the order in all."""

    lines: list[Row]
    freight: Row
    total: Row

    @property
    def rows(self) -> list[Row]:
        """Lines, and the postage where some was paid."""
        return [*self.lines, self.freight] if self.freight.paid else self.lines

    def asking(self, lines: Mapping[int, Decimal], freight: Decimal) -> Figures:
        """The same money when so many yuan are asked by line id, and of the postage."""
        rows = [replace(row, asked=lines.get(row.line.pk, ZERO)) for row in self.lines if row.line]
        asked = sum((row.asked for row in rows), freight)
        return Figures(rows, replace(self.freight, asked=freight), replace(self.total, asked=asked))

    @property
    def parts(self) -> list[tuple[str, Decimal, Decimal]]:
        """What was paid as parts of a bar: (name, yuan, where it begins)."""
        total, begin, parts = self.total, ZERO, []
        for name, amount in [("refunded", total.refunded), ("reserved", total.reserved), ("asked", total.asked), ("left", total.left)]:
            parts.append((name, amount, begin))
            begin += amount
        return parts


def asked_of(request: Request) -> dict[int, Decimal]:
    """What a request asks by line id."""
    return {each["line"]: Decimal(each["amount"]) for each in request.lines}


def figures_of(order: Order, lines: Iterable[Line], request: Request | None = None, *, set_aside: bool = True) -> Figures:
    """The figures of an order, with what a request asks. `set_aside` says that the counters hold the request's money already."""
    asked: Mapping[int, Decimal] = asked_of(request) if request else {}
    freight, amount = (request.freight, request.of_order) if request else (ZERO, ZERO)
    own = 1 if request is not None and set_aside else 0
    rows = [_row(each.title or each.number, each, each, asked.get(each.pk, ZERO), own) for each in lines]
    postage = Row("", None, None, order.freight_paid, order.freight_refunded, order.freight_reserved - own * freight, freight)
    return Figures(rows, postage, _row("", None, order, amount, own, sum(each.quantity or 0 for each in rows)))


def _row(title: str, line: Line | None, counted: Line | Order, asked: Decimal, own: int, quantity: int | None = None) -> Row:
    quantity = line.quantity if line else quantity
    return Row(title, line, quantity, counted.paid, counted.gone, counted.reserved - own * asked, asked)


def totals_of(order: Order, lines: Iterable[Line]) -> dict[str, Any]:
    """Yuan of the order, its postage and each line as a program reads them, every open request counted as set aside."""
    found = figures_of(order, lines)
    return {
        "order": _as_text(found.total) | {"approved": str(order.approved_total)},
        "freight": _as_text(found.freight),
        "lines": {str(row.line.pk): _as_text(row) for row in found.lines if row.line},
    }


def _as_text(row: Row) -> dict[str, str]:
    return {name: str(getattr(row, name)) for name in ("paid", "refunded", "reserved", "left")}


def seen_of(order: Order, lines: Iterable[Line]) -> str:
    """A mark of the order's money as it was shown: another one means that the page is out of date (M11)."""
    counted: list[Any] = [order.approved_total, order.freight_paid, order.freight_reserved, order.freight_refunded]
    parts: list[Order | Line] = [order, *sorted(lines, key=lambda line: line.pk)]
    for each in parts:
        counted += [each.pk, each.paid, each.reserved, each.refunded, each.platform_refunded, each.platform_decided]
    return hashlib.sha256("|".join(map(str, counted)).encode()).hexdigest()[:32]
