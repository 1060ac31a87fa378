"""R1.1, R1.2: what an approver goes by stands in one view: limits left, what stands out, the buyer before, memos."""

import datetime as dt
from decimal import Decimal

import pytest

from casework.actions.set_policy import set_policy
from orders.models import Memo, Order
from refunds.request_view import read_request
from tests.builders import a_refund, an_order
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import taken
from tests.logistics.test_missing_items import offered
from tests.page import browser_of, button_of, text_of
from tests.refunds.test_money_in_the_database import sql

pytestmark = pytest.mark.rule("R1.1", "R1.2")

DAY = dt.timedelta(days=1)


@pytest.fixture
def order(shop):
    return an_order(shop, lines=("900.00",))


@pytest.fixture
def case(agent, order):
    return a_refund(agent, order=order, amount="30.00")


def bought_too(order, **changes):
    """Another order of the same buyer."""
    other = an_order(order.shop, lines=("20.00",), **changes)
    Order.objects.filter(pk=other.pk).update(buyer=order.buyer)
    other.refresh_from_db()
    return other


def claimed(agent, order, *, days=1, reason="missing", **changes):
    return a_refund(agent, order=bought_too(order), amount="5.00", at=MONDAY - days * DAY, reason=reason, **changes)


def signal(case, by, now=MONDAY):
    found = read_request(case.pk, by=acts(by), now=now).signals.often
    return found and [each.case.number for each in found.claims]


def seen(client, case):
    return text_of(client.get(f"/approvals/{case.pk}/"))


def test_the_limit_that_is_left_for_order_and_day_is_told(agent, supervisor, order, case):
    a_refund(agent, order=order, amount="400.00", approved_by=supervisor)
    text = seen(browser_of(supervisor), case)
    assert "Approved for the order so far 400.00 Left for this order 100.00 Left for today 4,600.00" in text


def test_a_manager_has_no_limit_and_sees_what_needs_one(agent, manager, supervisor, order):
    case = a_refund(agent, order=order, amount="600.00")
    text = seen(browser_of(manager), case)
    assert "Left for this order no limit Left for today no limit" in text
    assert "Your limit Needs a manager R1.2" in text
    assert "Needs a manager 1" in text
    waiting = seen(browser_of(supervisor), case)
    assert "Waits for a manager 1" in waiting
    assert "needs a manager" in waiting


@pytest.mark.fault("M13")
def test_what_all_refunds_of_the_order_pass_in_sum_waits_for_a_manager(agent, supervisor, manager, order):
    a_refund(agent, order=order, amount="480.00", approved_by=supervisor)
    case = a_refund(agent, order=order, amount="20.01")
    assert "Waits for a manager 1" in seen(browser_of(supervisor), case)
    assert "Needs a manager 1" in seen(browser_of(manager), case)


def test_over_the_api_too_it_is_told_what_waits_for_a_manager(agent, supervisor, manager, order, case):
    big = a_refund(agent, order=order, amount="480.00", approved_by=manager)
    rows = {row["id"]: row["needs_manager"] for row in program(agent).get("refunds/").json()["results"]}
    assert rows == {case.pk: True, big.pk: False}


def test_a_supervisor_with_a_higher_limit_of_their_own_counts(agent, supervisor, supervisor2, shop, order):
    sql("SELECT refunds_set_limit(%s, 'supervisor', %s, 800, 5000)", shop.pk, supervisor2.pk)
    case = a_refund(agent, order=order, amount="600.00")
    assert "You cannot approve 1" in seen(browser_of(supervisor), case)
    assert "You can approve 1" in seen(browser_of(supervisor2), case)


def test_earlier_orders_cases_refunds_and_memos_stand_there(agent, agent2, supervisor, finance, order, case):
    other = bought_too(order)
    paid = a_refund(agent2, order=other, amount="12.50", approved_by=supervisor, paid_by=finance)
    Memo.objects.create(order=order, at=MONDAY, text="顾客愿意留用", writer_code="LN", source="import")
    text = seen(browser_of(supervisor), case)
    assert f"Orders {other.number[-4:]} Shipped ¥20.00 26-11-23" in text
    assert f"Cases {paid.number} Refund Paid; tell the customer" in text
    assert f"Refunds paid {paid.number} ¥12.50 26-11-23" in text
    assert "Memos on the order 顾客愿意留用 LN" in text


def test_an_order_without_a_buyer_says_so(agent, supervisor, order, case):
    Order.objects.filter(pk=order.pk).update(buyer=None)
    assert "The buyer is not in the file." in seen(browser_of(supervisor), case)


# What stands out -------------------------------------------------------------------------------------


def test_three_earlier_claims_in_ninety_days_are_shown_with_their_cases_and_decide_nothing(agent, supervisor, order, case):
    claims = [claimed(agent, order, days=days, reason=reason) for days, reason in ((89, "missing"), (2, "not_received"))]
    assert signal(case, supervisor) is None
    claims.append(claimed(agent, order))
    assert signal(case, supervisor) == [each.number for each in claims[::-1]]
    page = browser_of(supervisor).get(f"/approvals/{case.pk}/")
    assert "Earlier claims of this buyer in 90 days (not received, missing): 3." in text_of(page)
    assert button_of(page, "approve")


def test_other_reasons_other_buyers_and_older_claims_do_not_count(agent, supervisor, shop, order, case):
    for days in (1, 2):
        claimed(agent, order, days=days)
    claimed(agent, order, reason="damaged")
    claimed(agent, order, days=91)
    a_refund(agent, order=an_order(shop), reason="missing")
    assert signal(case, supervisor) is None


@pytest.fixture
def short(agent, printclerk, warehouse):
    """A missing piece, confirmed, whose customer wants the money: the case, and the refund below it."""
    above = offered(agent, printclerk, warehouse)
    for step in ("next_order_declined", "resend_declined"):
        taken(above, step, agent)
    lines = [{"line": above.order.lines.get(position=2).pk, "amount": "20.00"}]
    return above, a_refund(agent, order=above.order, reason="missing", case=above.pk, lines=lines)


def test_neither_this_request_nor_its_own_case_is_an_earlier_claim(agent, supervisor, short):
    above, case = short
    for days in (1, 2):
        claimed(agent, above.order, days=days)
    assert signal(case, supervisor) is None


def test_a_refund_below_a_claim_is_the_same_claim(agent, supervisor, order, case, short):
    above, _refund = short
    Order.objects.filter(pk=above.order_id).update(buyer=order.buyer)
    claimed(agent, order)
    assert signal(case, supervisor) is None
    claimed(agent, order)
    assert len(signal(case, supervisor)) == 3


def test_how_often_and_how_long_are_policies_of_the_shop(agent, supervisor, manager, shop, order, case):
    claimed(agent, order, days=9)
    for name, value in (("abuse_signal", 1), ("abuse_signal_within", {"hours": 24 * 10})):
        set_policy(name, value, by=acts(manager), at=MONDAY, shop_id=shop.pk)
    assert len(signal(case, supervisor)) == 1
    set_policy("abuse_signal", 0, by=acts(manager), at=MONDAY, shop_id=shop.pk)
    assert signal(case, supervisor) is None


def test_nothing_stands_out(supervisor, case):
    assert "What stands out for you to weigh Nothing" in seen(browser_of(supervisor), case)


def test_the_number_of_queries_does_not_grow_with_the_buyers_past(agent, supervisor, finance, order, case, django_assert_num_queries):
    client = browser_of(supervisor)
    seen(client, case)
    with django_assert_num_queries(15):
        seen(client, case)
    for number in range(6):
        claimed(agent, order, days=number, approved_by=supervisor, paid_by=finance)
        Memo.objects.create(order=order, at=MONDAY, text=f"样例{number}", source="import")
    with django_assert_num_queries(15):
        assert "Earlier claims of this buyer" in seen(client, case)
    assert read_request(case.pk, by=acts(supervisor), now=MONDAY).left_of_order == Decimal("500.00")
