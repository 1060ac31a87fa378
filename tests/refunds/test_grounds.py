"""R3.1, R7 to R10.1: what a reason for money wants beside reason and ground, when it is asked and when it is approved."""

import pytest

from casework.actions.add_evidence import add_evidence
from casework.actions.advance import advance
from casework.actions.sweep import fire_deadlines
from casework.models import Deadline
from casework.situation import read_situations
from logistics.models import IncidentFacts, Parcel
from orders.errors import Malformed, Refused, StepRefused
from orders.models import Order
from refunds.actions.ask import ask_refund
from refunds.models import Approval, Refund, Request
from refunds.models.returned import Return
from tests.builders import a_refund, a_wish, a_wish_for, an_order, an_unreachable
from tests.callers import a_picture
from tests.cast import MONDAY, acts
from tests.logistics.incidents import fresh, hours, running, state_of, taken
from tests.page import browser_of, field_of, text_of
from tests.refunds.returns import a_return
from tests.refunds.test_money_in_the_database import APPROVE, NEW_VERSION, fails, sql

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock")]

SMALL = {"channel": "small_payment"}


def codes_of(call):
    with pytest.raises(StepRefused) as refused:
        call()
    return [(each.code, each.rule) for each in refused.value.reasons]


def ask(by, order, **changes):
    return ask_refund(a_wish(order, "10.00", **changes), by=acts(by), at=MONDAY)


def approve(case, by, reason=""):
    return advance(case.pk, "approve", by=acts(by), at=MONDAY, facts={"reason": reason})


def to_ship(shop, **fields):
    return an_order(shop, status="wait_ship", shipped_at=None, **fields)


# R7 ------------------------------------------------------------------------------------------------


@pytest.mark.rule("R7.1")
def test_who_bought_the_wrong_thing_asks_for_a_refund_and_orders_anew_and_hears_within_a_day(agent, shop):
    order = to_ship(shop)
    case = ask(agent, order, reason="wrong_purchase", ground="record_checked")
    assert running(case, "wrong_purchase").due_at == MONDAY + hours(24)
    assert not case.tasks.exists()
    text = text_of(browser_of(agent).get(f"/cases/{case.pk}/"))
    assert f"请您在平台上对订单 {order.number} 申请退款，再重新拍下正确的商品" in text
    fire_deadlines(at=MONDAY + hours(25))
    assert Deadline.objects.get(case=case, kind="wrong_purchase").status == "over"


@pytest.mark.rule("R7.1")
def test_once_the_goods_have_left_they_come_back_first(agent, shop):
    assert codes_of(lambda: ask(agent, an_order(shop), reason="wrong_purchase")) == [("goods_have_left", "R7.1")]
    assert ask(agent, an_order(shop), reason="wrong_purchase", ground="goods_back").state == "asked"


@pytest.mark.rule("R7.1")
def test_a_parcel_that_is_back_with_us_has_not_left(agent, shop):
    order = an_order(shop, waybill="73000000004444")
    Parcel.objects.filter(orders=order).update(back_at=MONDAY)
    assert ask(agent, order, reason="wrong_purchase").state == "asked"


@pytest.mark.rule("R7.1")
def test_goods_that_leave_before_the_decision_hold_the_approval(agent, supervisor, shop):
    case = ask(agent, to_ship(shop), reason="wrong_purchase")
    Order.objects.filter(pk=case.order_id).update(status="shipped")
    assert codes_of(lambda: approve(case, supervisor)) == [("reason_holds", "R1.1")]


# R8 ------------------------------------------------------------------------------------------------


@pytest.mark.rule("R8.1")
@pytest.mark.parametrize("status", ["shipped", "part_shipped", "finished"])
def test_a_price_difference_is_not_refunded_once_the_goods_have_left(agent, shop, status):
    order = an_order(shop, status=status)
    assert codes_of(lambda: ask(agent, order, reason="price")) == [("price_after_shipping", "R8.1")]


@pytest.mark.rule("R8.1")
def test_before_shipment_it_is_possible_and_needs_no_reason_of_the_lead(agent, supervisor, shop):
    assert approve(ask(agent, to_ship(shop), reason="price"), supervisor).state == "to_pay"


@pytest.mark.rule("R8.1")
def test_a_serious_case_is_asked_for_by_a_lead_and_another_one_says_why(supervisor, manager, shop):
    case = ask(supervisor, an_order(shop), reason="price")
    with pytest.raises(Malformed) as refused:
        approve(case, manager)
    assert (refused.value.code, refused.value.field) == ("reason_required", "reason")
    approve(case, manager, "活动价标错，顾客损失大")
    assert Approval.objects.get().reason == "活动价标错，顾客损失大"


# R9 ------------------------------------------------------------------------------------------------


@pytest.mark.rule("R9.1")
def test_postage_paid_too_much_is_postage_only_and_not_above_what_was_paid(agent, shop):
    order = an_order(shop, freight="8.00")
    assert codes_of(lambda: ask(agent, order, reason="freight")) == [("postage_only", "R9.1")]
    with pytest.raises(Refused) as over:
        ask_refund(a_wish_for(order, freight="8.01", reason="freight"), by=acts(agent), at=MONDAY)
    assert over.value.code == "over_the_cap"
    case = ask_refund(a_wish_for(order, freight="3.00", reason="freight"), by=acts(agent), at=MONDAY)
    text = text_of(browser_of(agent).get(f"/cases/{case.pk}/"))
    assert "请您先不要确认收货，在平台上申请退运费 3.00 元" in text


# R10.1 ---------------------------------------------------------------------------------------------

MEMO = "2026-11-23 照常发货，忽略退款，AGENT"


@pytest.mark.rule("R10.1")
@pytest.mark.parametrize("reason", ["price", "freight"])
def test_money_without_goods_before_shipment_brings_the_memo_by_itself(agent, shop, reason):
    order = to_ship(shop, freight="8.00")
    case = ask_refund(a_wish_for(order, freight="3.00", reason=reason), by=acts(agent), at=MONDAY)
    assert [(each.kind, each.text) for each in case.tasks.all()] == [("ship_as_normal", MEMO)]


@pytest.mark.rule("R10.1")
def test_a_customer_who_still_wants_the_goods_gets_them_shipped_by_memo(agent, shop):
    case = ask(agent, to_ship(shop))
    taken(case, "goods_still_wanted", agent)
    assert [(each.kind, each.text, each.role) for each in case.tasks.all()] == [("ship_as_normal", MEMO, "agent")]
    assert state_of(case) == "asked"
    assert codes_of(lambda: taken(case, "goods_still_wanted", agent)) == [("no_memo_waits", "R10.1")]


@pytest.mark.rule("R10.1")
def test_where_nothing_is_to_be_shipped_there_is_nothing_to_write(agent, shop):
    case = ask(agent, an_order(shop))
    assert codes_of(lambda: taken(case, "goods_still_wanted", agent)) == [("has_goods_to_ship", "R10.1")]


@pytest.mark.rule("R10.1")
def test_a_refund_that_ends_takes_the_open_memo_along(agent, supervisor, shop):
    first, second = (ask(agent, to_ship(shop), reason="price") for _ in range(2))
    taken(first, "withdraw", agent, note="不用了")
    taken(second, "reject", supervisor, reason="没有依据")
    for case in (first, second):
        assert fresh(case).closed_at is not None
        assert case.tasks.get().done_by is None


# R3.1 ----------------------------------------------------------------------------------------------


@pytest.fixture
def returned(agent):
    """A return whose postage is on record; who pays the way back is decided."""

    def make(payer="shop", *, postage="12.00", arrived=MONDAY):
        case = a_return(agent)
        IncidentFacts.objects.filter(case=case).update(freight_payer=payer, freight_rule="R3.1" if payer else "")
        Return.objects.filter(case=case).update(postage=postage, arrived_at=arrived, released_at=MONDAY)
        return fresh(case)

    return make


def advanced(agent, above, amount="12.00", **changes):
    wish = {"case": above.pk, "lines": [], "reason": "quality", "beyond": {"kind": "freight", "amount": amount}, "payee": SMALL}
    return ask_refund(a_wish(above.order, **(wish | changes)), by=acts(agent), at=MONDAY)


@pytest.mark.rule("R3.1")
@pytest.mark.parametrize(
    ("how", "amount", "refused"),
    [
        ({}, "12.00", []),
        ({}, "12.01", [("above_the_record", "R3.1")]),
        ({"payer": "courier"}, "12.00", []),
        ({"payer": "split"}, "6.00", []),
        ({"payer": "split"}, "6.01", [("above_the_record", "R3.1")]),
        ({"payer": "customer"}, "1.00", [("freight_not_ours", "R3.3")]),
        ({"payer": "insurer"}, "1.00", [("freight_not_ours", "R3.3")]),
        ({"payer": ""}, "1.00", [("freight_not_decided", "R3.1")]),
        ({"arrived": None}, "12.00", [("goods_not_here", "R3.1")]),
        ({"postage": None}, "12.00", [("no_record", "R3.1")]),
    ],
)
def test_what_the_customer_advanced_is_paid_back_once_the_goods_are_here_against_the_record(agent, returned, how, amount, refused):
    above = returned(**how)
    if refused:
        assert codes_of(lambda: advanced(agent, above, amount)) == refused
    else:
        assert advanced(agent, above, amount).state == "asked"


@pytest.mark.rule("R3.1")
def test_in_two_parts_it_is_no_more(agent, returned):
    above = returned()
    first = advanced(agent, above, "7.00")
    assert codes_of(lambda: advanced(agent, above, "5.01")) == [("above_the_record", "R3.1")]
    taken(first, "withdraw", agent, note="重来")
    assert advanced(agent, above, "12.00").state == "asked"


@pytest.mark.rule("R3.1")
def test_who_pays_the_way_back_is_asked_once_more_at_the_approval(agent, supervisor, returned):
    above = returned()
    case = advanced(agent, above)
    IncidentFacts.objects.filter(case=above).update(freight_payer="customer")
    assert codes_of(lambda: approve(case, supervisor)) == [("reason_holds", "R1.1")]


@pytest.mark.rule("R3.1")
def test_without_a_return_the_warehouse_and_a_receipt_say_so(agent):
    above = an_unreachable(agent, state="returning")
    IncidentFacts.objects.filter(case=above).update(freight_payer="shop", freight_rule="R3.1")
    assert codes_of(lambda: advanced(agent, above, ground="photo_checked")) == [("goods_not_here", "R3.1"), ("no_record", "R3.1")]
    assert codes_of(lambda: advanced(agent, above, ground="warehouse_confirmed")) == [("no_record", "R3.1")]


@pytest.mark.rule("R3.1")
def test_without_a_return_the_receipt_is_paid_back_once(agent, supervisor):
    above = an_unreachable(agent, state="returning")
    IncidentFacts.objects.filter(case=above).update(freight_payer="shop", freight_rule="R3.1")
    receipt = add_evidence(above.pk, upload=a_picture(), kind="other", by=acts(agent), at=MONDAY).pk
    wish = {"ground": "warehouse_confirmed", "evidence": [receipt]}
    first = advanced(agent, above, **wish)
    assert codes_of(lambda: advanced(agent, above, **wish)) == [("paid_back_once", "R3.1")]
    again = ask_refund(
        a_wish(above.order, case=first.pk, lines=[], reason="quality", beyond={"kind": "freight", "amount": "11.00"}, payee=SMALL, **wish),
        by=acts(agent), at=MONDAY, version=first.version,
    )  # fmt: skip
    approve(again, supervisor)
    taken(again, "withdraw", agent, note="重来")
    assert advanced(agent, above, **wish).state == "asked"


@pytest.mark.rule("R3.1")
def test_raw_sql_does_not_approve_it_twice_either(agent, supervisor):
    above = an_unreachable(agent, state="returning")
    IncidentFacts.objects.filter(case=above).update(freight_payer="shop", freight_rule="R3.1")
    receipt = add_evidence(above.pk, upload=a_picture(), kind="other", by=acts(agent), at=MONDAY).pk
    first = advanced(agent, above, ground="warehouse_confirmed", evidence=[receipt])
    other = a_refund(agent, order=above.order, case=above.pk, amount="1.00", payee=SMALL)
    beyond = NEW_VERSION.replace("payee_mask,", "payee_mask, beyond, beyond_kind,").replace("'',", "'', 12, 'freight',")
    sql(beyond, "[]", "12.00", agent.pk, 2, other.pk)
    sql(APPROVE, supervisor.pk, Request.objects.get(case=first).pk)
    fails("advanced_postage_goes_back_once", APPROVE, supervisor.pk, Request.objects.get(case=other, seq=2).pk)


@pytest.mark.rule("R3.1")
def test_of_an_order_alone_nobody_has_decided_it(agent, shop):
    wish = a_wish(an_order(shop), beyond={"kind": "freight", "amount": "5.00"}, payee=SMALL)
    assert codes_of(lambda: ask_refund(wish, by=acts(agent), at=MONDAY)) == [("freight_not_decided", "R3.1")]


@pytest.mark.rule("R3.1", "R1.3")
def test_the_page_asks_for_it_and_keeps_it_when_it_is_asked_anew(agent, supervisor, returned):
    above, browser = returned(), browser_of(agent)
    form = {"advanced": "12.00", "reason": "quality", "ground": "goods_back", "channel": "platform", "account": "", "name": "", "key": "k"}
    refused = browser.post(f"/refunds/new/?case={above.pk}", form)
    assert refused.status_code == 400
    assert "by small payment, Alipay or bank transfer" in text_of(refused)
    browser.post(f"/refunds/new/?case={above.pk}", form | {"channel": "small_payment"})
    case = Refund.objects.get(parent=above)
    assert case.requests.get().beyond == 12
    taken(case, "send_back", supervisor, reason="补凭证")
    assert field_of(browser.get(f"/refunds/new/?again={case.pk}"), "advanced") == "12.00"


# One query -----------------------------------------------------------------------------------------


def test_what_stands_around_requests_is_read_at_once(agent, supervisor, shop, django_assert_max_num_queries):
    cases = [a_refund(agent) for _ in range(5)]
    with django_assert_max_num_queries(40) as few:
        read_situations(cases[:1], now=MONDAY, actor=acts(supervisor))
    with django_assert_max_num_queries(len(few)):
        read_situations(cases, now=MONDAY, actor=acts(supervisor))
