"""The columns of a shipping list, as print software calls them or as the shop has told (FORMATS 1.1 holds here as well)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from logistics.models import ShippingColumns, WeighedBy
from orders.files.errors import BadFile
from orders.files.headers import Layout, fold

WEIGHTS = "weights"

# The surest name first: of several weights in one list the one that was put on a scale counts.
NAMES = {
    "waybill": ["运单号", "快递单号", "物流单号", "运单编号", "快递运单号", "物流运单号", "面单号"],
    "courier": ["快递公司", "物流公司", "快递名称", "承运商", "快递"],
    "number": ["订单编号", "主订单编号", "订单号", "平台订单号", "平台单号"],
    "packed_by": ["打包员", "打包人", "打单员", "打单人", "称重员", "操作员", "操作人", "发货员"],
    "weighed_at": ["称重时间", "发货时间", "打印时间", "打单时间"],
}
SCALES = {
    WeighedBy.WAREHOUSE: ["称重重量", "实际重量", "实重", "包裹重量", "发货重量", "重量"],
    WeighedBy.WAYBILL: ["面单重量", "运单重量"],
    WeighedBy.COURIER: ["快递称重", "快递公司称重", "快递称重重量", "快递重量", "物流重量", "物流称重"],
    WeighedBy.SLIP: ["底单重量"],
}
# Unit -> grams, and how it is written.
UNITS = {"kg": 1000, "g": 1, "jin": 500}
UNIT_OF = {"kg": "kg", "千克": "kg", "公斤": "kg", "g": "g", "克": "g", "斤": "jin"}
_WITH_UNIT = re.compile(rf"(.+?)[(\[【/_:-]?({'|'.join(UNIT_OF)})[)\]】]?")

SCALE_FIELDS = [f"{source}_weight" for source in SCALES]
# What a person may tell of a list (ShippingColumns): these fields, and `unit` for weights whose header names none.
TOLD = [*NAMES, *SCALE_FIELDS]


def weight_field(source: str, unit: str) -> str:
    """A weight's field carries its unit, so that a row that is held keeps it: warehouse_weight_kg."""
    return f"{source}_weight_{unit}" if unit else f"{source}_weight"


def layout_of(header: Sequence[str], file: str, shop_id: int) -> Layout | None:
    """The layout of a shipping list: a waybill and at least one weight. Raises BadFile where a column that is used is there twice."""
    told = told_columns(shop_id)
    folded = [fold(cell) for cell in header]
    found = _plain(folded, told) | _weights(folded, told)
    if "waybill" not in found or not any("_weight" in field for field in found):
        return None
    for name in found.values():
        if folded.count(name) > 1:
            raise BadFile("duplicated_column", file, column=header[folded.index(name)].strip())
    places = {field: folded.index(name) for field, name in found.items()}
    names = {field: header[place].strip() for field, place in places.items()}
    return Layout(WEIGHTS, "", True, len(header), places, names)


def told_columns(shop_id: int) -> dict[str, str]:
    """What the shop has told: field -> header, and `unit`."""
    row = ShippingColumns.objects.filter(shop_id=shop_id).first()
    return dict(row.columns) if row else {}


def _plain(folded: Sequence[str], told: Mapping[str, str]) -> dict[str, str]:
    """Field -> folded name of its column; the shop's own name comes before the usual ones."""
    wanted = {field: [told.get(field, ""), *names] for field, names in NAMES.items()}
    return {field: name for field, names in wanted.items() if (name := _first(folded, names))}


def _weights(folded: Sequence[str], told: Mapping[str, str]) -> dict[str, str]:
    """Of each scale the surest column, with the unit that its name tells, else the one that the shop has told."""
    parted = {name: _parted(name) for name in folded}
    found = {}
    for source, names in SCALES.items():
        wanted = [fold(name) for name in (told.get(f"{source}_weight", ""), *names) if name]
        if name := next((each for want in wanted for each, (bare, _unit) in parted.items() if want in (each, bare)), None):
            found[weight_field(source, parted[name][1] or told.get("unit", ""))] = name
    return found


def _parted(name: str) -> tuple[str, str]:
    """A column's folded name without its unit, and the unit: 重量(kg) is 重量 in kg."""
    told = _WITH_UNIT.fullmatch(name)
    return (told[1], UNIT_OF[told[2]]) if told else (name, "")


def _first(folded: Sequence[str], names: Sequence[str]) -> str:
    return next((each for name in names if name and (each := fold(name)) in folded), "")
