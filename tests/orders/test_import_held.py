"""Rows that are held: never guessed, never fixed, each with its row, column and reason; the counts always add up."""

import pytest

from orders.imports.held_csv import held_csv
from orders.imports.reasons import SENTENCES, reason_text
from orders.models import Order
from tests.orders.lists import NUMBER, SHIPPED, TO_SHIP, WAITING, as_csv, line, order, picked

HELD_ORDERS = {
    "a damaged number": ({"订单编号": "5.11800E+18"}, "damaged_id", "订单编号"),
    "no number": ({"订单编号": ""}, "missing_value", "订单编号"),
    "a damaged waybill": ({"物流单号": "7.35E+13"}, "damaged_id", "物流单号"),
    "a damaged payment number": ({"支付单号": "2.02611E+27"}, "damaged_id", "支付单号"),
    "an unknown status": ({"订单状态": "外星"}, "unknown_status", "订单状态"),
    "no status": ({"订单状态": ""}, "missing_value", "订单状态"),
    "no paid amount": ({"买家实际支付金额": ""}, "missing_value", "买家实际支付金额"),
    "a negative amount": ({"买家实际支付金额": "-1.00"}, "bad_amount", "买家实际支付金额"),
    "three decimals": ({"买家应付邮费": "1.005"}, "bad_amount", "买家应付邮费"),
    "more paid than due": ({"买家实际支付金额": "110.01"}, "amounts_contradict", "买家实际支付金额"),
    "more refunded than paid": ({"退款金额": "110.01"}, "amounts_contradict", "退款金额"),
    "more postage than paid": ({"买家实际支付金额": "5.00"}, "amounts_contradict", "买家应付邮费"),
    "paid while it waits for payment": ({"订单状态": WAITING}, "amounts_contradict", "买家实际支付金额"),
    "paid before it was made": ({"订单付款时间": "2026-11-18 09:59:59"}, "times_contradict", "订单付款时间"),
    "received before it was made": ({"确认收货时间": "2026-11-17 09:59:59"}, "times_contradict", "确认收货时间"),
    "a time that is none": ({"订单付款时间": "昨天"}, "bad_time", "订单付款时间"),
    "a time before Christ": ({"订单付款时间": "0001-01-01 00:00:00"}, "bad_time", "订单付款时间"),
    "a time before the platform": ({"确认收货时间": "2002-12-31 23:59:59"}, "bad_time", "确认收货时间"),
    "a time far ahead": ({"确认收货时间": "9999-12-31 23:59:59"}, "bad_time", "确认收货时间"),
    "a nick that is too long": ({"买家会员名": "t" * 101}, "text_too_long", "买家会员名"),
}
HELD_LINES = {
    "a negative quantity": ({"购买数量": "-1"}, "bad_quantity", "购买数量"),
    "a quantity of nothing": ({"购买数量": "0"}, "bad_quantity", "购买数量"),
    "more paid than the price": ({"价格": "99.99"}, "amounts_contradict", "买家实际支付金额"),
    "more paid than due": ({"买家应付货款": "99.99"}, "amounts_contradict", "买家实际支付金额"),
    "more refunded than paid": ({"退款状态": "退款成功", "退款金额": "100.01"}, "amounts_contradict", "退款金额"),
    "a damaged sub-order": ({"子订单编号": "5.1E+18"}, "damaged_id", "子订单编号"),
    "an unknown status": ({"订单状态": "待评价"}, "unknown_status", "订单状态"),
    "a cost that is none": ({"成本价": "约30"}, "bad_amount", "成本价"),
}


def told(shop):
    row = shop.held_rows.get()
    return row.code, row.column, row.line


@pytest.mark.fault("I9")
@pytest.mark.parametrize("what", HELD_ORDERS)
def test_a_row_of_the_order_list_is_held_for(desk, shop, what):
    changes, code, column = HELD_ORDERS[what]
    sound = order(订单编号="5118000000000009999")
    assert desk.counts([sound, order(**changes)]) == (2, 1, 0, 0, 1)
    assert told(shop) == (code, column, 3)


@pytest.mark.fault("I9")
@pytest.mark.parametrize("what", HELD_LINES)
def test_a_row_of_the_item_list_is_held_for(desk, shop, what):
    changes, code, column = HELD_LINES[what]
    assert desk.counts([order()], [line(成本价="1.00") | changes]) == (2, 1, 0, 0, 1)
    assert told(shop) == (code, column, 2)


def test_an_amount_of_nothing_is_a_value_and_not_missing(desk):
    assert desk.counts([picked(买家实付金额="0.00")]) == (1, 1, 0, 0, 0)


@pytest.mark.fault("I4")
def test_one_bad_row_in_ten_thousand_is_held_and_the_others_go_in(desk, shop):
    rows = [picked(订单编号=f"51180000000000{place:05d}", 订单状态="外星" if place == 7000 else TO_SHIP) for place in range(10_000)]
    assert desk.counts(rows) == (10_000, 9_999, 0, 0, 1)
    row = shop.held_rows.get()
    assert (row.line, row.column, row.value, row.order_number) == (7002, "订单状态", "外星", "5118000000000007000")
    assert "状态" in reason_text(row.code, row.params) or "status" in reason_text(row.code, row.params)


def test_a_comma_too_many_is_borne_and_a_cell_too_many_is_not(desk, shop):
    lines = as_csv([order(), order(订单编号="5118000000000001002"), order(订单编号="5118000000000001003")]).split(b"\r\n")
    lines[1] += b","
    lines[2] += b',"x"'
    lines[3] = lines[3].rsplit(b",", 1)[0]
    assert desk.counts(desk.file(b"\r\n".join(lines))) == (3, 1, 0, 0, 2)
    assert desk.codes() == [(3, "wrong_number_of_cells"), (4, "wrong_number_of_cells")]
    assert shop.held_rows.first().params == {"cells": "68", "columns": "67"}


def test_empty_rows_are_no_rows_but_keep_the_numbering(desk, shop):
    data = as_csv([picked(), picked(订单编号="x")]).split(b"\r\n")
    data.insert(2, b"\r\n,,")
    assert desk.counts(desk.file(b"\r\n".join(data))) == (2, 1, 0, 0, 1)
    assert shop.held_rows.get().line == 5


def test_numbers_in_number_cells_of_a_workbook_are_damaged(desk, shop):
    rows = [picked() | {"订单编号": int(NUMBER)}, picked(订单编号="5118000000000001002") | {"买家实付金额": 19.9}]
    assert desk.counts(desk.file(rows, "x.xlsx")) == (2, 1, 0, 0, 1)
    assert told(shop) == ("damaged_id", "订单编号", 2)
    assert str(Order.objects.get().paid) == "19.90"


@pytest.mark.fault("P1")
def test_what_is_shown_of_a_held_row_names_nobody(desk, shop):
    desk.take([order(订单状态="联系19900001234或a.b@example.com"), order(订单编号="x")])
    assert [row.value for row in shop.held_rows.all()] == ["联系[电话]或[邮箱]", "x"]


@pytest.mark.fault("X4")
def test_the_file_of_held_rows_tells_row_column_and_reason_and_is_safe_to_open(desk, shop):
    desk.take(desk.file([order(订单状态='=cmd|"x"'), order(订单编号="5.11800E+18"), order(订单状态="外星")], "=1+1.csv"))
    data = b"".join(held_csv(shop.held_rows.select_related("file"))).decode("utf-8-sig")
    assert data.encode("utf-8-sig").startswith(b"\xef\xbb\xbf")
    rows = [row.split(",") for row in data.splitlines()]
    assert rows[1][:3] == ["'=1+1.csv", "2", "订单状态"]
    assert rows[1][3].strip('"').startswith("'=cmd")
    assert rows[2][3:5] == ["'5.11800E+18", "damaged_id"]
    assert rows[3][-1] == f"'{NUMBER}"


def test_every_reason_has_a_sentence_and_bears_missing_numbers():
    assert all(reason_text(name.partition(":")[0], {"why": name.partition(":")[2]} if ":" in name else {}) for name in SENTENCES)
    assert "12.00" in reason_text("below_refunded", {"paid": "12.00", "refunded": None})


@pytest.mark.fault("I2")
def test_numbers_that_a_spreadsheet_has_rounded_are_held_and_a_single_round_one_is_chance(desk):
    rounded = [picked(订单编号=f"5118000000{place:05d}0000") for place in range(3)]
    assert desk.counts(rounded) == (3, 0, 0, 0, 3)
    assert {code for _line, code in desk.codes()} == {"damaged_id"}
    assert desk.counts([rounded[0], picked(), picked(订单编号="5118000000000001002")]) == (3, 3, 0, 0, 0)


def test_a_held_row_leaves_what_is_stored(desk):
    desk.take([order()])
    desk.take([order(订单状态=SHIPPED, 买家实际支付金额="120.00")])
    assert Order.objects.get().status == "wait_ship"
