"""A row of a courier's statement: what it pays for one waybill."""

from __future__ import annotations

from logistics.imports.weight_rows import waybill
from orders.files.cells import BadCell, clean, fen, reference, text, yuan
from orders.imports.source import Rows

LONGEST = 64


class StatementRows(Rows):
    """Statements. What a row is about (`key`) is its waybill with amount, day and the courier's number.

    A bill has a row for every parcel; most pay nothing and are read as 0.
    """

    columns = ("key", "orders", "waybill", "courier", "courier_id", "amount", "paid_on", "reference")

    def read(self, cells: list[str]) -> tuple[None, bytes, list[object]]:
        """Digest and values; no order number. Raises BadCell."""
        number = self._waybill(cells)
        amount = yuan(self._amount(cells))
        paid_on = (self.time(cells, "paid_on") or "")[:10] or None
        told = self.maybe(cells, "reference", lambda raw, field: reference(raw, field, LONGEST)) or ""
        courier = self.maybe(cells, "courier", lambda raw, field: text(raw, field, LONGEST)) or ""
        key = f"{number} {amount} {paid_on or ''} {told}"
        values: list[object] = [key, "{}", number, courier, self._courier_id, amount, paid_on, told]
        return None, self.source.key.digest([key]), values

    @property
    def _courier_id(self) -> str | None:
        """Whose statement it is, where the shop has told that courier's columns."""
        return self.source.layout.vintage.removeprefix("-") or None

    def _waybill(self, cells: list[str]) -> str:
        raw = cells[self.source.layout.places["waybill"]]
        if not clean(raw):
            raise BadCell("missing_value", "waybill")
        return waybill(raw, "waybill")

    def _amount(self, cells: list[str]) -> int:
        """Fen, 0 where nothing was paid. The sign is that of this courier's statements, or the row waits."""
        value = clean(cells[self.source.layout.places["amount"]])
        signless = value.removeprefix("-").removeprefix("−")
        amount = fen(signless, "amount") if value else 0
        if amount and (signless != value) != self.source.layout.vintage.startswith("-"):
            raise BadCell("claim_sign", "amount", value)
        return amount
