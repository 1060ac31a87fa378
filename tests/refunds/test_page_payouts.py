"""What finance pays and records (R2.3), and the account that is shown only when there is a reason (S5.1)."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.models import Journal
from refunds.actions.send_transfers import send_transfers
from refunds.models import Payout, Transfer
from tests.builders import a_refund, an_order
from tests.cast import MONDAY, NOON
from tests.page import browser_of, field_of, fields_of, text_of

ADDRESS = "/payouts/"
ALIPAY = {"channel": "alipay", "account": "13800138000", "name": "何大明"}


@pytest.fixture
def case(agent, supervisor):
    return a_refund(agent, approved_by=supervisor)


@pytest.fixture
def at_finance(finance):
    return browser_of(finance)


def pay(client, case, page=None, **changes):
    page = page or client.get(ADDRESS)
    form = {"version": case.version, "platform_number": "20261123000001", "paid_at": "2026-11-23T11:00"} | changes
    return client.post(f"{ADDRESS}{case.pk}/", form)


@pytest.mark.rule("R2.3")
def test_finance_records_the_platforms_number(at_finance, finance, case):
    answer = pay(at_finance, case)
    assert answer.status_code == 302
    payout = Payout.objects.get()
    assert (payout.platform_number, payout.paid_by, payout.paid_at.isoformat()) == ("20261123000001", finance, "2026-11-23T03:00:00+00:00")
    case.refresh_from_db()
    assert case.state == "paid"
    assert "Everything approved is paid" in text_of(at_finance.get(ADDRESS))


def test_the_oldest_approval_is_on_top(at_finance, agent, supervisor, shop):
    first, second = (a_refund(agent, order=an_order(shop), approved_by=supervisor) for _ in range(2))
    page = at_finance.get(ADDRESS)
    body = page.content.decode()
    assert body.index(first.number) < body.index(second.number)
    assert "All ¥60.00 2 refunds Runs out today ¥0.00 0 refunds Back the way it came, on the platform ¥60.00 2 refunds" in text_of(page)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"platform_number": ""}, "platform_number"), ({"platform_number": "号码"}, "platform_number"), ({"paid_at": "gestern"}, "paid_at")],
)
def test_a_bad_field_is_told_beside_it_and_the_rest_stays(at_finance, case, changes, field):
    answer = pay(at_finance, case, **changes)
    assert answer.status_code == 400
    assert f'aria-describedby="error-{case.pk}"' in answer.content.decode()
    other = "paid_at" if field == "platform_number" else "platform_number"
    assert field_of(answer, other) == {"paid_at": "2026-11-23T11:00", "platform_number": "20261123000001"}[other]
    assert field_of(answer, field) == changes[field]
    assert not Payout.objects.exists()


def test_what_a_platform_number_may_be_is_said(at_finance, case):
    assert "4 to 64 letters, digits, - or _." in text_of(pay(at_finance, case, platform_number="号码"))


def test_a_number_that_stands_for_another_payout_is_refused(at_finance, agent, supervisor, finance, shop, case):
    pay(at_finance, case)
    other = a_refund(agent, order=an_order(shop), approved_by=supervisor)
    answer = pay(at_finance, other)
    assert answer.status_code == 422
    assert "This platform number already stands for another payout." in text_of(answer)


@pytest.mark.fault("C3")
def test_a_double_click_records_one_payout(at_finance, case):
    first, second = (pay(at_finance, case) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert "You have done this already:" in text_of(second)
    assert Payout.objects.count() == 1


@pytest.mark.rule("R1.1", "R2.3")
def test_who_approved_does_not_pay_and_reads_why(supervisor, case):
    client = browser_of(supervisor)
    page = client.get(ADDRESS)
    assert "Finance pays; in this shop the one who approved does not." in text_of(page)
    assert fields_of(page, "platform_number") == []
    assert pay(client, case).status_code == 422
    assert not Payout.objects.exists()


@pytest.mark.rule("R1.2")
def test_an_approval_that_has_run_out_is_not_paid(at_finance, agent, supervisor, settings):
    settings.TEST_CLOCK = True
    case = a_refund(agent, approved_by=supervisor)
    late = {"x-test-now": (MONDAY + dt.timedelta(days=30)).isoformat()}
    form = {"version": case.version, "platform_number": "20261123000001", "paid_at": "2026-11-23T11:00"}
    answer = at_finance.post(f"{ADDRESS}{case.pk}/", form, headers=late)
    # The deadline fires before anybody works on the case, so the page that was sent is out of date.
    assert answer.status_code == 409
    case.refresh_from_db()
    assert case.state == "lapsed"


@pytest.mark.rule("S5.1")
def test_the_account_is_masked_until_finance_says_why(at_finance, agent, supervisor, shop):
    case = a_refund(agent, order=an_order(shop), approved_by=supervisor, payee=ALIPAY)
    page = at_finance.get(ADDRESS)
    assert "何* 138***00" in text_of(page)
    assert "13800138000" not in page.content.decode()
    shown = at_finance.post(f"{ADDRESS}{case.pk}/reveal/", {"reason": "付款"})
    assert "13800138000 何大明" in text_of(shown)
    assert shown.headers["Cache-Control"] == "no-store"
    assert "13800138000" not in at_finance.get(ADDRESS).content.decode()


@pytest.mark.rule("S5.1")
def test_each_look_at_an_account_is_journalled_without_the_account(at_finance, finance, agent, supervisor, shop):
    case = a_refund(agent, order=an_order(shop), approved_by=supervisor, payee=ALIPAY)
    at_finance.post(f"{ADDRESS}{case.pk}/reveal/", {"reason": "付款前核对"})
    entry = Journal.objects.get(case=case, step="reveal")
    assert (entry.actor, entry.note) == (finance, "付款前核对")
    assert "13800138000" not in str(entry.facts)


@pytest.mark.rule("S5.1")
def test_without_a_reason_nothing_is_shown(at_finance, agent, supervisor, shop):
    case = a_refund(agent, order=an_order(shop), approved_by=supervisor, payee=ALIPAY)
    answer = at_finance.post(f"{ADDRESS}{case.pk}/reveal/", {"reason": " "})
    assert answer.status_code == 400
    assert "13800138000" not in answer.content.decode()
    assert not Journal.objects.filter(step="reveal").exists()


@pytest.mark.rule("S5.1")
def test_a_lead_does_not_see_the_account(supervisor, agent, shop):
    case = a_refund(agent, order=an_order(shop), approved_by=supervisor, payee=ALIPAY)
    answer = browser_of(supervisor).post(f"{ADDRESS}{case.pk}/reveal/", {"reason": "want to know"})
    assert answer.status_code == 403
    assert "13800138000" not in answer.content.decode()


@pytest.mark.parametrize("who", ["agent", "auditor", "warehouse", "printclerk", "admin"])
def test_only_those_who_may_pay_see_the_page(request, who, case):
    client = browser_of(request.getfixturevalue(who))
    assert client.get(ADDRESS).status_code == 403
    assert pay(client, case, page=case).status_code == 403


def test_another_shops_payout_is_not_there(outsider, case):
    client = browser_of(outsider)
    assert pay(client, case, page=case).status_code == 404
    assert client.post(f"{ADDRESS}{case.pk}/reveal/", {"reason": "to pay"}).status_code == 404
    assert case.number not in text_of(client.get(ADDRESS))


def test_the_number_of_queries_does_not_grow_with_the_list(at_finance, agent, supervisor, shop, case, django_assert_num_queries):
    at_finance.get(ADDRESS)
    with CaptureQueriesContext(connection) as one:
        at_finance.get(ADDRESS)
    assert len(one) <= 35
    for _ in range(10):
        a_refund(agent, order=an_order(shop), approved_by=supervisor)
    with django_assert_num_queries(len(one)):
        assert "To be paid 11" in text_of(at_finance.get(ADDRESS))


# Paying by Alipay -----------------------------------------------------------------------------------


@pytest.fixture
def to_alipay(agent, supervisor, shop, alipay):
    return a_refund(agent, order=an_order(shop), payee=ALIPAY, approved_by=supervisor)


def press(client, case, step, **fields):
    case.refresh_from_db()
    return client.post(f"{ADDRESS}{case.pk}/{step}/", {"version": case.version} | fields)


@pytest.mark.rule("R2.3")
def test_a_press_orders_it_and_the_page_tells_how_it_stands(at_finance, to_alipay, alipay):
    assert "Pay ¥30.00 by Alipay to 何* 138***00" in text_of(at_finance.get(ADDRESS))
    assert press(at_finance, to_alipay, "pay").status_code == 302
    page = at_finance.get(ADDRESS)
    assert "Ordered from Alipay; the answer comes by itself ordered by finance" in text_of(page)
    assert fields_of(page, "platform_number") == []
    alipay.does = ["hang_up"]
    send_transfers(at=NOON)
    page = at_finance.get(ADDRESS)
    assert "it may have been paid Do not pay it another way. Alipay is asked again" in text_of(page)
    assert fields_of(page, "platform_number") == []
    refused = pay(at_finance, to_alipay, page)
    assert refused.status_code in (409, 422)
    alipay.does = ["work"]
    send_transfers(at=NOON + dt.timedelta(minutes=5))
    assert "Everything approved is paid" in text_of(at_finance.get(ADDRESS))


@pytest.mark.rule("R2.3")
def test_a_refusal_says_what_to_do_and_leaves_both_ways(at_finance, to_alipay, alipay):
    alipay.does = ["refuse:PAYEE_USER_INFO_ERROR"]
    press(at_finance, to_alipay, "pay")
    send_transfers(at=NOON)
    page = at_finance.get(ADDRESS)
    assert "Alipay did not pay Alipay does not accept this account or name." in text_of(page)
    assert "Pay ¥30.00 by Alipay" in text_of(page)
    assert len(fields_of(page, "platform_number")) == 1


@pytest.mark.rule("R2.3")
def test_what_waits_for_a_person_is_on_top_with_what_to_do(at_finance, case, to_alipay, alipay, finance):
    alipay.does = ["busy"]
    press(at_finance, to_alipay, "pay")
    for number in range(10):
        send_transfers(at=NOON + dt.timedelta(hours=5 * number))
    page = at_finance.get(ADDRESS)
    said = text_of(page)
    assert said.index(to_alipay.number) < said.index(case.number)
    assert f"Search our Alipay account for the number {Transfer.objects.get().key}." in said
    answer = press(at_finance, to_alipay, "seen_as_not_paid", reason="")
    assert (answer.status_code, Transfer.objects.get().status) == (400, "parked")
    assert press(at_finance, to_alipay, "ask_alipay_again").status_code == 302
    assert Transfer.objects.get().status == "unknown"


def test_no_other_step_is_taken_from_this_page(at_finance, case):
    assert press(at_finance, case, "withdraw").status_code == 404


def test_without_alipay_there_is_no_button(at_finance, agent, supervisor, shop):
    a_refund(agent, order=an_order(shop), payee=ALIPAY, approved_by=supervisor)
    assert "by Alipay" not in text_of(at_finance.get(ADDRESS))


def test_a_part_of_the_list_is_picked_by_channel_and_by_day(at_finance, case, to_alipay):
    assert text_of(at_finance.get(ADDRESS, {"channel": "alipay"})).count("AS-261123") == 1
    assert to_alipay.number in text_of(at_finance.get(ADDRESS, {"channel": "alipay"}))
    assert "Nothing of this kind is to be paid" in text_of(at_finance.get(ADDRESS, {"channel": "small_payment"}))
    assert "Nothing of this kind is to be paid" in text_of(at_finance.get(ADDRESS, {"due": "today"}))
    assert "To be paid 2" in text_of(at_finance.get(ADDRESS, {"channel": "nonsense"}))


def test_a_transfer_that_was_paid_after_all_is_on_top_until_finance_says_what_it_was(at_finance, finance, agent, supervisor):
    case = a_refund(agent, payee=ALIPAY, approved_by=supervisor)
    columns = {"approval": case.requests.get().approval, "amount": 30, "asked_by": agent, "sent_by": finance, "gateway": "alipay"}
    transfer = Transfer.objects.create(**columns, sent_at=NOON, wake_at=NOON)
    for status in ("failed", "late"):
        Transfer.objects.update(status=status, number="2026112311007000000678")
    page = text_of(at_finance.get(ADDRESS))
    assert "Held to be not paid; Alipay says now that it has paid it." in page
    assert "another payout would pay twice" in page
    address = f"{ADDRESS}late/{transfer.pk}/"
    assert at_finance.post(address, {"left": "0", "reason": " "}).status_code == 400
    assert at_finance.post(address, {"left": "0", "reason": "支付宝已退回"}).status_code == 302
    assert at_finance.post(address, {"left": "1", "reason": "又看了"}).status_code == 409
    assert at_finance.post(f"{ADDRESS}late/999999/", {"left": "1", "reason": "x"}).status_code == 404
    assert Transfer.objects.get().status == "failed"
    assert "Held to be not paid" not in text_of(at_finance.get(ADDRESS))
