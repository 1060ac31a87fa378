"""From the file to the case: what a refund list, an answer of the open platform and an order list bring about in one import."""

import json

import pytest

from casework.actions.verify import verify_invariants
from casework.models import Case, Journal, Ledger
from orders.models import ImportRun, Order
from refunds.models import PlatformDispute, Refund, ShippedAfterRefund
from tests.cast import acts
from tests.orders.lists import HOUR, NOON, SHIPPED, Desk, line, order, refund

REFUNDED = {"退款状态": "退款成功", "完结时间": "2026-11-19 12:00:00"}


@pytest.fixture
def desk(shop, tmp_path):
    return Desk(shop, tmp_path)


@pytest.fixture
def known(desk):
    desk.take([order()], [line()])
    return Order.objects.get()


@pytest.mark.rule("R2.3")
def test_a_refund_list_opens_a_case_and_an_older_one_turns_nothing_back(desk, known):
    desk.take(desk.file([refund()], "退款202611201000.csv"))
    assert Refund.objects.get().state == "requested"
    desk.take(desk.file([refund(退款状态="退款关闭")], "退款202611201100.csv"))
    desk.take(desk.file([refund()], "退款202611200900.csv"))
    assert Refund.objects.get().state == "taken_back"


def test_order_and_refunds_of_one_run_belong_together_whoever_imports(agent, desk):
    desk.take([order()], [line()], [refund()], by=acts(agent))
    case = Refund.objects.get()
    assert (case.order, case.opened_by, Journal.objects.get(case=case).actor) == (Order.objects.get(), None, None)
    assert ImportRun.objects.get().by == agent


def test_an_answer_of_the_open_platform_is_the_same_request(desk, known):
    desk.take([refund()])
    told = {
        "refund_id": "210000000000000001",
        "tid": known.number,
        "oid": known.number,
        "status": "WAIT_SELLER_AGREE",
        "refund_fee": "40.00",
        "modified": "2026-11-20 12:30:00",
        "cs_status": 3,
    }
    desk.take(desk.file(json.dumps({"refund_get_response": {"refund": told}}).encode(), "answer.json"), at=NOON + HOUR)
    assert (Refund.objects.get().subject_label, PlatformDispute.objects.get().subject_label) == ("¥40.00", "¥40.00")


@pytest.mark.rule("R13.1")
def test_a_list_that_says_the_platform_steps_in_opens_a_dispute(desk, known):
    desk.take([refund(客服介入状态="客服介入中", 举证超时="2026-11-21 18:00:00")])
    case = PlatformDispute.objects.get()
    assert case.deadlines.get(kind="evidence").due_at.isoformat() == "2026-11-21T10:00:00+00:00"


@pytest.mark.rule("R13.2")
def test_a_forced_refund_enters_the_ledger_once_with_whose_cost_the_list_says(desk, known):
    rows = [refund(**REFUNDED, **{"手工退款/系统退款": "系统退款", "责任方": "卖家"})]
    desk.take(rows)
    desk.take(rows, at=NOON + HOUR)
    entry = Ledger.objects.get()
    assert (entry.entry, entry.amount, entry.party, entry.case) == ("post", 100, "shop", Case.objects.get())
    known.refresh_from_db()
    assert (known.platform_refunded, known.refunded) == (100, 0)
    assert verify_invariants() == []


@pytest.mark.rule("R10.2")
def test_a_refunded_order_whose_waybill_comes_with_a_later_list_is_an_alarm(desk):
    one = {"买家应付邮费": "0.00", "总金额": "100.00", "买家实际支付金额": "100.00"}
    desk.take([order(**one)], [line()], [refund(**REFUNDED)])
    assert not ShippedAfterRefund.objects.exists()
    shipped = {"订单状态": SHIPPED, "物流单号": "73123456780001", "物流公司": "中通快递"}
    desk.take([order(**one, **shipped)], [line(订单状态=SHIPPED)], at=NOON + HOUR)
    assert ShippedAfterRefund.objects.get().subject_label == "中通 73123456780001"
