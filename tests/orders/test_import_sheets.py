"""The workbook of 2026 with several sheets: joined by order number, told by their columns, held where they contradict."""

import itertools

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from logistics.models import Parcel
from orders import vault
from orders.actions.run_uploads import run_confirmed
from orders.actions.upload_files import confirm, stage_upload
from orders.files.errors import BadFile
from orders.imports.reasons import reason_text
from orders.models import HeldRow, Line, Memo, Order
from tests.cast import acts
from tests.orders.lists import CLOSED, HOUR, NOON, NUMBER, SHIPPED, TO_SHIP, line, picked
from tests.orders.story import book

OTHER = "5118000000000001002"
A, B = "5118000000000001101", "5118000000000001102"


def an_order(**changes):
    """A row of the sheet 订单报表: who receives it is not there, and the address is cut."""
    row = {
        "买家应付货款": "100.00",
        "买家应付邮费": "10.00",
        "收货地址": "浙江省 杭州市 西湖区 第一街道****",
        "物流单号": "",
        "物流公司": "",
        "商家备注": "",
    }
    return picked(**row | changes)


def a_dispatch(number=NUMBER, **changes):
    """A row of the sheet 发货报表."""
    where = {"收货地址": "浙江省 杭州市 西湖区 第一街道样例路12号", "物流单号": "", "物流公司": ""}
    return {"订单编号": number, "收货人姓名": "赵测试", "联系手机": "19900001234"} | where | changes


def taken(desk, at=NOON, **sheets):
    return desk.counts(desk.file(book(**sheets), "list.xlsx.bytes"), at=at)


def three(order=None, items=None, dispatch=None):
    return {"订单报表": order or [an_order()], "销售明细": items or [line()], "发货报表": dispatch or [a_dispatch()]}


def person():
    known = Order.objects.get(number=NUMBER)
    return [vault.unseal(each) for each in (known.name_enc, known.phone_enc, known.street_enc)]


@pytest.mark.parametrize("names", list(itertools.permutations(["订单报表", "销售明细", "发货报表"])), ids="-".join)
def test_sheets_in_any_order_are_one_import(desk, names):
    sheets = three()
    assert taken(desk, **{name: sheets[name] for name in names}) == (3, 2, 0, 1, 0)
    assert person() == ["赵测试", "19900001234", "第一街道样例路12号"]
    assert (Order.objects.get().paid, Line.objects.get().paid) == (110, 100)


def test_sheets_are_told_by_their_columns_and_not_by_their_names(desk):
    sheets = three()
    assert taken(desk, 发货报表=sheets["订单报表"], 订单报表=sheets["销售明细"], Sheet3=sheets["发货报表"]) == (3, 2, 0, 1, 0)
    assert person()[0] == "赵测试"


def test_each_sheet_is_counted_by_itself(desk):
    result = desk.take(desk.file(book(**three()), "list.xlsx.bytes"))
    assert [(file.name, file.kind, file.vintage, file.counts.read) for file in result.files] == [
        ("list.xlsx.bytes · 订单报表", "orders", "F", 1),
        ("list.xlsx.bytes · 发货报表", "orders", "dispatch", 1),
        ("list.xlsx.bytes · 销售明细", "items", "B", 1),
    ]


@pytest.mark.fault("I3")
def test_the_same_workbook_again_is_unchanged_and_a_change_in_any_sheet_is_seen(desk):
    taken(desk, **three())
    assert taken(desk, NOON + HOUR, **three()) == (3, 0, 0, 3, 0)
    assert taken(desk, NOON + 2 * HOUR, **three(dispatch=[a_dispatch(联系手机="19900009999")])) == (3, 0, 1, 2, 0)
    assert person()[1] == "19900009999"
    assert taken(desk, NOON + 3 * HOUR, **three(dispatch=[a_dispatch(联系手机="19900009999")])) == (3, 0, 0, 3, 0)


CONTRADICTIONS = {
    "another city": ({}, {"收货地址": "江苏省 南京市 建邺区 样本新村5号"}, "收货地址"),
    "another state": ({}, {"订单状态": SHIPPED}, "订单状态"),
    "another payment": ({}, {"买家实付金额": "109.00"}, "买家实付金额"),
    "another parcel": ({"物流单号": "YT0000000000001"}, {"物流单号": "YT0000000000002"}, "物流单号"),
    "another courier": (
        {"物流单号": "YT0000000000001", "物流公司": "圆通速递"},
        {"物流单号": "YT0000000000001", "物流公司": "中通快递"},
        "物流公司",
    ),
    "another time": ({"发货时间": "2026-11-19 09:00:00"}, {"发货时间": "2026-11-19 10:00:00"}, "发货时间"),
    "another memo": ({"商家备注": "甲"}, {"商家备注": "乙"}, "商家备注"),
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_sheets_that_contradict_hold_the_order_and_nothing_is_chosen(desk, shop, what):
    of_order, of_dispatch, column = CONTRADICTIONS[what]
    plain = dict.fromkeys(of_order, "")
    rows = {
        "order": [an_order(**of_order), an_order(订单编号=OTHER, **plain)],
        "dispatch": [a_dispatch(**of_dispatch), a_dispatch(OTHER, **dict.fromkeys(of_dispatch, ""))],
    }
    assert taken(desk, **three(items=[line(子订单编号=OTHER, 主订单编号=OTHER)], **rows)) == (5, 2, 0, 1, 2)
    assert {(row.code, row.column) for row in shop.held_rows.all()} == {("sheets_contradict", column)}
    assert {row.file.sheet for row in shop.held_rows.select_related("file")} == {"订单报表", "发货报表"}
    assert Order.objects.get().number == OTHER


def test_a_masked_or_empty_cell_contradicts_nothing(desk):
    cut = [an_order(收货地址="上海 上海市 ***")]
    assert taken(desk, **three(order=cut, dispatch=[a_dispatch(收货地址="", 联系手机="***********")])) == (3, 2, 0, 1, 0)
    whole = a_dispatch(收货地址="上海市 上海市 浦东新区 样例路1号")
    assert taken(desk, NOON + HOUR, **three(order=cut, dispatch=[whole])) == (3, 0, 1, 2, 0)
    known = Order.objects.get()
    assert (known.district, vault.unseal(known.street_enc)) == ("浦东新区", "样例路1号")


def test_two_order_sheets_that_contradict_are_held_and_two_that_agree_are_one(desk):
    assert taken(desk, 十月=[an_order()], 十一月=[an_order(), an_order(订单编号=OTHER)]) == (3, 2, 0, 1, 0)
    assert taken(desk, NOON + HOUR, 十月=[an_order()], 十一月=[an_order(订单状态=CLOSED)]) == (2, 0, 0, 0, 2)
    assert Order.objects.get(number=NUMBER).status == "wait_ship"


def test_an_order_in_several_parcels_of_several_couriers(desk):
    parcels = [("YT0000000000001", "圆通速递"), ("73000000000001", "中通快递"), ("YT0000000000002", "圆通速递")]
    dispatch = [a_dispatch(物流单号=waybill, 物流公司=courier) for waybill, courier in parcels]
    order = [an_order(订单状态=SHIPPED, 物流单号="YT0000000000001", 物流公司="圆通速递")]
    assert taken(desk, **three(order=order, items=[line(订单状态=SHIPPED)], dispatch=dispatch)) == (5, 2, 0, 3, 0)
    assert Order.objects.get().waybills == [waybill for waybill, _courier in parcels]
    assert sorted(Parcel.objects.values_list("waybill", "courier__code")) == [
        ("73000000000001", "zhongtong"), ("YT0000000000001", "yuantong"), ("YT0000000000002", "yuantong"),
    ]  # fmt: skip


def test_who_receives_an_order_is_told_once_or_held(desk):
    dispatch = [a_dispatch(), a_dispatch(收货人姓名="钱测试")]
    assert taken(desk, **three(dispatch=dispatch)) == (4, 2, 0, 0, 2)
    assert desk.codes() == [(2, "rows_contradict"), (3, "rows_contradict")]


@pytest.mark.fault("P1")
def test_a_memo_in_one_sheet_does_not_name_whom_another_sheet_names(desk):
    taken(desk, **three(order=[an_order(商家备注="赵测试改寄样例路12号", 开票信息="赵测试")]))
    known = Order.objects.get()
    assert (known.memo, known.invoice_wish, Memo.objects.get().text) == ("[姓名]改寄[地址]", "[姓名]", "[姓名]改寄[地址]")


@pytest.mark.fault("P1")
def test_a_memo_of_a_later_list_does_not_name_whom_an_earlier_one_named(desk):
    desk.take([an_order()], [a_dispatch()])
    desk.take([an_order(商家备注="赵测试要加急")], at=NOON + HOUR)
    assert (Order.objects.get().memo, Memo.objects.get().text) == ("[姓名]要加急", "[姓名]要加急")


def test_a_sheet_that_is_no_list_is_held_row_by_row_and_the_others_go_in(desk, shop):
    assert taken(desk, **three(), 说明=[{"店铺": "样例旗舰店", "导出人": "甲"}, {"店铺": "样例旗舰店", "导出人": "乙"}]) == (5, 2, 0, 1, 2)
    held = shop.held_rows.first()
    assert (held.code, held.file.sheet, held.line) == ("sheet_not_taken", "说明", 2)
    assert "{" not in reason_text(held.code, held.params)


def test_a_sheet_that_lacks_a_needed_column_says_which(desk, shop):
    poor = {name: value for name, value in line().items() if name != "价格"}
    assert taken(desk, **three(items=[poor])) == (3, 1, 0, 1, 1)
    held = shop.held_rows.get()
    assert (held.code, held.params["column"], held.order_number) == ("sheet_not_taken", "商品价格", NUMBER)


def test_a_workbook_without_any_list_is_refused(desk):
    with pytest.raises(BadFile) as caught:
        taken(desk, 甲=[{"店铺": "1"}], 乙=[{"店铺": "2"}])
    assert caught.value.code == "unknown_list"


def test_amounts_beside_an_order_sheet_are_those_of_the_lines(desk):
    """销售明细 without sub-order numbers, but with what was paid."""
    shared = {"订单编号": NUMBER, "订单状态": TO_SHIP, "购买数量": "1"}
    rows = [
        shared | {"商品标题": "甲", "商品价格": "90.00", "买家实付金额": "70.00"},
        shared | {"商品标题": "乙", "商品价格": "40.00", "买家实付金额": "30.00"},
    ]
    assert taken(desk, **three(items=rows)) == (4, 3, 0, 1, 0)
    assert list(Line.objects.order_by("number").values_list("title", "paid")) == [("甲", 70), ("乙", 30)]
    twice = [row | {"买家实付金额": "110.00", "商品价格": "120.00"} for row in rows]
    assert taken(desk, NOON + HOUR, **three(items=twice))[4] == 2
    assert list(Line.objects.order_by("number").values_list("title", "paid")) == [("甲", 70), ("乙", 30)]


def test_a_dispatch_list_alone_waits_for_its_orders(desk):
    assert desk.counts([a_dispatch(物流单号="YT0000000000001")]) == (1, 0, 0, 0, 1)
    assert [(row.code, row.retry) for row in HeldRow.objects.all()] == [("unknown_order", True)]
    result = desk.take([an_order()], at=NOON + HOUR)
    assert (result.totals.new, result.retried) == (1, 1)
    assert person() == ["赵测试", "19900001234", "第一街道样例路12号"]
    assert Order.objects.get().waybills == ["YT0000000000001"]


def test_a_dispatch_list_moves_neither_money_nor_a_state_back(desk):
    desk.take([an_order(订单状态=SHIPPED)])
    desk.take([a_dispatch(买家实付金额="1.00", 买家应付邮费="1.00")], [a_dispatch(订单状态=TO_SHIP)], at=NOON + HOUR)
    known = Order.objects.get()
    assert (known.status, known.paid, known.freight_paid, person()[0]) == ("shipped", 110, 10, "赵测试")


@pytest.mark.fault("I3")
def test_an_older_dispatch_list_adds_only_what_nobody_has_told(desk):
    desk.take(desk.file([an_order(物流单号="YT0000000000009")], "ExportOrderList202611201100.csv"))
    older = desk.file([a_dispatch(物流单号="YT0000000000001")], "发货202611201000.csv")
    assert desk.counts(older) == (1, 0, 1, 0, 0)
    assert (person()[0], Order.objects.get().waybills) == ("赵测试", ["YT0000000000009"])
    assert desk.counts(desk.file([a_dispatch(收货人姓名="钱测试")], "发货202611200900.csv")) == (1, 0, 0, 1, 0)
    assert person()[0] == "赵测试"
    assert desk.counts(desk.file([an_order(物流单号="YT0000000000009", 订单状态=SHIPPED)], "ExportOrderList202611201030.csv")) == (
        1,
        0,
        0,
        1,
        0,
    )


def test_a_list_without_status_or_money_and_without_a_receiver_is_no_dispatch_list(desk):
    with pytest.raises(BadFile):
        desk.take([{"订单编号": NUMBER, "物流单号": "YT0000000000001", "物流公司": "圆通速递"}])


def test_a_workbook_goes_through_preview_and_worker(shop, agent, settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path / "uploads"
    sheets = three(dispatch=[a_dispatch(), a_dispatch(OTHER)])
    workbook = book(销售明细=sheets["销售明细"], 发货报表=sheets["发货报表"], 订单报表=sheets["订单报表"])
    other = book(A=[an_order(订单编号=OTHER)], B=[line(子订单编号=OTHER, 主订单编号=OTHER)])
    files = [SimpleUploadedFile("1.xlsx", workbook), SimpleUploadedFile("2.xlsx", other)]
    run = stage_upload(shop, files, by=acts(agent), at=NOON)
    assert (Order.objects.count(), run.files.count(), run.held) == (0, 5, 0)
    confirm(run, by=acts(agent), at=NOON)
    assert run_confirmed(run.pk, at=NOON)
    stored = [(file.title, file.read, file.new) for file in run.files.order_by("name", "sheet")]
    assert stored == [
        ("1.xlsx · 发货报表", 2, 0),
        ("1.xlsx · 订单报表", 1, 1),
        ("1.xlsx · 销售明细", 1, 1),
        ("2.xlsx · A", 1, 1),
        ("2.xlsx · B", 1, 1),
    ]
    assert not list(settings.UPLOAD_DIR.iterdir())
