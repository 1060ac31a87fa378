"""The columns of traces as a file: one row a node, in any order, of any number of waybills."""

from __future__ import annotations

from collections.abc import Sequence

from logistics.imports import weight_columns
from orders.files.errors import BadFile
from orders.files.headers import Layout, fold

TRACKING = "tracking"
NAMES = {
    "waybill": weight_columns.NAMES["waybill"],
    "courier": weight_columns.NAMES["courier"],
    "at": ["轨迹时间", "物流时间", "跟踪时间", "扫描时间", "操作时间", "更新时间", "时间"],
    "text": [
        "轨迹",
        "物流轨迹",
        "轨迹内容",
        "轨迹描述",
        "轨迹信息",
        "物流信息",
        "物流详情",
        "物流描述",
        "跟踪信息",
        "跟踪记录",
        "描述",
        "内容",
    ],
    "status": ["物流状态", "轨迹状态", "状态"],
    "node_code": ["状态码", "状态代码", "轨迹代码"],
    "area": ["所在地", "地点", "所在城市", "区域"],
}
NEEDED = ("waybill", "at", "text")


def layout_of(header: Sequence[str], file: str, shop_id: int) -> Layout | None:
    """The layout of a list of traces: waybill, time and text. Raises BadFile where a column that is used is there twice."""
    folded = [fold(cell) for cell in header]
    found = {field: next((fold(name) for name in names if fold(name) in folded), "") for field, names in NAMES.items()}
    if not all(found[field] for field in NEEDED):
        return None
    for name in filter(None, found.values()):
        if folded.count(name) > 1:
            raise BadFile("duplicated_column", file, column=header[folded.index(name)].strip())
    places = {field: folded.index(name) for field, name in found.items() if name}
    return Layout(TRACKING, "", True, len(header), places, {field: header[place].strip() for field, place in places.items()})
