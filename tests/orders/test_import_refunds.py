"""The platform's refund list: what it says is kept, and what it has paid back counts against the cap."""

import pytest

from orders.models import HeldRow, Line, Order, PlatformRefund
from tests.orders.lists import HOUR, NOON, NUMBER, line, order, picked, refund

DONE = "退款成功"


@pytest.fixture
def known(desk):
    desk.take([order()], [line()])
    return Order.objects.get()


def test_a_refund_is_stored_as_the_list_tells_it(desk, known):
    assert desk.counts([refund()]) == (1, 1, 0, 0, 0)
    stored = PlatformRefund.objects.get()
    assert (stored.number, stored.order, stored.line) == ("210000000000000001", known, Line.objects.get())
    assert (stored.amount, stored.status, stored.is_open, stored.is_paid) == (100, "买家已经申请退款，等待卖家同意", True, False)
    assert (stored.after_sale_type, stored.phase, stored.reason, stored.forced) == ("仅退款", "onsale", "少件/漏发", False)
    assert stored.deadline_at.isoformat() == "2026-11-21T01:00:00+00:00"


def test_names_of_2026_are_understood(desk, known):
    row = {name: value for name, value in refund().items() if name != "是否需要退货"}
    desk.take([row | {"支付单号": "1", "商品 id": "2", "售后类型": "售后退货退款", "备注标签": ""}])
    assert PlatformRefund.objects.get().after_sale_type == "售后退货退款"


def test_the_older_list_names_a_buyer_whom_nobody_has_named(desk):
    desk.take([picked()], [line()])
    desk.take([refund(买家会员名称="tb100000009")])
    assert Order.objects.get().buyer.nick == "tb100000009"
    desk.take([refund(买家会员名称="tb100000001", 退款状态=DONE)], at=NOON + HOUR)
    assert Order.objects.get().buyer.nick == "tb100000009"


@pytest.mark.fault("P1")
def test_a_masked_buyer_of_a_refund_is_nobody(desk):
    desk.take([picked()], [line()], [refund(买家会员名称="t**")])
    assert Order.objects.get().buyer is None


def test_what_was_paid_back_counts_on_order_and_line(desk, known):
    desk.take([refund(退款状态=DONE, 买家退款金额="30.00")])
    known.refresh_from_db()
    assert (known.platform_refunded, known.lines.get().platform_refunded) == (30, 30)
    assert known.room == 80


def test_a_refund_that_is_open_moves_nothing(desk, known):
    desk.take([refund()])
    assert (Order.objects.get().platform_refunded, Line.objects.get().platform_refunded) == (0, 0)


def test_two_refunds_of_one_order_add_up(desk, known):
    desk.take([refund(退款状态=DONE, 买家退款金额="30.00"), refund(退款编号="210000000000000002", 退款状态=DONE, 买家退款金额="20.00")])
    assert Order.objects.get().platform_refunded == 50


@pytest.mark.fault("I9")
def test_refunds_above_what_was_paid_are_held(desk, known):
    assert desk.counts([refund(买家退款金额="100.01")]) == (1, 0, 0, 0, 1)
    too_much = [
        refund(退款状态=DONE, 买家实际支付金额="100.00"),
        refund(退款编号="210000000000000002", 退款状态=DONE, 买家退款金额="20.00"),
    ]
    assert desk.counts(too_much) == (2, 0, 0, 0, 2)
    assert [code for _line, code in desk.codes()] == ["amounts_contradict", "below_refunded", "below_refunded"]
    assert Order.objects.get().platform_refunded == 0


@pytest.mark.fault("I9")
def test_a_paid_amount_below_what_the_platform_gave_back_is_held(desk, known):
    desk.take([refund(退款状态=DONE)])
    assert desk.counts([order(买家实际支付金额="95.00")], at=NOON + HOUR) == (1, 0, 0, 0, 1)
    assert desk.codes() == [(2, "below_refunded")]


def test_an_order_list_does_not_lower_what_the_refund_list_has_told(desk, known):
    desk.take([refund(退款状态=DONE, 买家退款金额="30.00")])
    desk.take([order(退款金额="0.00", 订单备注="x")], [line(订单状态="交易成功")], at=NOON + HOUR)
    assert (Order.objects.get().platform_refunded, Line.objects.get().platform_refunded) == (30, 30)


@pytest.mark.fault("I3")
def test_an_older_list_or_a_state_further_back_changes_nothing(desk, known):
    desk.take(desk.file([refund(退款状态=DONE)], "退款202611201000.csv"))
    assert desk.counts(desk.file([refund(退款状态="退款关闭")], "退款202611200900.csv")) == (1, 0, 0, 1, 0)
    assert desk.counts(desk.file([refund()], "退款202611201100.csv")) == (1, 0, 0, 1, 0)
    assert PlatformRefund.objects.get().is_paid


def test_a_refused_refund_may_be_asked_again(desk, known):
    desk.take([refund(退款状态="卖家拒绝退款")])
    assert desk.counts([refund()], at=NOON + HOUR) == (1, 0, 1, 0, 0)


def test_what_the_platform_forced_is_marked(desk, known):
    desk.take([refund(**{"手工退款/系统退款": "系统退款"})])
    assert PlatformRefund.objects.get().forced


def test_an_evidence_deadline_is_a_time_or_nothing(desk, known):
    desk.take([refund(举证超时="2026-11-22 09:00:00"), refund(退款编号="210000000000000002", 买家退款金额="1.00", 举证超时="否")])
    first, second = PlatformRefund.objects.order_by("number")
    assert (first.evidence_deadline_at.isoformat(), second.evidence_deadline_at) == ("2026-11-22T01:00:00+00:00", None)


def test_the_sub_order_number_finds_the_line(desk):
    first, second = "5118000000000001101", "5118000000000001102"
    half = {"价格": "50.00", "买家应付货款": "50.00", "买家实际支付金额": "50.00"}
    desk.take([order()], [line(子订单编号=first, **half), line(子订单编号=second, **half)])
    desk.take([refund(订单编号=second, 买家退款金额="5.00"), refund(订单编号=NUMBER, 退款编号="210000000000000002", 买家退款金额="5.00")])
    known, ambiguous = PlatformRefund.objects.order_by("number")
    assert (known.line.number, ambiguous.line) == (second, None)


def test_a_refund_of_an_unknown_order_waits_for_it(desk):
    assert desk.counts([refund()]) == (1, 0, 0, 0, 1)
    result = desk.take([order()], [line()], at=NOON + HOUR)
    assert (result.retried, PlatformRefund.objects.get().line) == (1, Line.objects.get())
    assert HeldRow.objects.get().resolved_at == NOON + HOUR


def test_an_unknown_status_is_held(desk, known):
    assert desk.counts([refund(退款状态="退款中止")]) == (1, 0, 0, 0, 1)
    assert desk.codes() == [(2, "unknown_status")]


@pytest.mark.fault("I9")
def test_an_end_before_the_beginning_is_held(desk, known):
    assert desk.counts([refund(完结时间="2026-11-18 09:00:00")]) == (1, 0, 0, 0, 1)
    assert desk.codes() == [(2, "times_contradict")]


def test_phones_in_the_reason_are_tokens(desk, known):
    desk.take([refund(买家退款原因="打19900001234联系")])
    assert PlatformRefund.objects.get().reason == "打[电话]联系"
