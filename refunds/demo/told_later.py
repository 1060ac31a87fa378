"""What lists and couriers tell of an order later: shipped, closed, asked for money there, signed for, sent back."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from logistics.actions.take_tracking import take_tracking
from logistics.carriers.trace import Node, Trace
from orders.access import Actor
from orders.actions.import_files import Upload, import_files
from orders.models import Order
from refunds.demo.lists import time_cell, write_csv
from refunds.demo.orders import CLOSED, FINISHED, SHIPPED

PROVIDER = "kuaidi100"
WAITS = "买家已经申请退款，等待卖家同意"
PAID_THERE, TAKEN_BACK = "退款成功", "退款关闭"


def tell_order(order: Order, at: dt.datetime, status: str, *, waybill: str = "", courier: str = "") -> None:
    """The list of orders tells its status, and under which waybill it travels."""
    row = {"订单编号": order.number, "订单状态": status, "买家实际支付金额": f"{order.paid:.2f}"}
    if waybill:
        row |= {"物流单号": waybill, "物流公司": courier, "发货时间": time_cell(at)}
    _import(order, at, "ExportOrderList.csv", row)


def tell_refund(order: Order, at: dt.datetime, status: str = WAITS, *, amount: str = "", steps_in: bool = False) -> None:
    """The list of refunds tells of the customer's request, for the first line unless an amount is given; and whether the platform steps in."""
    line = order.lines.order_by("pk")[0]
    row = {
        "订单编号": order.number,
        "退款编号": f"2{order.number[-17:]}",
        "买家实际支付金额": f"{order.paid:.2f}",
        "宝贝标题": line.title,
        "买家退款金额": amount or f"{line.paid:.2f}",
        "是否需要退货": "否",
        "退款的申请时间": time_cell(at),
        "超时时间": time_cell(at + dt.timedelta(days=2)),
        "退款状态": status,
        "买家退款原因": "不想要了",
        "售中或售后": "售中",
        "完结时间": "" if status == WAITS else time_cell(at),
        "客服介入状态": "客服已经介入" if steps_in else "未介入",
        "举证超时": time_cell(at + dt.timedelta(days=1)) if steps_in else "",
    }
    _import(order, at, "RefundList.csv", row)


def courier_tells(order: Order, at: dt.datetime, text: str, *, code: str = "", stage: str = "") -> None:
    """The courier of its newest parcel tells a node. Nothing where it has none."""
    _trace(order, at, (Node(at, text, code=code, stage=stage),))


def courier_gives_up(order: Order, at: dt.datetime, message: str) -> None:
    """The provider follows its newest parcel no longer."""
    _trace(order, at, (), status="abort", message=message)


def _trace(order: Order, at: dt.datetime, nodes: tuple[Node, ...], **end: str) -> None:
    parcel = order.parcels.select_related("courier", "shop").order_by("-pk").first()
    if parcel is not None and parcel.courier is not None:
        trace = Trace(PROVIDER, parcel.courier.code, parcel.waybill, nodes, **end)
        take_tracking(parcel.shop, [trace], by=Actor.system("command"), at=at)


def _import(order: Order, at: dt.datetime, name: str, row: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_csv(path, list(row), [row])
        result = import_files(order.shop, [Upload(path, name)], by=Actor.system("command"), at=at)
    if result.totals.held:
        raise RuntimeError(f"the demo's own row about {order.number} was held")


Tell = Callable[[Order, dt.datetime], None]


def _shipped(order: Order, at: dt.datetime) -> None:
    tell_order(order, at, SHIPPED, waybill=f"YT{order.pk:013d}", courier="圆通速递")


def _node(text: str, stage: str) -> Tell:
    return lambda order, at: courier_tells(order, at, text, stage=stage)


# Whatever may be told, by a short name.
TELL: Mapping[str, Tell] = {
    "moved": _node("到达【杭州转运中心】", "transit"),
    "signed": _node("已签收，签收人：本人", "signed"),
    "turned back": _node("收件人拒收，退回寄件人", "returning"),
    "returned": _node("退件已由寄件人签收", "returned"),
    "refunded": lambda order, at: tell_refund(order, at, PAID_THERE),
    "taken back": lambda order, at: tell_refund(order, at, TAKEN_BACK),
    "shipped": _shipped,
    "finished": lambda order, at: tell_order(order, at, FINISHED),
    "closed": lambda order, at: tell_order(order, at, CLOSED),
}
# Which step follows by itself when what is told.
TOLD_BY: Mapping[str, Sequence[str]] = {
    "delivered": ("signed",),
    "signed_again": ("signed",),
    "original_signed": ("signed",),
    "return_delivered": ("signed",),
    "has_arrived": ("signed",),
    "turned_up": ("signed",),
    "turned_up_paid": ("signed",),
    "moves_again": ("moved",),
    "moved_by_itself": ("moved",),
    "turned_back": ("turned back",),
    "parcel_back": ("returned",),
    "refunded_there": ("refunded",),
    "taken_back": ("taken back",),
    "lists_tell_it_shipped": ("shipped",),
    "lists_tell_it_shipped_at_the_price": ("shipped",),
    "order_finished": ("finished",),
    "order_closed": ("closed",),
    "packed": ("shipped",),
}
