"""What refunds adds to the pages of a case and of an order."""

import pytest

from casework.actions.advance import advance
from casework.actions.deeds import finish_task
from casework.models import Task
from orders.together import answer
from refunds.actions.ask import ask_refund
from refunds.panels import order_panel, refund_panel
from tests.builders import a_refund, a_wish, an_order, an_unreachable
from tests.cast import MONDAY, acts
from tests.page import browser_of, text_of


@pytest.fixture
def order(shop):
    return an_order(shop, lines=("60.00", "40.00"), freight="8.00")


def panel_of(case, user):
    return answer(refund_panel(case, acts(user), MONDAY))


@pytest.mark.rule("R1.3")
def test_the_panel_of_a_refund_holds_its_versions_the_newest_first(agent, order):
    case = a_refund(agent, order=order, amount="30.00")
    wish = {name: value for name, value in a_wish(order, "20.00").items() if name != "order"}
    ask_refund(wish | {"case": case.pk, "version": case.version}, by=acts(agent), at=MONDAY)
    assert [(each.seq, str(each.amount)) for each in panel_of(case, agent)["versions"]] == [(2, "20.00"), (1, "30.00")]


def test_the_net_effect_counts_what_was_paid_and_nothing_that_is_only_set_aside(agent, supervisor, finance, order):
    case = a_refund(agent, order=order, amount="30.00", freight="8.00", approved_by=supervisor)
    assert str(panel_of(case, agent)["net"]) == "0.00"
    facts = {"platform_number": "20261123000001", "paid_at": MONDAY.isoformat()}
    advance(case.pk, "record_payout", by=acts(finance), at=MONDAY, facts=facts)
    panel = panel_of(case, agent)
    assert str(panel["net"]) == "-38.00"
    assert [each.entry for each in panel["ledger"]] == ["reserve", "reserve", "settle", "settle"]


def test_the_panel_of_another_case_lists_its_refunds(agent):
    parent = an_unreachable(agent, state="returning")
    refund = ask_refund(a_wish(parent.order) | {"case": parent.pk}, by=acts(agent), at=MONDAY)
    assert [each.case_id for each in panel_of(parent, agent)["refunds"]] == [refund.pk]


def test_the_page_of_a_refund_shows_versions_ledger_and_payout(agent, supervisor, finance, order):
    case = a_refund(agent, order=order, amount="30.00", approved_by=supervisor, paid_by=finance)
    text = text_of(browser_of(agent).get(f"/cases/{case.pk}/"))
    assert "Version 1: ¥30.00, agent" in text
    assert "Approved by supervisor" in text
    assert f"Paid by finance, number PAY{case.pk:08d}" in text
    assert "−30.00" in text


PAID_TEXT = "您的退款 30.00 元已经"


@pytest.mark.rule("R2.3")
@pytest.mark.parametrize(
    ("payee", "way"),
    [
        ({"channel": "platform"}, "在平台原路退回"),
        ({"channel": "small_payment"}, "小额打款"),
        ({"channel": "alipay", "account": "sample@example.com", "name": "样例"}, "支付宝账户"),
    ],
)
def test_a_paid_refund_has_a_text_to_copy_with_amount_and_way_and_no_other_state_has(agent, supervisor, finance, order, payee, way):
    asked = a_refund(agent, order=order, amount="30.00", payee=payee)
    browser = browser_of(agent)
    assert PAID_TEXT not in text_of(browser.get(f"/cases/{asked.pk}/"))
    advance(asked.pk, "approve", by=acts(supervisor), at=MONDAY)
    assert PAID_TEXT not in text_of(browser.get(f"/cases/{asked.pk}/"))
    facts = {"platform_number": "20261123000001", "paid_at": MONDAY.isoformat()}
    advance(asked.pk, "record_payout", by=acts(finance), at=MONDAY, facts=facts)
    for _memo_open_or_done in range(2):
        text = text_of(browser.get(f"/cases/{asked.pk}/"))
        assert PAID_TEXT in text
        assert way in text
        assert "sample@" not in text
        for task in Task.objects.filter(case=asked, done_at=None):
            finish_task(asked.pk, task.pk, by=acts(agent), at=MONDAY)


@pytest.mark.rule("R2.2")
def test_after_the_yes_the_page_holds_the_memo_to_copy(agent, supervisor, order):
    case = a_refund(agent, order=order, amount="30.00", approved_by=supervisor)
    memo = Task.objects.get(case=case, kind="memo").text
    assert "30.00" in memo
    assert "AGENT" in memo
    assert memo in text_of(browser_of(agent).get(f"/cases/{case.pk}/"))


def test_the_amount_on_the_order_page_is_that_of_the_version_in_force(agent, order):
    case = a_refund(agent, order=order, amount="30.00")
    wish = {name: value for name, value in a_wish(order, "20.00").items() if name != "order"}
    ask_refund(wish | {"case": case.pk, "version": case.version}, by=acts(agent), at=MONDAY)
    assert [str(each.amount) for each in order_panel(order, acts(agent), MONDAY)["refunds"]] == ["20.00"]


def test_an_order_with_nothing_left_offers_no_refund(agent, order):
    a_refund(agent, order=order, amount="60.00", freight="8.00")
    a_refund(agent, order=order, lines=[{"line": order.lines.last().pk, "amount": "40.00"}])
    order.refresh_from_db()
    assert order_panel(order, acts(agent), MONDAY)["can_ask"] is False
