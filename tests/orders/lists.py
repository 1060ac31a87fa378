"""Small lists as the platform writes them, for the tests of the import. Everything in them is invented."""

import csv
import datetime as dt
import io
from pathlib import Path

import openpyxl

from orders.access import Actor
from orders.actions.import_files import Upload, import_files
from orders.files import vintages

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
HOUR = dt.timedelta(hours=1)

NUMBER = "5118000000000001001"
WAITING, TO_SHIP, PARTLY = "等待买家付款", "买家已付款，等待卖家发货", "卖家部分发货"
SHIPPED, FINISHED, CLOSED = "卖家已发货，等待买家确认", "交易成功", "交易关闭"

AN_ORDER = {
    "订单编号": NUMBER,
    "买家会员名": "tb100000001",
    "买家应付货款": "100.00",
    "买家应付邮费": "10.00",
    "总金额": "110.00",
    "买家实际支付金额": "110.00",
    "订单状态": TO_SHIP,
    "买家留言": "",
    "收货人姓名": "赵测试",
    "收货地址": "浙江省 杭州市 西湖区 第一街道样例路12号3栋401室(310012)",
    "联系手机": "'19900001234",
    "订单创建时间": "2026-11-18 10:00:00",
    "订单付款时间": "2026-11-18 10:01:00",
    "物流单号": "",
    "物流公司": "",
    "订单备注": "",
    "订单关闭原因": "订单未关闭",
    "退款金额": "0.00",
    "确认收货时间": "",
}
A_LINE = {
    "子订单编号": NUMBER,
    "主订单编号": NUMBER,
    "标题": "样例马克杯",
    "价格": "100.00",
    "购买数量": "1",
    "外部系统编号": "MKB-W",
    "商品属性": "颜色分类：白",
    "订单状态": TO_SHIP,
    "商家编码": "MKB-W",
    "买家应付货款": "100.00",
    "买家实际支付金额": "100.00",
    "退款状态": "没有申请退款",
    "退款金额": "无退款申请",
}
AN_OLD_LINE = {name: A_LINE.get(name, "") for name in "标题 价格 购买数量 外部系统编号 商品属性 套餐信息 备注 订单状态 商家编码".split()}
A_REFUND = {
    "订单编号": NUMBER,
    "退款编号": "210000000000000001",
    "订单付款时间": "2026-11-18 10:01:00",
    "买家实际支付金额": "100.00",
    "宝贝标题": "样例马克杯",
    "买家退款金额": "100.00",
    "手工退款/系统退款": "手工退款",
    "是否需要退货": "否",
    "退款的申请时间": "2026-11-19 09:00:00",
    "超时时间": "2026-11-21 09:00:00",
    "退款状态": "买家已经申请退款，等待卖家同意",
    "买家退款原因": "少件/漏发",
    "售中或售后": "售中",
    "完结时间": "",
}


def order(**changes):
    """A row of an order list of vintage E."""
    return dict.fromkeys(vintages.E, "") | AN_ORDER | changes


def picked(**columns):
    """A row of an order list whose columns the seller has picked (vintage F)."""
    return {"订单编号": NUMBER, "订单状态": TO_SHIP, "买家实付金额": "110.00"} | columns


def line(**changes):
    return A_LINE | changes


def old_line(number=NUMBER, **changes):
    """A row of the item list of 2016-19."""
    return {"订单编号": number} | AN_OLD_LINE | changes


def refund(**changes):
    return A_REFUND | changes


def as_csv(rows, encoding="gb18030", separator=","):
    """The bytes of a CSV of these rows; ids are written as ="…"."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow(row.values())
    return buffer.getvalue().encode(encoding)


def as_xlsx(rows):
    """The bytes of a workbook of these rows, as openpyxl writes it."""
    book = openpyxl.Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append(list(row.values()))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class Desk:
    """Imports into one shop from one folder, with the clock at NOON unless said otherwise."""

    def __init__(self, shop, folder):
        self.shop, self.folder = shop, folder

    def file(self, rows, name="list.csv"):
        """Write rows, or bytes as they are, under this name."""
        path = self.folder / name
        path.write_bytes(rows if isinstance(rows, bytes) else as_xlsx(rows) if name.endswith("xlsx") else as_csv(rows))
        return Upload(path, name)

    def take(self, *files, at=NOON, by=None, **more):
        """Import lists of rows, paths of samples, or files written before."""
        uploads = [each if isinstance(each, Upload) else Upload(SAMPLES / each, each) if isinstance(each, str) else None for each in files]
        uploads = [upload or self.file(rows, f"list{place}.csv") for place, (upload, rows) in enumerate(zip(uploads, files, strict=True))]
        return import_files(self.shop, uploads, by=by or Actor.system("command"), at=at, **more)

    def counts(self, *files, **more):
        """read, new, changed, unchanged, held of the import of these files."""
        return tuple(self.take(*files, **more).totals.as_dict().values())

    def codes(self):
        """(row, code) of what is held now, in the order of writing."""
        return list(self.shop.held_rows.filter(resolved_at=None).values_list("line", "code"))
