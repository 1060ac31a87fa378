"""A row of an item list: one line of an order."""

from __future__ import annotations

from orders.files.cells import BadCell, clean, fen, identifier, references, refunded, text, whole, yes_or_no, yuan
from orders.files.statuses import RANKS, REFUNDED, order_status
from orders.imports.source import Rows, array, shop_time, times_in_order


class ItemRows(Rows):
    """Item lists A, B and C, and lists with a row for each sold line.

    List A and the latter have neither sub-order number nor paid amount: both stay empty and are found by SQL.
    """

    columns = ("sub_number", "status", "rank", "quantity", "price", "paid", "refund", "refund_status", "cost", "made_to_order",
               "title", "sku", "merchant_code", "shipped_at", "ship_by", "waybills", "courier")  # fmt: skip

    def read(self, cells: list[str]) -> tuple[str, bytes, list[object]]:
        """Order number, digest and values. Raises BadCell."""
        places = self.source.layout.places
        number = identifier(cells[places["number"]], "number")
        sub_number = identifier(cells[places["line"]], "line") if "line" in places else None
        status = order_status(cells[places["status"]], "status")
        quantity, price = whole(cells[places["quantity"]], "quantity"), fen(cells[places["price"]], "price")
        paid = self._paid(cells, price * quantity)
        refund = self._refund(cells, paid)
        times = [self.time(cells, name) for name in ("ordered_at", "paid_at", "shipped_at", "ship_by")]
        times_in_order([("ordered_at", times[0]), ("paid_at", times[1]), ("shipped_at", times[2])])
        money = [None if amount is None else yuan(amount) for amount in (price, paid, refund)]
        cost, made = self.maybe(cells, "cost", fen), self.cell(cells, "made_to_order")
        values: list[object] = [
            sub_number, status, RANKS[status], quantity, *money, self._text(cells, "refund_status", 60),
            None if cost is None else yuan(cost), None if made is None else yes_or_no(made),
            self._text(cells, "title", 500), self._text(cells, "sku", 500), self._merchant_code(cells), *map(shop_time, times[2:]),
            self._waybills(cells), self._text(cells, "courier", 64),
        ]  # fmt: skip
        return number, self.source.key.digest(None if value is None else str(value) for value in values), values

    def _paid(self, cells: list[str], listed: int) -> int | None:
        """What was paid for the line, None where the file does not say. It is at most price times quantity, and what was due."""
        paid, due = self.maybe(cells, "paid", fen), self.maybe(cells, "due", fen)
        most = listed if due is None else min(listed, due)
        if paid is not None and paid > most:
            raise BadCell("amounts_contradict", "paid", yuan(paid), why="paid_above_due", paid=yuan(paid), due=yuan(most))
        return paid

    def _refund(self, cells: list[str], paid: int | None) -> int | None:
        """What the platform gave back for the line: only a refund that succeeded counts."""
        status, raw = self.cell(cells, "refund_status"), self.cell(cells, "refund")
        if status is None or raw is None:
            return None
        if clean(status) != REFUNDED or not clean(raw):
            return 0
        refund = refunded(raw, "refund")
        if refund > (paid or 0):
            raise BadCell("amounts_contradict", "refund", yuan(refund), why="refund_above_paid", refund=yuan(refund), paid=yuan(paid or 0))
        return refund

    def _waybills(self, cells: list[str]) -> str | None:
        raw = self.cell(cells, "waybills")
        return None if raw is None else array(references(raw, "waybills"))

    def _merchant_code(self, cells: list[str]) -> str | None:
        return self._text(cells, "merchant_code", 100) or self._text(cells, "outer_code", 100)

    def _text(self, cells: list[str], name: str, longest: int) -> str | None:
        raw = self.cell(cells, name)
        return raw if not raw else text(raw, name, longest)
