"""A row of a list of traces: one node of one waybill."""

from __future__ import annotations

import datetime as dt

from logistics.carriers.trace import AHEAD, FIRST_YEAR
from logistics.imports.weight_rows import waybill
from orders.files.cells import BadCell, clean, text
from orders.imports.source import FUTURE, Rows, hexed, shop_time
from orders.vault import row_digests

LONGEST_TEXT = 4000


class TrackingRows(Rows):
    """Nodes. What a row is about (`key`) is its waybill, time and text; the text is sealed, since couriers write names and phones."""

    columns = ("key", "orders", "waybill", "courier", "at", "text_enc", "status", "node_code", "area", "digests")

    def read(self, cells: list[str]) -> tuple[None, bytes, list[object]]:
        """Digest and values; no order number. Raises BadCell."""
        number = waybill(self._needed(cells, "waybill"), "waybill")
        at, told = self._at(cells), " ".join(text(self._needed(cells, "text"), "text", LONGEST_TEXT).split())
        digests = [each.hex() for each in row_digests(["node", told])]
        values: list[object] = [
            f"{number} {at} {digests[0][:16]}", "{}", number, self._short(cells, "courier", 64), shop_time(at),
            hexed(self.source.key.seal(told.encode())), self._short(cells, "status", 60), self._short(cells, "node_code", 12),
            self._short(cells, "area", 120), "{" + ",".join(digests) + "}",
        ]  # fmt: skip
        return None, self.source.key.digest([number, at, told]), values

    def _needed(self, cells: list[str], name: str) -> str:
        raw = cells[self.source.layout.places[name]]
        if not clean(raw):
            raise BadCell("missing_value", name)
        return raw

    def _short(self, cells: list[str], name: str, longest: int) -> str:
        return self.maybe(cells, name, lambda raw, field: text(raw, field, longest)) or ""

    def _at(self, cells: list[str]) -> str:
        """When it was: not before couriers wrote traces, and not in the future."""
        self._needed(cells, "at")
        at = self.time(cells, "at") or ""
        soon = dt.datetime.fromisoformat(self.source.latest) - FUTURE + AHEAD
        if int(at[:4]) < FIRST_YEAR or dt.datetime.fromisoformat(at) > soon:
            raise BadCell("bad_time", "at", at)
        return at
