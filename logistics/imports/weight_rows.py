"""A row of a shipping list: one parcel, what it weighed on one or more scales, and who packed it."""

from __future__ import annotations

import re
import unicodedata

from logistics.imports.weight_columns import SCALE_FIELDS, UNIT_OF, UNITS
from logistics.patterns import folded, is_waybill
from orders.files.cells import BadCell, clean, identifier, reference, text
from orders.imports.source import Rows, shop_time
from orders.redact import redact

LIGHTEST, HEAVIEST = 1, 1_000_000
LONGEST_NAME = 60
_WEIGHT = re.compile(rf"(\d{{1,7}})(?:\.(\d{{1,6}}))?({'|'.join(UNIT_OF)})?", re.ASCII)
_SEPARATORS = re.compile(r"[\s,，;；、|/]+")


class WeightRows(Rows):
    """Shipping lists. What a row is about (`key`) is its waybill and the time of weighing."""

    columns = ("key", "orders", "waybill", "courier", "weighed_at", "packed_by", *SCALE_FIELDS)

    def read(self, cells: list[str]) -> tuple[str | None, bytes, list[object]]:
        """First order number, digest and values. Raises BadCell."""
        number = self._waybill(cells)
        numbers = self._orders(cells)
        weighed_at = self.time(cells, "weighed_at")
        weights = [self._grams(cells, field) for field in SCALE_FIELDS]
        if not any(weights):
            raise BadCell("missing_value", next(field for field in self.source.layout.places if "_weight" in field))
        packed_by = redact(self.maybe(cells, "packed_by", _name) or "")[:LONGEST_NAME]
        values: list[object] = [
            f"{number} {weighed_at or ''}", "{" + ",".join(numbers) + "}", number, self.maybe(cells, "courier", _courier),
            shop_time(weighed_at), packed_by, *weights,
        ]  # fmt: skip
        shown = [number, weighed_at, packed_by, *(None if each is None else str(each) for each in weights)]
        return numbers[0] if numbers else None, self.source.key.digest(shown), values

    def _waybill(self, cells: list[str]) -> str:
        raw = cells[self.source.layout.places["waybill"]]
        if not clean(raw):
            raise BadCell("missing_value", "waybill")
        return waybill(raw, "waybill")

    def _orders(self, cells: list[str]) -> list[str]:
        """The orders in the parcel: several in one cell where it is merged."""
        raw = self.cell(cells, "number")
        parts = [part for part in _SEPARATORS.split(clean(raw)) if part] if raw else []
        return list(dict.fromkeys(identifier(part, "number") for part in parts))

    def _grams(self, cells: list[str], field: str) -> int | None:
        """What the scale showed, in grams; None where it was not used. The unit is in the cell, or in the column's name."""
        for unit in ("", *UNITS):
            name = f"{field}_{unit}" if unit else field
            if self.cell(cells, name) is not None:
                return self.maybe(cells, name, lambda raw, name, unit=unit: grams(raw, name, unit))  # type: ignore[misc]
        return None


def waybill(raw: str, field: str) -> str:
    """A waybill in its one form. Raises BadCell for what a spreadsheet has damaged and for what cannot be one."""
    value = folded(reference(raw, field))
    if not is_waybill(value):
        raise BadCell("bad_waybill", field, value)
    return value


def grams(raw: str, field: str, unit: str) -> int:
    """A weight in whole grams. Raises BadCell where unit or number is not certain: nothing is rounded, nothing guessed."""
    value = "".join(unicodedata.normalize("NFKC", clean(raw)).split()).lower()
    found = _WEIGHT.fullmatch(value)
    if not found:
        raise BadCell("bad_weight", field, value)
    told = UNIT_OF.get(found[3] or "", "")
    if told and unit and told != unit:
        raise BadCell("units_contradict", field, value)
    if not (told or unit):
        raise BadCell("unit_unknown", field, value)
    return _whole_grams(found[1], found[2] or "", UNITS[told or unit], field, value)


def _whole_grams(whole: str, places: str, factor: int, field: str, value: str) -> int:
    weight, rest = divmod(int(whole + places) * factor, 10 ** len(places))
    if rest or not LIGHTEST <= weight <= HEAVIEST:
        raise BadCell("bad_weight", field, value)
    return weight


def _name(raw: str, field: str) -> str:
    return text(raw, field, LONGEST_NAME)


def _courier(raw: str, field: str) -> str:
    return text(raw, field, 64)
