"""A list is told by the names of its columns alone: kind, vintage, and where each column is."""

import datetime as dt

import pytest

from orders.files import vintages
from orders.files.errors import BadFile
from orders.files.headers import layout_of
from orders.files.table import stamp_of
from tests.orders.lists import A_LINE, A_REFUND, AN_OLD_LINE

BEIJING = dt.timezone(dt.timedelta(hours=8))
PICKED_21 = """订单编号 支付单号 买家应付货款 买家应付邮费 总金额 买家实付金额 订单状态 收货地址 运送方式 订单创建时间 商品标题 宝贝种类 物流单号 物流公司
备注标签 商家备注 宝贝总数量 开票信息 手机订单 商品属性SKU 发货时间""".split()
PICKED_9 = "订单编号 支付单号 支付详情 买家实付金额 订单状态 订单付款时间 店铺名称 发货时间 确认收货打款金额".split()


def kind_of(names):
    layout = layout_of(list(names), "x.csv")
    return layout.kind, layout.vintage, layout.taken


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (vintages.B, ("orders", "B", True)),
        (vintages.E, ("orders", "E", True)),
        (PICKED_21, ("orders", "F", True)),
        (PICKED_9, ("orders", "F", True)),
        (["订单编号", "订单状态", "买家实付金额"], ("orders", "F", True)),
        (["订单编号", "订单状态", "买家实际支付金额"], ("orders", "F", True)),
        (A_LINE, ("items", "B", True)),
        (["订单编号", *AN_OLD_LINE], ("items", "A", True)),
        (A_REFUND, ("refunds", "classic", True)),
    ],
)
def test_a_list_is_known_by_its_columns(names, expected):
    assert kind_of(names) == expected


@pytest.mark.parametrize("name", vintages.CLASSIC)
def test_every_year_is_known_and_taken(name):
    assert kind_of(vintages.CLASSIC[name]) == ("orders", name, True)


@pytest.mark.fault("I8")
def test_order_of_columns_and_columns_of_others_do_not_matter():
    shuffled = [*reversed(vintages.E), "自定义列", "又一列"]
    layout = layout_of(shuffled, "x.csv")
    assert (layout.vintage, layout.taken) == ("E", True)
    assert shuffled[layout.places["paid"]] == "买家实际支付金额"


@pytest.mark.fault("I8")
@pytest.mark.parametrize("written", ["订单编号 ", "\ufeff订单编号", "\t订单编号", "订单　编号", "'订单编号", '"订单编号"'])
def test_blanks_and_marks_around_a_name_do_not_matter(written):
    assert layout_of([written, "订单状态", "买家实付金额"], "x.csv").places["number"] == 0


@pytest.mark.fault("I8")
def test_full_width_brackets_and_signs_are_folded():
    layout = layout_of(["退款编号", "订单编号", "买家退款金额", "退款状态", "手工退款／系统退款", "卖家真实姓名（新）"], "x.csv")
    assert layout.places["forced"] == 4


@pytest.mark.fault("I8")
def test_a_known_column_twice_is_one_error_that_names_it():
    with pytest.raises(BadFile) as caught:
        layout_of(["订单编号", "订单状态", "买家实付金额", "订单状态 "], "x.csv")
    assert caught.value.code == "duplicated_column"
    assert "订单状态" in str(caught.value)


@pytest.mark.fault("I8")
def test_two_names_of_one_column_are_an_error_as_well():
    with pytest.raises(BadFile) as caught:
        layout_of(["订单编号", "订单状态", "买家实付金额", "买家实际支付金额"], "x.csv")
    assert caught.value.code == "duplicated_column"


def test_a_column_twice_that_is_not_read_does_no_harm():
    assert kind_of([*vintages.E, "店铺名称", "备用", "备用"])[1] == "E"


@pytest.mark.parametrize(("names", "missing"), [(["订单编号", "订单状态"], "买家实付金额"), (["订单编号", "买家实付金额"], "订单状态")])
def test_a_list_without_a_needed_column_names_it(names, missing):
    with pytest.raises(BadFile) as caught:
        layout_of(names, "x.csv")
    assert caught.value.code == "missing_column"
    assert missing in str(caught.value)


@pytest.mark.parametrize("names", [["姓名", "电话"], ["发货单号", "收货人姓名", "联系手机"], ["1", "2", "3"]])
def test_other_tables_are_not_taken_for_a_list(names):
    with pytest.raises(BadFile) as caught:
        layout_of(names, "x.csv")
    assert caught.value.code == "unknown_list"


@pytest.mark.parametrize(
    ("name", "stamp"),
    [
        ("ExportOrderList202608111558.csv", dt.datetime(2026, 8, 11, 15, 58, tzinfo=BEIJING)),
        ("ExportItemlList20260811155830.xlsx", dt.datetime(2026, 8, 11, 15, 58, tzinfo=BEIJING)),
        ("ExportOrderList202608111558(1).csv", dt.datetime(2026, 8, 11, 15, 58, tzinfo=BEIJING)),
        ("ExportOrderList202613451558.csv", None),
        ("订单.csv", None),
        ("5118001940005821194.csv", None),
    ],
)
def test_the_name_tells_when_the_export_was_made(name, stamp):
    assert stamp_of(name) == stamp
