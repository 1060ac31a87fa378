"""Item lists into lines: with postage they add up to what was paid, or they wait."""

from decimal import Decimal

import pytest

from orders.models import HeldRow, Line, Order
from tests.builders import a_refund
from tests.orders.lists import HOUR, NOON, NUMBER, SHIPPED, TO_SHIP, WAITING, line, old_line, order

A, B = "5118000000000001101", "5118000000000001102"


def amounts():
    return list(Line.objects.order_by("number").values_list("number", "paid"))


def two_lines(first="60.00", second="40.00", **more):
    return [
        line(子订单编号=A, 标题="甲", 价格=first, 买家应付货款=first, 买家实际支付金额=first, **more),
        line(子订单编号=B, 标题="乙", 价格=second, 买家应付货款=second, 买家实际支付金额=second, **more),
    ]


def test_a_line_is_stored_as_the_list_tells_it(desk):
    desk.take([order()], [line(应发货时间="2026-11-20 10:01:00", 成本价="37.50", 是否定制="是")])
    stored = Line.objects.get()
    assert (stored.number, stored.title, stored.sku, stored.merchant_code) == (NUMBER, "样例马克杯", "颜色分类：白", "MKB-W")
    assert (stored.quantity, stored.price, stored.paid, stored.item_cost) == (1, 100, 100, Decimal("37.50"))
    assert (stored.status, stored.refund_status, stored.made_to_order) == ("wait_ship", "没有申请退款", True)
    assert stored.ship_by.isoformat() == "2026-11-20T02:01:00+00:00"


def test_a_wider_list_tells_when_and_how_a_line_was_sent(desk):
    sent = {"发货时间": "2026-11-19 09:00:00", "应发货时间": "2026-11-20 10:01:00", "物流公司": "圆通速递", "商品 ID": "7"}
    desk.take([order(订单状态=SHIPPED)], [line(**sent, 订单状态=SHIPPED, 物流单号="YT0000000000001,YT0000000000002")])
    stored, known = Line.objects.get(), Order.objects.get()
    assert (stored.waybills, stored.courier_name) == (["YT0000000000001", "YT0000000000002"], "圆通速递")
    assert stored.shipped_at == known.shipped_at
    assert known.waybills == ["YT0000000000001", "YT0000000000002"]
    assert desk.counts([order(订单状态=SHIPPED)], at=NOON + HOUR) == (1, 0, 0, 1, 0)
    assert Order.objects.get().waybills == known.waybills


def test_what_the_orders_own_list_says_of_its_shipping_stays(desk):
    desk.take([order(订单状态=SHIPPED, 发货时间="2026-11-18 20:00:00", 物流单号="YT0000000000009")])
    desk.take([line(订单状态=SHIPPED, 发货时间="2026-11-19 09:00:00", 物流单号="YT0000000000001")], at=NOON + HOUR)
    known = Order.objects.get()
    assert known.shipped_at.isoformat() == "2026-11-18T12:00:00+00:00"
    assert known.waybills == ["YT0000000000009", "YT0000000000001"]


def test_an_unknown_cost_is_unknown_and_not_nothing(desk):
    desk.take([order()], [line()])
    assert Line.objects.get().item_cost is None


def test_a_missing_column_leaves_the_lines_cost_and_kind(desk):
    desk.take([order()], [line(成本价="37.50", 是否定制="是")])
    desk.take([line(订单状态=SHIPPED)], at=NOON + HOUR)
    assert (Line.objects.get().item_cost, Line.objects.get().made_to_order, Line.objects.get().status) == (
        Decimal("37.50"),
        True,
        "shipped",
    )


@pytest.mark.fault("I9")
@pytest.mark.parametrize("second", ["39.99", "40.01", "0.00"])
def test_lines_that_do_not_add_up_are_held_together(desk, second):
    assert desk.counts([order()], two_lines(second=second)) == (3, 1, 0, 0, 2)
    assert desk.codes() == [(2, "lines_do_not_add_up"), (3, "lines_do_not_add_up")]
    assert Line.objects.count() == 0


def test_half_of_the_lines_in_one_file_and_half_in_the_next_go_in_together(desk):
    first, second = two_lines()
    assert desk.counts([order()], [first], [second]) == (3, 3, 0, 0, 0)


def test_half_of_the_lines_wait_for_the_next_import(desk):
    first, second = two_lines()
    assert desk.counts([order()], [first]) == (2, 1, 0, 0, 1)
    result = desk.take([second], at=NOON + HOUR)
    assert (result.totals.new, result.retried) == (1, 1)
    assert amounts() == [(A, 60), (B, 40)]
    assert HeldRow.objects.get().resolved_at == NOON + HOUR


def test_items_of_an_unknown_order_are_held_and_go_in_with_their_order(desk):
    assert desk.counts(two_lines()) == (2, 0, 0, 0, 2)
    assert [(row.code, row.retry, row.order_number) for row in HeldRow.objects.all()] == [("unknown_order", True, NUMBER)] * 2
    result = desk.take([order()], at=NOON + HOUR)
    assert (result.totals.read, result.totals.new, result.retried) == (1, 1, 2)
    assert amounts() == [(A, 60), (B, 40)]
    assert desk.codes() == []


def test_what_is_kept_of_a_held_row_is_encrypted(desk):
    desk.take([line(标题="样例马克杯，送赵测试")])
    assert "赵测试".encode() not in bytes(HeldRow.objects.get().row_enc)


def test_items_told_anew_with_their_order_are_not_tried_a_second_time(desk):
    desk.take(two_lines())
    result = desk.take([order()], two_lines(), at=NOON + HOUR)
    assert (result.totals.new, result.totals.unchanged, result.retried) == (3, 0, 0)
    assert desk.codes() == []


def test_items_held_every_day_are_tried_once(desk, shop):
    for day in range(3):
        assert desk.counts(two_lines(), at=NOON + day * HOUR) == (2, 0, 0, 0, 2)
    assert shop.held_rows.filter(retry=True).count() == 2
    assert desk.take([order()], at=NOON + 5 * HOUR).retried == 2
    assert Line.objects.count() == 2


def test_a_held_row_whose_reason_changes_tells_the_new_one(desk):
    desk.take(two_lines(second="50.00"))
    desk.take([order()], at=NOON + HOUR)
    assert {row.code for row in HeldRow.objects.all()} == {"lines_do_not_add_up"}


def test_lines_never_overwrite_money_or_status_of_the_order(desk):
    desk.take([order()], [line(订单状态=SHIPPED, 退款状态="退款成功", 退款金额="30.00")])
    known = Order.objects.get()
    assert (known.status, known.paid, known.platform_refunded) == ("wait_ship", 110, 0)
    assert (Line.objects.get().status, Line.objects.get().platform_refunded) == ("shipped", 30)


def test_a_refund_that_is_only_asked_for_has_moved_no_money(desk):
    desk.take([order()], [line(退款状态="买家已经申请退款，等待卖家同意", 退款金额="30.00")])
    assert Line.objects.get().platform_refunded == 0


@pytest.mark.parametrize(
    ("prices", "paid", "shares"),
    [
        (["100.00"], "110.00", ["100.00"]),
        (["1.00", "1.00", "1.00"], "11.00", ["0.34", "0.33", "0.33"]),
        (["89.00", "19.90", "0.10"], "90.00", ["65.32", "14.61", "0.07"]),
        (["50.00", "50.00"], "10.00", ["0.00", "0.00"]),
    ],
)
def test_the_old_item_list_is_split_to_the_fen_by_price_and_quantity(desk, prices, paid, shares):
    rows = [old_line(价格=price, 标题=f"样例{place}") for place, price in enumerate(prices)]
    desk.take([order(买家实际支付金额=paid)], rows)
    assert amounts() == [(f"{NUMBER}#{place}", Decimal(share)) for place, share in enumerate(shares, 1)]


def test_quantity_counts_in_the_split(desk):
    desk.take([order(买家实际支付金额="40.00")], [old_line(价格="10.00", 购买数量="2", 标题="甲"), old_line(价格="10.00", 标题="乙")])
    assert [paid for _number, paid in amounts()] == [20, 10]


@pytest.mark.fault("I9")
def test_an_old_list_whose_prices_are_below_what_was_paid_misses_rows_and_waits(desk):
    assert desk.counts([order()], [old_line(价格="99.99")]) == (2, 1, 0, 0, 1)
    assert desk.codes() == [(2, "lines_do_not_add_up")]


def test_the_old_list_numbers_its_rows_in_file_order_held_ones_included(desk):
    rows = [old_line(标题="甲", 价格="60.00"), old_line(标题="乙", 价格="1.00", 订单状态="外星"), old_line(标题="丙", 价格="50.00")]
    desk.take([order()], rows)
    assert [number for number, _paid in amounts()] == [f"{NUMBER}#1", f"{NUMBER}#3"]


def test_the_same_old_list_again_is_unchanged(desk):
    rows = [old_line(标题="甲", 价格="60.00"), old_line(标题="甲", 价格="60.00")]
    assert desk.counts([order()], rows) == (3, 3, 0, 0, 0)
    assert desk.counts(rows, at=NOON + HOUR) == (2, 0, 0, 2, 0)


def test_a_numbered_list_gives_the_old_lists_lines_their_numbers(desk):
    desk.take([order()], [old_line(标题="甲", 价格="60.00"), old_line(标题="乙", 价格="40.00")])
    before = list(Line.objects.values_list("pk", flat=True))
    assert desk.counts(two_lines(), at=NOON + HOUR) == (2, 0, 2, 0, 0)
    assert amounts() == [(A, 60), (B, 40)]
    assert list(Line.objects.values_list("pk", flat=True)) == before


def test_an_old_list_after_a_numbered_one_knows_the_lines_again(desk):
    desk.take([order()], two_lines())
    assert desk.counts([old_line(标题="甲", 价格="60.00", 商品属性="颜色分类：白"), old_line(标题="丙", 价格="40.00")], at=NOON + HOUR) == (
        2,
        0,
        0,
        1,
        1,
    )
    assert desk.codes() == [(3, "lines_numbered_otherwise")]
    assert amounts() == [(A, 60), (B, 40)]


def test_lines_of_an_unpaid_order_share_what_is_paid_later(desk):
    unpaid = order(订单状态=WAITING, 买家实际支付金额="0.00", 订单付款时间="")
    nothing = [
        line(子订单编号=A, 价格="60.00", 订单状态=WAITING, 买家实际支付金额=""),
        line(子订单编号=B, 价格="60.00", 订单状态=WAITING, 买家实际支付金额=""),
    ]
    desk.take([unpaid], nothing)
    assert amounts() == [(A, 0), (B, 0)]
    assert desk.counts([order()], at=NOON + HOUR) == (1, 0, 1, 0, 0)
    assert amounts() == [(A, 50), (B, 50)]
    assert desk.counts(two_lines(), at=NOON + HOUR) == (2, 0, 2, 0, 0)
    assert amounts() == [(A, 60), (B, 40)]


def test_order_and_lines_may_change_their_money_together(desk):
    desk.take([order()], two_lines())
    cheaper = [order(买家实际支付金额="90.00")], two_lines(second="20.00")
    assert desk.counts(*cheaper, at=NOON + HOUR) == (3, 0, 2, 1, 0)
    assert (Order.objects.get().paid, [paid for _number, paid in amounts()]) == (90, [60, 20])


def test_an_order_whose_money_changes_alone_waits_for_its_lines(desk):
    desk.take([order()], two_lines())
    assert desk.counts([order(买家实际支付金额="90.00")], at=NOON + HOUR) == (1, 0, 0, 0, 1)
    assert desk.codes() == [(2, "lines_do_not_add_up")]
    assert Order.objects.get().paid == 110
    result = desk.take(two_lines(second="20.00"), at=NOON + 2 * HOUR)
    assert (result.retried, desk.codes()) == (1, [])
    assert (Order.objects.get().paid, [paid for _number, paid in amounts()]) == (90, [60, 20])


def test_an_older_item_list_turns_nothing_back(desk):
    desk.take([order()], desk.file([line(订单状态=SHIPPED)], "ExportItemlList202611201100.csv"))
    assert desk.counts(desk.file([line(订单状态=TO_SHIP)], "ExportItemlList202611201000.csv")) == (1, 0, 0, 1, 0)
    assert Line.objects.get().status == "shipped"


def test_the_same_line_twice_in_a_file_counts_once_and_a_contradiction_is_held(desk):
    assert desk.counts([order()], [line(), line()]) == (3, 2, 0, 1, 0)
    assert desk.counts([line(), line(标题="别的")], at=NOON + HOUR) == (2, 0, 0, 0, 2)


def test_what_is_refunded_or_reserved_stays_below_what_was_paid(desk, agent):
    desk.take([order()], two_lines())
    a_refund(agent, order=Order.objects.get(), amount="30.00")
    held = [order(买家实际支付金额="60.00")], two_lines(first="25.00", second="25.00")
    assert desk.counts(*held, at=NOON + HOUR) == (3, 0, 0, 0, 3)
    assert "below_refunded" in {code for _line, code in desk.codes()}
    assert (Order.objects.get().paid, [paid for _number, paid in amounts()]) == (110, [60, 40])
