"""One story of twenty orders, written as every list of the platform would tell it (FORMATS 1). Everything in it is invented."""

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import openpyxl

from orders.files import vintages
from tests.orders.lists import CLOSED, FINISHED, NOON, PARTLY, SHIPPED, TO_SHIP, WAITING

CODES = {WAITING: "wait_pay", TO_SHIP: "wait_ship", PARTLY: "part_shipped", SHIPPED: "shipped", FINISHED: "finished", CLOSED: "closed"}
BEGIN = NOON - dt.timedelta(days=19, hours=3)
HOUR = dt.timedelta(hours=1)
PLACES = [
    ("浙江省", "杭州市", "西湖区"),
    ("上海", "上海市", "浦东新区"),
    ("内蒙古自治区", "呼伦贝尔市", "海拉尔区"),
    ("新疆维吾尔自治区", "喀什地区", "喀什市"),
    ("广西壮族自治区", "南宁市", "青秀区"),
]
COURIERS = ["圆通速递", "中通快递", "极兔速递"]
GOODS = [
    ("样例马克杯", "颜色分类：白", "MKB-W", "700000000001", "60.00"),
    ("样例雪平锅，带盖", "颜色分类：20厘米锅-不含盖", "XPG-20", "700000000002", "129.00"),
    ('样例数据线"2米"', "长度：2m", "SJX-2M", "700000000003", "19.90"),
]


@dataclass
class Sold:
    """A line of an order."""

    number: str
    title: str
    sku: str
    code: str
    item: str
    price: Decimal
    quantity: int
    paid: Decimal
    status: str
    waybill: str = ""
    courier: str = ""
    refund: Decimal | None = None


@dataclass
class Told:
    """An order as it truly is."""

    number: str
    nick: str
    name: str
    phone: str
    place: tuple[str, str, str]
    street: str
    status: str
    freight: Decimal
    ordered: dt.datetime
    paid_at: dt.datetime | None
    shipped: dt.datetime | None
    finished: dt.datetime | None
    message: str
    memo: str
    reason: str
    payment: str
    lines: list[Sold] = field(default_factory=list)

    @property
    def paid(self):
        return sum((line.paid for line in self.lines), self.freight) if self.paid_at else Decimal("0.00")

    @property
    def refund(self):
        return sum((line.refund or 0 for line in self.lines), Decimal("0.00"))

    @property
    def waybills(self):
        return list(dict.fromkeys(line.waybill for line in self.lines if line.waybill))

    @property
    def couriers(self):
        return list(dict.fromkeys(line.courier for line in self.lines if line.courier))

    @property
    def goods(self):
        return sum((line.paid for line in self.lines), Decimal("0.00"))


def story(count=20):
    """Every status, one to three lines, postage, refunds of a line, several parcels, remote places, memos that name somebody."""
    return [_order(nth) for nth in range(count)]


def _order(nth):
    status = [TO_SHIP, SHIPPED, FINISHED, WAITING, PARTLY, CLOSED, SHIPPED][nth % 7]
    paid = status != WAITING
    shipped = status in (PARTLY, SHIPPED, FINISHED)
    ordered = BEGIN + nth * 7 * HOUR
    order = Told(
        number=f"51180000000{nth:04d}{1000 + nth:04d}",
        nick=f"tb_sample_{nth:03d}",
        name="赵钱孙李周"[nth % 5] + "测试",
        phone=f"1990000{1000 + nth:04d}",
        place=PLACES[nth % 5],
        street=f"第一街道样例路{nth + 1}号3栋401室",
        status=status,
        freight=Decimal("10.00") if nth % 4 == 1 else Decimal("0.00"),
        ordered=ordered,
        paid_at=ordered + HOUR / 60 if paid else None,
        shipped=ordered + 20 * HOUR if shipped else None,
        finished=ordered + 120 * HOUR if status == FINISHED else None,
        message='请发"新"的,谢谢' if nth % 6 == 0 else "",
        memo=f"{'赵钱孙李周'[nth % 5]}测试改地址，已电联" if nth % 3 == 0 else "",
        reason="退款" if status == CLOSED else "订单未关闭",
        payment=f"20261101220011{nth:014d}" if paid else "",
    )
    count = 2 if status == PARTLY else nth % 3 + 1
    for place in range(count):
        order.lines.append(_line(order, nth, place, count))
    return order


def _line(order, nth, place, count):
    title, sku, code, item, price = GOODS[(nth + place) % 3]
    quantity = 2 if nth % 5 == 2 and place == 0 else 1
    listed = Decimal(price) * quantity
    # The first line carries a discount, so that no line's share can be told from the prices.
    paid = (listed - Decimal("3.33")) if place == 0 and count > 1 else listed
    status = order.status if order.status != PARTLY else (SHIPPED if place == 0 else TO_SHIP)
    # An order in two parcels of two couriers now and then.
    nth_parcel = place if nth % 6 == 1 else 0
    sent = status in (SHIPPED, FINISHED)
    return Sold(
        number=order.number if count == 1 else f"51180000000{nth:04d}{9000 + place:04d}",
        title=title,
        sku=sku,
        code=code,
        item=item,
        price=Decimal(price),
        quantity=quantity,
        paid=paid if order.paid_at else Decimal("0.00"),
        status=status,
        waybill=f"YT{nth:06d}{nth_parcel:07d}" if sent else "",
        courier=COURIERS[(nth + nth_parcel) % 3] if sent else "",
        refund=Decimal("5.00") if order.status == FINISHED and place == 0 else None,
    )


def clock(moment):
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


def address(order):
    return " ".join(order.place) + f" {order.street}(310012)"


def cut_address(order):
    """As the lists of 2024-26 cut it."""
    return "上海 上海市 ***" if order.place[0] == "上海" else f"{' '.join(order.place)} {order.street[:4]}****"


def order_cells(order):
    """The cells of an order under every name that an order list has had."""
    waybills, couriers = ",".join(order.waybills), ",".join(order.couriers)
    old = {
        "买家会员名": order.nick,
        "收货人姓名": order.name,
        "收货地址": address(order),
        "联系手机": f"'{order.phone}",
        "买家实际支付金额": f"{order.paid}",
        "宝贝标题": "，".join(line.title for line in order.lines),
        "订单备注": order.memo,
        "商家备忘": order.memo,
        "打款商家金额": f"{order.paid - order.refund}元",
        "店铺Id": "0",
        "卖家服务费": "0",
        "买家服务费": "0元",
        "是否上传合同照片": "否",
        "特权订金订单id": "",
        "主订单编号": order.number,
    }
    both = {
        "订单编号": order.number,
        "支付单号": order.payment,
        "买家应付货款": f"{order.goods}",
        "买家应付邮费": f"{order.freight}",
        "总金额": f"{order.goods + order.freight}",
        "订单状态": order.status,
        "买家留言": order.message,
        "订单创建时间": clock(order.ordered),
        "订单付款时间": clock(order.paid_at),
        "发货时间": clock(order.shipped),
        "确认收货时间": clock(order.finished),
        "物流单号": waybills,
        "物流公司": couriers,
        "订单关闭原因": order.reason,
        "退款金额": f"{order.refund}" if order.refund else "无退款申请",
    }
    new = {"买家实付金额": f"{order.paid}", "商家备注": order.memo, "商品标题": ",".join(line.title for line in order.lines)}
    return old | both | new


def new_cells(order):
    """As `order_cells` in the lists of 2024-26: half-width comma in one status, the address cut."""
    cells = order_cells(order)
    return cells | {"订单状态": cells["订单状态"].replace("买家已付款，", "买家已付款,"), "收货地址": cut_address(order)}


PICKED = {
    "F21": """订单编号 支付单号 买家应付货款 买家应付邮费 总金额 买家实付金额 订单状态 收货地址 运送方式 订单创建时间 商品标题 宝贝种类 物流单号 物流公司
        备注标签 商家备注 宝贝总数量 开票信息 手机订单 商品属性SKU 发货时间""".split(),
    "F9": "订单编号 支付单号 支付详情 买家实付金额 订单状态 订单付款时间 店铺名称 发货时间 确认收货打款金额".split(),
    "F19": """订单编号 支付单号 买家应付货款 买家应付邮费 买家实付金额 订单状态 订单创建时间 订单付款时间 商品标题 退款金额
        是否主动赔付 主动赔付金额 主动赔付出账时间
        商品属性SKU C2B小额收款 确认收货打款金额 含应开票给个人红包 总金额(旧版) 订单关闭原因""".split(),
}
PADDED = ("收货地址", "联系电话", "订单付款时间", "宝贝标题", "宝贝种类", "物流单号")


def rows_of(names, cells, padded=False):
    return [{name + " " * (padded and name in PADDED): each.get(name, "") for name in names} for each in cells]


def classic(vintage):
    return lambda orders: rows_of(vintages.CLASSIC[vintage], map(order_cells, orders), padded=True)


def picked(choice):
    return lambda orders: rows_of(PICKED[choice], map(new_cells, orders))


ITEMS_B = """子订单编号 主订单编号 标题 价格 购买数量 外部系统编号 商品属性 套餐信息 备注 订单状态 商家编码 支付单号 买家应付货款 买家实际支付金额
    退款状态 退款金额 订单创建时间 订单付款时间""".split()
ITEMS_C = """子订单编号 主订单编号 商品标题 商品价格 购买数量 外部系统编号 商品属性 套餐信息 联系方式备注 订单状态 商家编码 支付单号 买家应付货款
    买家实付金额 退款状态 退款金额 订单创建时间 订单付款时间 淘鲜达渠道 商品ID 分阶段信息 备注标签 商家备注
    主订单买家留言 是否主动赔付 主动赔付金额 主动赔付出账时间""".split()
ITEMS = {
    "A": "订单编号 标题 价格 购买数量 外部系统编号 商品属性 套餐信息 备注 订单状态 商家编码".split(),
    "B": ITEMS_B,
    "C": ITEMS_C,
    "C wide": ["商品 ID" if name == "商品ID" else name for name in ITEMS_C]
    + "发货时间 应发货时间 飞猪购订单信息 免单资格 免单金额 百亿补贴超链订单信息 超链半托管订单信息 物流单号 物流公司".split(),
}


def line_cells(order, line):
    """The cells of a line under every name that an item list has had."""
    return {
        "子订单编号": line.number,
        "主订单编号": order.number,
        "订单编号": order.number,
        **dict.fromkeys(("标题", "商品标题"), line.title),
        **dict.fromkeys(("价格", "商品价格"), f"{line.price}"),
        "购买数量": str(line.quantity),
        **dict.fromkeys(("外部系统编号", "商家编码"), line.code),
        "商品属性": line.sku,
        "订单状态": line.status,
        "买家应付货款": f"{line.paid if order.paid_at else line.price * line.quantity}",
        **dict.fromkeys(("买家实际支付金额", "买家实付金额"), f"{line.paid}" if order.paid_at else ""),
        "退款状态": "退款成功" if line.refund else "没有申请退款",
        "退款金额": f"{line.refund}" if line.refund else "无退款申请",
        "订单创建时间": clock(order.ordered),
        "订单付款时间": clock(order.paid_at),
        "发货时间": clock(order.shipped) if line.waybill else "",
        "应发货时间": clock(order.paid_at + 48 * HOUR) if order.paid_at else "",
        "物流单号": line.waybill,
        "物流公司": line.courier,
        **dict.fromkeys(("商品ID", "商品 ID"), line.item),
    }


def items(vintage):
    return lambda orders: rows_of(ITEMS[vintage], (line_cells(order, line) for order in orders for line in order.lines))


# The workbook of 已卖出的宝贝: a row for each line and no number of its own; what belongs to the order stands in each row.
SOLD = """订单编号 买家实付金额 买家应付邮费 订单创建时间 订单付款时间 商品标题 商品价格 购买数量 商品属性 商家编码 订单状态 物流单号 物流公司""".split()


def sold(orders):
    return rows_of(
        SOLD,
        (
            line_cells(order, line) | {"买家实付金额": f"{order.paid}", "买家应付邮费": f"{order.freight}"}
            for order in orders
            for line in order.lines
        ),
    )


DISPATCH = "订单编号 收货人姓名 联系手机 收货地址 物流单号 物流公司 发货时间".split()


def dispatch(orders):
    """A row for each parcel: who receives it, in the forms of 2025-26 and of 千牛."""
    rows = []
    for nth, order in enumerate(orders):
        whole = f"{order.name}，86-{order.phone}，{''.join(order.place)}{order.street}"
        where = whole if nth % 3 == 0 else ",".join([*order.place, order.street]) if nth % 3 == 1 else address(order)
        cells = {
            "订单编号": order.number,
            "收货人姓名": order.name,
            "联系手机": order.phone,
            "收货地址": where,
            "发货时间": clock(order.shipped),
        }
        pairs = dict.fromkeys((line.waybill, line.courier) for line in order.lines if line.waybill) or {("", ""): None}
        rows += [cells | {"物流单号": waybill, "物流公司": courier} for waybill, courier in pairs]
    return rows_of(DISPATCH, rows)


def book(**sheets):
    """The bytes of a workbook of these sheets, in this order; its dimension and its first sheet say nothing."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def three_sheets(orders):
    return book(订单报表=picked("F21")(orders), 销售明细=items("C")(orders), 发货报表=dispatch(orders))


CLASSIC_FIELDS = "status paid freight nick name phone place street ordered paid_at waybills memo message reason".split()
TELLS = {
    "A": {*CLASSIC_FIELDS},
    "B": {*CLASSIC_FIELDS, "refund"},
    "C": {*CLASSIC_FIELDS, "refund", "finished"},
    "D": {*CLASSIC_FIELDS, "refund", "finished", "payment"},
    "E": {*CLASSIC_FIELDS, "refund", "finished", "payment"},
    "2021": {*CLASSIC_FIELDS, "refund", "finished", "payment", "shipped"},
    "F21": {*"status paid freight place ordered waybills memo payment shipped".split()},
    "F9": {*"status paid paid_at payment shipped".split()},
    "F19": {*"status paid freight ordered paid_at payment refund reason".split()},
    "three sheets": {*"status paid freight place ordered waybills memo payment shipped name phone street lines".split()},
    "sold": {*"status paid freight ordered paid_at waybills lines".split()},
}
LISTS: dict[str, Callable] = {
    **{vintage: classic(vintage) for vintage in vintages.CLASSIC},
    **{choice: picked(choice) for choice in PICKED},
    "three sheets": three_sheets,
    "sold": sold,
}
