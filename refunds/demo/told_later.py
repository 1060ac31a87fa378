"""What lists and couriers tell of an order later: shipped, closed, asked for money there, signed for, sent back."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from casework.models import Case
from logistics.actions.flag_stalled import flag_stalled
from logistics.actions.take_tracking import take_tracking
from logistics.carriers.trace import Node, Trace
from logistics.models import Loss
from orders.access import Actor
from orders.actions.import_files import Upload, import_files
from orders.models import Order, Shop
from refunds.actions.reverse_claims import reverse_claims
from refunds.demo.lists import time_cell, write_csv, write_lists
from refunds.demo.orders import CLOSED, FINISHED, HOUR, PAID, SHIPPED, an_order, first_place
from refunds.models.claim import ClaimFacts

PROVIDER = "kuaidi100"
WAITS = "买家已经申请退款，等待卖家同意"
PAID_THERE, TAKEN_BACK = "退款成功", "退款关闭"


def tell_order(order: Order, at: dt.datetime, status: str, *, waybill: str = "", courier: str = "") -> None:
    """The list of orders tells its status, and under which waybill it travels."""
    row = {"订单编号": order.number, "订单状态": status, "买家实际支付金额": f"{order.paid:.2f}"}
    if waybill:
        row |= {"物流单号": waybill, "物流公司": courier, "发货时间": time_cell(at)}
    _import(order.shop, at, "ExportOrderList.csv", row)


def listed_at(order: Order) -> dt.datetime:
    """When the list of orders told of it last: an older list changes nothing."""
    order.refresh_from_db(fields=["as_of"])
    assert order.as_of is not None  # every demo order came with a list
    return order.as_of


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
    _import(order.shop, at, "RefundList.csv", row)


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


def tell_statement(claim: Case, at: dt.datetime, amount: str, *others: Mapping[str, str]) -> None:
    """The courier's monthly statement pays that much for the claim, beside its `others` rows."""
    loss = Loss.objects.select_related("parcel__shop").get(claims__case=claim)
    row = {"运单号": loss.parcel.waybill, "赔付金额": amount, "赔付日期": time_cell(at)[:10], "理赔单号": f"LP{claim.pk:06d}"}
    _import(loss.parcel.shop, at, "快递账单.csv", row, *others)


def _order_again(order: Order, at: dt.datetime) -> None:
    """The same buyer has paid for something else."""
    assert order.buyer is not None  # every demo order has one
    new = an_order(Random(order.number), first_place(), at - HOUR, PAID)
    with tempfile.TemporaryDirectory() as folder:
        lists = write_lists(Path(folder), [replace(new, person=replace(new.person, nick=order.buyer.nick))])
        _take_in(order.shop, at, lists)


def _import(shop: Shop, at: dt.datetime, name: str, *rows: Mapping[str, str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_csv(path, list(rows[0]), rows)
        _take_in(shop, at, [Upload(path, name)])


def _take_in(shop: Shop, at: dt.datetime, lists: Sequence[Upload]) -> None:
    if import_files(shop, lists, by=Actor.system("command"), at=at).totals.held:
        raise RuntimeError("a row of the demo's own was held")


Tell = Callable[[Order, dt.datetime], object]


def _shipped(order: Order, at: dt.datetime) -> None:
    tell_order(order, at, SHIPPED, waybill=f"YT{order.pk:013d}", courier="圆通速递")


def _node(text: str, stage: str) -> Tell:
    return lambda order, at: courier_tells(order, at, text, stage=stage)


def _turned_up(order: Order, at: dt.datetime) -> None:
    """What was lost arrives, and what is claimed for it is looked at; for no other parcel."""
    TELL["signed"](order, at)
    for parcel in order.parcels.order_by("pk").values_list("pk", flat=True):
        reverse_claims(by=Actor.system("command"), at=at, parcel=parcel)


def _paid(order: Order, at: dt.datetime) -> None:
    """The courier pays all that was claimed for it."""
    claim = Case.objects.get(order=order, kind="courier_claim")
    tell_statement(claim, at, f"{ClaimFacts.objects.get(case=claim).amount:.2f}")


def _turned_up_paid(order: Order, at: dt.datetime) -> None:
    """It arrives when the courier has paid for it already."""
    tell_statement(Case.objects.get(order=order, kind="courier_claim"), at, "5.00")
    _turned_up(order, at)


# Whatever may be told, by a short name.
TELL: Mapping[str, Tell] = {
    "moved": _node("到达【杭州转运中心】", "transit"),
    "signed": _node("已签收，签收人：本人", "signed"),
    "turned back": _node("收件人拒收，退回寄件人", "returning"),
    "returned": _node("退件已由寄件人签收", "returned"),
    "refunded": lambda order, at: tell_refund(order, at, PAID_THERE),
    "taken back": lambda order, at: tell_refund(order, at, TAKEN_BACK),
    "shipped": _shipped,
    "paid": _paid,
    "turned up": _turned_up,
    "turned up, paid": _turned_up_paid,
    "ordered again": _order_again,
    "finished": lambda order, at: tell_order(order, at, FINISHED),
    "closed": lambda order, at: tell_order(order, at, CLOSED),
    "nothing new": lambda order, at: _trace(order, at, ()),
    # The nightly job looks at what it has found before.
    "a night": lambda order, at: flag_stalled(order.shop, at=at, by=Actor.system("command")),
}
# Of those the ones that the list of orders tells.
OF_ORDERS = ("shipped", "finished", "closed")
# Which step follows by itself when what is told.
TOLD_BY: Mapping[str, Sequence[str]] = {
    "delivered": ("signed",),
    "signed_again": ("signed",),
    "original_signed": ("signed",),
    "return_delivered": ("signed",),
    "has_arrived": ("signed",),
    "turned_up": ("turned up",),
    "turned_up_paid": ("turned up, paid",),
    "paid_in_full": ("paid",),
    "moves_again": ("moved",),
    "moved_by_itself": ("moved",),
    "turned_back": ("turned back",),
    "parcel_back": ("returned",),
    "refunded_there": ("refunded",),
    "taken_back": ("taken back",),
    "lists_tell_it_shipped": ("shipped",),
    "lists_tell_it_shipped_at_the_price": ("shipped",),
    "order_finished": ("finished", "nothing new", "a night"),
    "order_closed": ("closed",),
    "packed": ("shipped",),
    "ordered_again": ("ordered again",),
}
