"""The workbook of 已卖出的宝贝: a row for each line without a number of its own, and the order told beside it."""

import pytest

from orders.files.errors import BadFile
from orders.models import Line, Order
from tests.orders.lists import CLOSED, FINISHED, HOUR, NOON, NUMBER, SHIPPED, TO_SHIP, WAITING, line, picked
from tests.orders.story import CODES

SHARED = {"订单编号": NUMBER, "买家实付金额": "110.00", "买家应付邮费": "10.00", "订单创建时间": "2026-11-18 10:00:00"}


def a_line(title="甲", price="60.00", status=SHIPPED, **changes):
    return SHARED | {"商品标题": title, "商品价格": price, "购买数量": "1", "订单状态": status, "物流单号": "", "物流公司": ""} | changes


def two(first=SHIPPED, second=TO_SHIP, **changes):
    return [a_line(status=first, **changes), a_line("乙", "50.00", second, **changes)]


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (SHIPPED, SHIPPED, "shipped"),
        (SHIPPED, TO_SHIP, "part_shipped"),
        (TO_SHIP, FINISHED, "part_shipped"),
        (SHIPPED, FINISHED, "shipped"),
        (FINISHED, FINISHED, "finished"),
        (CLOSED, SHIPPED, "shipped"),
        (TO_SHIP, CLOSED, "wait_ship"),
        (CLOSED, CLOSED, "closed"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_lines_make_the_orders_state(desk, first, second, together, turned):
    rows = two(first, second)
    assert desk.counts(rows[::-1] if turned else rows) == (2, 2, 0, 0, 0)
    assert Order.objects.get().status == together
    assert sorted(Line.objects.values_list("title", "status")) == sorted([("甲", CODES[first]), ("乙", CODES[second])])


def test_lines_share_what_was_paid_for_the_order(desk):
    desk.take(two())
    assert (Order.objects.get().paid, Order.objects.get().freight_paid) == (110, 10)
    assert [str(line.paid) for line in Line.objects.order_by("number")] == ["54.55", "45.45"]


def test_amounts_that_differ_between_the_lines_are_theirs(desk):
    rows = [a_line(买家实付金额="58.00", 买家应付邮费="0.00"), a_line("乙", "50.00", 买家实付金额="42.00", 买家应付邮费="0.00")]
    assert desk.counts(rows) == (2, 2, 0, 0, 0)
    assert (Order.objects.get().paid, [line.paid for line in Line.objects.order_by("number")]) == (100, [58, 42])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"买家实付金额": "58.00"}, {"买家实付金额": "42.00"}),  # with postage in one of them, or beside both
        ({"买家实付金额": "99.00", "买家应付邮费": "0.00"}, {"买家实付金额": "42.00", "买家应付邮费": "0.00"}),  # above the line's price
        ({"订单创建时间": "2026-11-18 10:00:00"}, {"订单创建时间": "2026-11-18 11:00:00"}),
        ({"订单状态": WAITING, "买家实付金额": "0.00"}, {}),
    ],
)
def test_rows_that_contradict_are_held_with_all_of_their_order(desk, first, second):
    other = a_line(订单编号="5118000000000001002", price="110.00")
    assert desk.counts([a_line(**first), other, a_line("乙", "50.00") | second]) == (3, 1, 0, 0, 2)
    assert desk.codes() == [(2, "rows_contradict"), (4, "rows_contradict")]
    assert Order.objects.get().number == "5118000000000001002"


def test_an_amount_that_may_be_each_lines_or_the_orders_is_not_guessed(desk):
    assert desk.counts([a_line(price="50.00", 买家实付金额="50.00"), a_line("乙", "50.00", 买家实付金额="50.00")]) == (2, 0, 0, 0, 2)
    assert {code for _line, code in desk.codes()} == {"paid_unclear"}


@pytest.mark.fault("I4")
@pytest.mark.parametrize("broken", [{"订单状态": "待评价"}, {"购买数量": "0"}, {"商品价格": "约50"}])
def test_an_order_goes_in_with_all_of_its_lines_or_not_at_all(desk, broken):
    assert desk.counts([a_line(), a_line("乙", "50.00") | broken]) == (2, 0, 0, 0, 2)
    assert desk.codes()[0] == (2, "other_row_held")
    assert (Order.objects.count(), Line.objects.count()) == (0, 0)


def test_cells_that_only_the_first_row_fills_are_the_orders(desk):
    first, second = two()
    assert desk.counts([first, second | {"买家实付金额": "", "买家应付邮费": "", "订单创建时间": ""}]) == (2, 2, 0, 0, 0)
    assert (Order.objects.get().paid, Line.objects.count()) == (110, 2)


def test_an_order_that_no_row_tells_the_amount_of_is_held(desk):
    assert desk.counts(two(买家实付金额="")) == (2, 0, 0, 0, 2)
    assert desk.codes() == [(2, "missing_value"), (3, "other_row_held")]


def test_a_state_that_moves_on_is_a_change_of_its_line_and_order(desk):
    desk.take(two())
    assert desk.counts(two(), at=NOON + HOUR) == (2, 0, 0, 2, 0)
    moved = desk.counts(two(second=SHIPPED), at=NOON + 2 * HOUR)
    assert (moved[0], moved[1], moved[4], moved[2] >= 1) == (2, 0, 0, True)
    assert (Order.objects.get().status, set(Line.objects.values_list("status", flat=True))) == ("shipped", {"shipped"})


def test_each_line_has_its_parcel(desk):
    rows = [
        a_line(物流单号="YT0000000000001", 物流公司="圆通速递"),
        a_line("乙", "50.00", 物流单号="73000000000001", 物流公司="中通快递"),
    ]
    desk.take(rows)
    known = Order.objects.get()
    assert known.waybills == ["YT0000000000001", "73000000000001"]
    assert set(known.parcels.values_list("waybill", "courier__code")) == {("YT0000000000001", "yuantong"), ("73000000000001", "zhongtong")}


def test_lines_known_by_number_are_found_again(desk):
    a, b = "5118000000000001101", "5118000000000001102"
    numbered = [
        line(子订单编号=a, 标题="甲", 价格="60.00", 买家应付货款="60.00", 买家实际支付金额="60.00", 外部系统编号="", 商家编码=""),
        line(子订单编号=b, 标题="乙", 价格="50.00", 买家应付货款="40.00", 买家实际支付金额="40.00", 外部系统编号="", 商家编码=""),
    ]
    desk.take([picked(买家应付邮费="10.00")], numbered)
    assert desk.counts(two(), at=NOON + HOUR)[1::3] == (0, 0)
    assert list(Line.objects.order_by("number").values_list("number", "paid")) == [(a, 60), (b, 40)]


def test_an_order_list_with_a_row_for_each_line_but_no_prices_is_one_order_a_number(desk):
    rows = [
        picked(商品标题="甲", 订单状态=SHIPPED, 物流单号="YT1"),
        picked(商品标题="乙", 物流单号=""),
        picked(商品标题="丙", 订单状态=CLOSED, 物流单号=""),
    ]
    assert desk.counts(rows) == (3, 1, 0, 2, 0)
    assert (Order.objects.get().status, Order.objects.get().waybills) == ("part_shipped", ["YT1"])
    assert desk.counts(rows[::-1], at=NOON + HOUR) == (3, 0, 0, 3, 0)


def test_the_same_goods_with_two_states_are_no_lines_but_a_contradiction(desk):
    assert desk.counts([picked(商品标题="甲", 订单状态=SHIPPED), picked(商品标题="甲")]) == (2, 0, 0, 0, 2)


@pytest.mark.fault("I6")
def test_a_workbook_with_a_password_is_one_sentence(desk):
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(BadFile) as caught:
        desk.take(desk.file(data, "已卖出的宝贝.xlsx"))
    assert caught.value.code == "password"
    assert Order.objects.count() == 0
