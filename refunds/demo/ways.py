"""The ways of the demo's parcels: what the print software tells of their weights, and what couriers tell of where they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from orders.actions.import_files import Upload
from refunds.demo.lists import time_cell, write_csv
from refunds.demo.orders import FINISHED, HOUR, DemoOrder

SHIPPING = "快递单号 快递公司 重量(kg) 打包员 发货时间 订单编号".split()
TRACES = "运单号 快递公司 轨迹时间 轨迹 状态".split()
PACKERS = ("甲", "乙", "丙")
# Hours after dispatch, status, text. `{city}` is where it goes.
WAY = (
    (3, "揽收", "【杭州市】样例网点已揽收"),
    (9, "在途", "离开【杭州转运中心】，发往【{city}转运中心】"),
    (31, "在途", "到达【{city}转运中心】"),
    (40, "派件", "【{city}】派件中，请保持电话畅通"),
)
SIGNED = ("签收", "已签收，签收人：本人")
# One parcel in so many stops on its way, so that there is something that stands still.
STOPS, STOPS_AFTER = 5, 2


def write_ways(folder: Path, orders: Sequence[DemoOrder], at: dt.datetime) -> list[Upload]:
    """The shipping list and the traces of these orders' parcels as of `at`, as files in the folder."""
    sent = [each for each in orders if each.waybill and each.shipped_at and each.shipped_at <= at]
    lists = {"打单发货表.csv": (SHIPPING, _weights(sent)), "物流轨迹.csv": (TRACES, _traces(sent, at))}
    return [Upload(folder / name, name) for name, (columns, rows) in lists.items() if write_csv(folder / name, columns, rows)]


def _weights(orders: Sequence[DemoOrder]) -> Iterator[dict[str, str]]:
    for each in orders:
        dice = Random(each.number)
        yield {
            "快递单号": each.waybill,
            "快递公司": each.courier,
            "重量(kg)": f"{dice.randint(20, 280) / 100:.2f}",
            "打包员": dice.choice(PACKERS),
            "发货时间": time_cell(each.shipped_at),
            "订单编号": each.number,
        }


def _traces(orders: Sequence[DemoOrder], at: dt.datetime) -> Iterator[dict[str, str]]:
    for each in orders:
        for when, status, text in _way(each):
            if when <= at:
                row = (each.waybill, each.courier, time_cell(when), text.format(city=each.person.city), status)
                yield dict(zip(TRACES, row, strict=True))


def _way(order: DemoOrder) -> Iterator[tuple[dt.datetime, str, str]]:
    """The nodes of its parcel; what was received is signed for an hour before the buyer said so."""
    assert order.shipped_at is not None  # only what was sent has a way
    stops = order.status != FINISHED and Random(order.number).randrange(STOPS) == 0
    told = (STOPS_AFTER if stops else len(WAY)) if order.nodes is None else order.nodes
    for hours, status, text in WAY[:told]:
        yield order.shipped_at + hours * HOUR, status, text
    if order.finished_at:
        yield order.finished_at - HOUR, *SIGNED
