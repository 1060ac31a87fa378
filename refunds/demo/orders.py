"""Invented orders. Amounts are whole as the platform's are: lines and postage add up to what was paid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from orders.models import Order
from refunds.demo.people import Person, a_person, digits

HOUR = dt.timedelta(hours=1)
UNPAID, PAID, PART, SHIPPED = "等待买家付款", "买家已付款，等待卖家发货", "卖家部分发货", "卖家已发货，等待买家确认"
FINISHED, CLOSED = "交易成功", "交易关闭"
# Order numbers of nobody's: these fifteen digits, then four that a buyer's orders share.
FIRST_NUMBER, STRIDE = 511_700_000_000_000, 1_000_003
# Title, properties, merchant code, price in yuan.
GOODS = (
    ("样例防晒衣女冰丝透气外套", "颜色分类：米白色；尺码：M", "FSY-WH-M", 89),
    ("样例不锈钢雪平锅家用单柄奶锅", "颜色分类：20厘米锅-玻璃盖", "XPG-20-G", 129),
    ("样例20000毫安充电宝", "颜色分类：黑色[快充版]", "CDB-BK", 99),
    ("样例TypeC数据线2米", "长度：2m；颜色分类：白色", "SJX-2M-W", 19),
    ("样例猫粮成猫10斤装", "净含量：5kg；口味：鸡肉", "ML-5KG", 158),
    ("样例陶瓷马克杯带盖勺", "颜色分类：早安（白）", "MKB-W", 29),
    ("样例儿童积木拼装玩具", "颗粒：500粒", "JM-500", 69),
    ("样例蓝牙耳机入耳式", "颜色分类：白色", "LYEJ-W", 199),
    ("样例护手霜75g", "商品规格：75g 1支", "HSS-75", 20),
    ("样例实木餐椅", "颜色分类：胡桃色[长45cm]", "CY-HT-45", 468),
    ("样例实木餐桌", "颜色分类：胡桃色[长140cm]；安装方式：自行安装", "CZ-HT-140", 936),
)
COURIERS = (("中通快递", "73", 12), ("圆通速递", "YT", 13), ("申通快递", "77", 13), ("韵达快递", "43", 13), ("顺丰速运", "SF1", 12))


@dataclass(frozen=True)
class Item:
    """One line of an order."""

    number: str
    title: str
    sku: str
    code: str
    price: Decimal
    quantity: int
    status: str

    @property
    def paid(self) -> Decimal:
        """Yuan for the line."""
        return self.price * self.quantity


@dataclass(frozen=True)
class PlatformRefund:
    """What the buyer asked for on the platform, with the platform's own deadline."""

    reason: str
    amount: Decimal
    requested_at: dt.datetime
    deadline_at: dt.datetime


@dataclass(frozen=True)
class DemoOrder:
    """An order with its one parcel."""

    number: str
    person: Person
    status: str
    items: list[Item]
    freight: Decimal
    ordered_at: dt.datetime
    paid_at: dt.datetime | None = None
    shipped_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    courier: str = ""
    waybill: str = ""
    memo: str = ""
    flag: str = ""
    message: str = ""
    insured: bool = False
    invoice: str = ""
    asked: list[PlatformRefund] = field(default_factory=list)
    # How many nodes its courier has told; None where the dice say it.
    nodes: int | None = None

    @property
    def goods(self) -> Decimal:
        """Yuan for the goods."""
        return sum((item.paid for item in self.items), Decimal("0.00"))

    @property
    def total(self) -> Decimal:
        """Yuan in all."""
        return self.goods + self.freight


def first_place() -> int:
    """The first running number that no demo order has yet."""
    return Order.objects.filter(number__startswith=str(FIRST_NUMBER)[:4], shop__is_demo=True).count() + 1


def an_order(dice: Random, place: int, ordered_at: dt.datetime, status: str, *, goods: tuple[int, ...] = (), freight: int = 0) -> DemoOrder:
    """The order with that running number. `goods` are places in GOODS, chosen by the dice when none is given."""
    body, tail = FIRST_NUMBER + place * STRIDE, f"{1000 + place % 400:04d}"
    chosen = goods or tuple(dice.sample(range(len(GOODS) - 1), dice.choice((1, 1, 1, 2))))
    numbers = [f"{body + position if len(chosen) > 1 else body}{tail}" for position in range(1, len(chosen) + 1)]
    items = [_item(number, each, status, first=number == numbers[0]) for number, each in zip(numbers, chosen, strict=True)]
    order = DemoOrder(f"{body}{tail}", a_person(dice), status, items, Decimal(freight), ordered_at, insured=dice.random() < 0.4)
    return _travelled(dice, order)


def _item(number: str, place: int, status: str, *, first: bool) -> Item:
    """Of a partly shipped order the first line is on its way."""
    title, sku, code, price = GOODS[place]
    if status == PART:
        status = SHIPPED if first else PAID
    return Item(number, title, sku, code, Decimal(price), 1, status)


def _travelled(dice: Random, order: DemoOrder) -> DemoOrder:
    """Times and parcel as far as the status says; a memo on some."""
    if order.status in (UNPAID, CLOSED):
        return order
    order = replace(order, paid_at=order.ordered_at + dt.timedelta(minutes=dice.randint(1, 9)), memo=_memo(dice), flag=_flag(dice))
    if order.status in (PART, SHIPPED, FINISHED):
        courier, prefix, length = dice.choice(COURIERS)
        shipped = order.ordered_at + dice.randint(4, 20) * HOUR
        order = replace(order, shipped_at=shipped, courier=courier, waybill=prefix + digits(dice, length))
    if order.status == FINISHED and order.shipped_at:
        order = replace(order, finished_at=order.shipped_at + dice.randint(50, 90) * HOUR)
    return order


def _flag(dice: Random) -> str:
    """Purple is set by the printing software: collected for printing (L9.8)."""
    return dice.choice(("", "", "", "红", "绿", "紫"))


def _memo(dice: Random) -> str:
    """Signed with the code of the one who wrote it (L9.9)."""
    return dice.choice(("", "", "", "", "改发顺丰 A01", "已电联，周末送 A02", "补发一件，勿漏 A01"))
