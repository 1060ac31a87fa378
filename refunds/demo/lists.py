"""Orders as the platform exports them: order list E with the columns that sellers add, item list B, refund list (FORMATS 1.2, 1.3, 1.6)."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from casework.calendars import SHOP_TIME
from orders.actions.import_files import Upload
from orders.files.vintages import E
from refunds.demo.orders import CLOSED, UNPAID, DemoOrder, Item

SHOP_NAME = "样例旗舰店"
MORE = ["发货时间", "自动确认收货时间", "备注标签", "运费险"]
ITEMS = """
子订单编号 主订单编号 标题 价格 购买数量 外部系统编号 商品属性 套餐信息 备注 订单状态 商家编码 支付单号 买家应付货款 买家实际支付金额
退款状态 退款金额 订单创建时间 订单付款时间
""".split()
REFUNDS = """
订单编号 退款编号 订单付款时间 买家实际支付金额 宝贝标题 买家退款金额 手工退款/系统退款 是否需要退货 退款的申请时间 超时时间 退款状态
买家退款原因 售中或售后
""".split()
AUTO_CONFIRM = dt.timedelta(days=10)


def write_lists(folder: Path, orders: Sequence[DemoOrder]) -> list[Upload]:
    """The lists of these orders as files in the folder; a list without rows is left out."""
    lists = {
        "ExportOrderList.csv": (E + MORE, _order_rows(orders)),
        "ExportOrderDetailList.csv": (ITEMS, _item_rows(orders)),
        "RefundList.csv": (REFUNDS, _refund_rows(orders)),
    }
    return [Upload(folder / name, name) for name, (header, rows) in lists.items() if write_csv(folder / name, header, rows)]


def write_csv(path: Path, header: list[str], rows: Iterable[Mapping[str, str]]) -> int:
    """Write as the platform does: GB18030, CRLF, every cell quoted. The number of rows."""
    number = 0
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, header, restval="", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(row)
            number += 1
    return number


def _order_rows(orders: Iterable[DemoOrder]) -> Iterator[dict[str, str]]:
    for each in orders:
        paid = each.total if each.paid_at else each.total * 0
        yield {
            "订单编号": _text(each.number),
            "买家会员名": each.person.nick,
            "买家应付货款": f"{each.goods:.2f}",
            "买家应付邮费": f"{each.freight:.2f}",
            "总金额": f"{each.total:.2f}",
            "买家实际支付金额": f"{paid:.2f}",
            "订单状态": each.status,
            "买家留言": each.message,
            "收货人姓名": each.person.name,
            "收货地址": each.person.address,
            "运送方式": "快递",
            "联系手机": f"'{each.person.phone}",
            "订单创建时间": time_cell(each.ordered_at),
            "订单付款时间": time_cell(each.paid_at),
            "宝贝标题": "，".join(item.title for item in each.items),
            "物流单号": each.waybill,
            "物流公司": each.courier,
            "订单备注": each.memo,
            "宝贝总数量": str(sum(item.quantity for item in each.items)),
            "店铺名称": SHOP_NAME,
            "订单关闭原因": "买家未付款" if each.status == CLOSED else "订单未关闭",
            "发票抬头": each.invoice,
            "确认收货时间": time_cell(each.finished_at),
            "主订单编号": _text(each.number),
            "发货时间": time_cell(each.shipped_at),
            "自动确认收货时间": time_cell(each.shipped_at + AUTO_CONFIRM if each.shipped_at else None),
            "备注标签": each.flag,
            "运费险": "是" if each.insured else "否",
        }


def _item_rows(orders: Iterable[DemoOrder]) -> Iterator[dict[str, str]]:
    for each in orders:
        for item in each.items:
            yield _item_row(each, item)


def _item_row(order: DemoOrder, item: Item) -> dict[str, str]:
    return {
        "子订单编号": _text(item.number),
        "主订单编号": _text(order.number),
        "标题": item.title,
        "价格": f"{item.price:.2f}",
        "购买数量": str(item.quantity),
        "外部系统编号": item.code,
        "商品属性": item.sku,
        "备注": order.memo,
        "订单状态": item.status,
        "商家编码": item.code,
        "买家应付货款": f"{item.paid:.2f}",
        "买家实际支付金额": f"{item.paid:.2f}" if order.status != UNPAID and order.paid_at else "0.00",
        "退款状态": "没有申请退款",
        "退款金额": "无退款申请",
        "订单创建时间": time_cell(order.ordered_at),
        "订单付款时间": time_cell(order.paid_at),
    }


def _refund_rows(orders: Iterable[DemoOrder]) -> Iterator[dict[str, str]]:
    for each in orders:
        for asked in each.asked:
            yield {
                "订单编号": _text(each.number),
                "退款编号": _text("2" + each.number[-17:]),
                "订单付款时间": time_cell(each.paid_at),
                "买家实际支付金额": f"{each.items[0].paid:.2f}",
                "宝贝标题": each.items[0].title,
                "买家退款金额": f"{asked.amount:.2f}",
                "手工退款/系统退款": "手工退款",
                "是否需要退货": "否",
                "退款的申请时间": time_cell(asked.requested_at),
                "超时时间": time_cell(asked.deadline_at),
                "退款状态": "买家已经申请退款，等待卖家同意",
                "买家退款原因": asked.reason,
                "售中或售后": "售中",
            }


def _text(number: str) -> str:
    """An order number as the platform protects it from spreadsheets."""
    return f'="{number}"'


def time_cell(instant: dt.datetime | None) -> str:
    """A time of the shop as lists write it, "" for none."""
    return instant.astimezone(SHOP_TIME).strftime("%Y-%m-%d %H:%M:%S") if instant else ""
