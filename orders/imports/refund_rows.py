"""A row of the platform's refund list (FORMATS 1.6), or a refund as the open platform answers it (FORMATS 2.3)."""

from __future__ import annotations

import datetime as dt

from orders.files.cells import BadCell, clean, fen, identifier, moment, reference, text, yuan
from orders.files.statuses import REFUND_STATUSES, folded, refund_status
from orders.files.table import SHOP_TIME
from orders.imports.order_rows import nick_of
from orders.imports.source import Rows, shop_time, times_in_order
from orders.redact import redact

FORCED = "系统退款"
PHASES = {"售中": "onsale", "售后": "aftersale"}
WITH_RETURN, MONEY_ONLY = "退货退款", "仅退款"
RETURN = {"是": WITH_RETURN, "否": MONEY_ONLY}
# What 客服介入状态 says where the platform has not stepped in.
NOT_STEPPED_IN = {"", "未介入", "无", "否", "不需介入", "不需客服介入", "无需介入"}
# 责任方 in the ledger's terms; any other word decides nothing.
PARTIES = {
    "买家": "customer",
    "卖家": "shop",
    "商家": "shop",
    "快递": "courier",
    "物流": "courier",
    "物流公司": "courier",
    "平台": "platform",
}


class RefundRows(Rows):
    """Refund lists, old and 2026, and the open platform's answers. The platform's own deadline (超时时间) is taken as it is."""

    columns = ("refund_number", "status", "amount", "is_open", "is_paid", "forced", "after_sale_type", "phase", "reason", "title",
               "return_waybill", "requested_at", "deadline_at", "evidence_deadline_at", "finished_at", "nick",
               "intervention", "party", "version", "sub_number", "tells_deadline", "tells_evidence")  # fmt: skip

    def read(self, cells: list[str]) -> tuple[str, bytes, list[object]]:
        """Order number, digest and values; None for what the list has no column for. Raises BadCell."""
        places = self.source.layout.places
        number, refund = identifier(cells[places["number"]], "number"), identifier(cells[places["refund"]], "refund")
        status = refund_status(cells[places["status"]], "status")
        is_open, is_paid = REFUND_STATUSES[folded(status)]
        amount, paid = fen(cells[places["amount"]], "amount"), self.maybe(cells, "paid", fen)
        if paid is not None and amount > paid:
            raise BadCell("amounts_contradict", "amount", yuan(amount), why="refund_above_paid", refund=yuan(amount), paid=yuan(paid))
        values: list[object] = [
            refund, status, yuan(amount), is_open, is_paid, self._forced(cells), self._type(cells),
            self._phase(cells), self._reason(cells), self._plain(cells, "title", 500) or "",
            self._waybill(cells), *self._times(cells), self._nick(cells),
            self._intervention(cells), self._party(cells), self._plain(cells, "version", 20) or None, self.maybe(cells, "line", identifier),
            "deadline_at" in places, "evidence_at" in places,
        ]  # fmt: skip
        return number, self.source.key.digest(None if value is None else str(value) for value in values), values

    def as_of(self, cells: list[str]) -> dt.datetime:
        """An answer of the open platform is as old as its last change, however late it comes; never younger than the import."""
        place = self.source.layout.places.get("modified_at")
        try:
            told = moment(cells[place], "modified_at") if place is not None and place < len(cells) else None
        except BadCell:
            told = None  # the row is held by `read`
        return min(self.source.as_of, dt.datetime.fromisoformat(told).replace(tzinfo=SHOP_TIME)) if told else self.source.as_of

    def _times(self, cells: list[str]) -> list[str | None]:
        self.time(cells, "modified_at")
        requested, deadline, closed, finished = (
            self.time(cells, name) for name in ("requested_at", "deadline_at", "closed_at", "finished_at")
        )
        times_in_order([("requested_at", requested), ("closed_at", closed), ("finished_at", finished)])
        return [shop_time(time) for time in (requested, deadline, self._evidence_at(cells), closed or finished)]

    def _nick(self, cells: list[str]) -> str | None:
        return nick_of(self._plain(cells, "nick", 100) or "") or None

    def _forced(self, cells: list[str]) -> bool | None:
        told = self._plain(cells, "forced")
        return None if told is None else told == FORCED

    def _type(self, cells: list[str]) -> str | None:
        """With return of goods or without: 是 and 否 in the old list, words in the new one."""
        told = self._plain(cells, "return_wanted")
        return None if told is None else RETURN.get(told, told)

    def _phase(self, cells: list[str]) -> str | None:
        told = self._plain(cells, "phase")
        return None if told is None else PHASES.get(told, "")

    def _reason(self, cells: list[str]) -> str | None:
        told = self._plain(cells, "reason", 300)
        return None if told is None else redact(told)[:300]

    def _waybill(self, cells: list[str]) -> str | None:
        raw = self.cell(cells, "return_waybill")
        return None if raw is None else reference(raw, "return_waybill")

    def _intervention(self, cells: list[str]) -> str | None:
        """How far the platform has stepped in, in its words; "" where it has not (R13)."""
        told = self._plain(cells, "intervention")
        return "" if told in NOT_STEPPED_IN else told

    def _party(self, cells: list[str]) -> str | None:
        told = self._plain(cells, "party")
        return None if told is None else PARTIES.get(told, "")

    def _plain(self, cells: list[str], name: str, longest: int = 60) -> str | None:
        """The text of a cell; None where the list has no such column."""
        raw = self.cell(cells, name)
        return None if raw is None else text(raw, name, longest)

    def _evidence_at(self, cells: list[str]) -> str | None:
        """举证超时 holds a time, or a word where there is none."""
        raw = self.cell(cells, "evidence_at")
        return self.time(cells, "evidence_at") if raw and clean(raw)[:1].isdigit() else None
