"""A row of the platform's refund list (FORMATS 1.6)."""

from __future__ import annotations

from orders.files.cells import BadCell, clean, fen, identifier, reference, text, yuan
from orders.files.statuses import REFUND_STATUSES, folded, refund_status
from orders.imports.order_rows import nick_of
from orders.imports.source import Rows, shop_time, times_in_order
from orders.redact import redact

FORCED = "系统退款"
PHASES = {"售中": "onsale", "售后": "aftersale"}
WITH_RETURN, MONEY_ONLY = "退货退款", "仅退款"
RETURN = {"是": WITH_RETURN, "否": MONEY_ONLY}


class RefundRows(Rows):
    """Refund lists, old and 2026. The platform's own deadline (超时时间) is taken as it is."""

    columns = ("refund_number", "status", "amount", "is_open", "is_paid", "forced", "after_sale_type", "phase", "reason", "title",
               "return_waybill", "requested_at", "deadline_at", "evidence_deadline_at", "finished_at", "nick")  # fmt: skip

    def read(self, cells: list[str]) -> tuple[str, bytes, list[object]]:
        """Order number, digest and values. Raises BadCell."""
        places = self.source.layout.places
        number, refund = identifier(cells[places["number"]], "number"), identifier(cells[places["refund"]], "refund")
        status = refund_status(cells[places["status"]], "status")
        is_open, is_paid = REFUND_STATUSES[folded(status)]
        amount, paid = fen(cells[places["amount"]], "amount"), self.maybe(cells, "paid", fen)
        if paid is not None and amount > paid:
            raise BadCell("amounts_contradict", "amount", yuan(amount), why="refund_above_paid", refund=yuan(amount), paid=yuan(paid))
        values: list[object] = [
            refund, status, yuan(amount), is_open, is_paid, self._plain(cells, "forced") == FORCED, self._type(cells),
            PHASES.get(self._plain(cells, "phase"), ""), redact(self._plain(cells, "reason", 300))[:300], self._plain(cells, "title", 500),
            self.maybe(cells, "return_waybill", reference) or "", *self._times(cells), self._nick(cells),
        ]  # fmt: skip
        return number, self.source.key.digest(None if value is None else str(value) for value in values), values

    def _times(self, cells: list[str]) -> list[str | None]:
        requested, deadline, closed, finished = (
            self.time(cells, name) for name in ("requested_at", "deadline_at", "closed_at", "finished_at")
        )
        times_in_order([("requested_at", requested), ("closed_at", closed), ("finished_at", finished)])
        return [shop_time(time) for time in (requested, deadline, self._evidence_at(cells), closed or finished)]

    def _nick(self, cells: list[str]) -> str | None:
        return nick_of(self._plain(cells, "nick", 100)) or None

    def _type(self, cells: list[str]) -> str:
        """With return of goods or without: 是 and 否 in the old list, words in the new one."""
        told = self._plain(cells, "return_wanted", 60)
        return RETURN.get(told, told)

    def _plain(self, cells: list[str], name: str, longest: int = 60) -> str:
        raw = self.cell(cells, name)
        return text(raw, name, longest) if raw else ""

    def _evidence_at(self, cells: list[str]) -> str | None:
        """举证超时 holds a time, or a word where there is none."""
        raw = self.cell(cells, "evidence_at")
        return self.time(cells, "evidence_at") if raw and clean(raw)[:1].isdigit() else None
