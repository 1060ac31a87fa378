"""The approval inbox: one request in one view, decided by somebody else (R1.1 to R1.3)."""

import datetime as dt
from decimal import Decimal

import pytest

from casework.actions.add_evidence import add_evidence
from casework.actions.advance import advance
from casework.models import Journal
from orders.models import PlatformRefund
from refunds.actions.ask import ask_refund
from refunds.models import Approval
from tests.builders import a_refund, a_wish, an_order
from tests.callers import a_picture
from tests.cast import MONDAY, PASSWORD, acts
from tests.logistics.incidents import to_mend
from tests.page import browser_of, button_of, field_of, text_of

ADDRESS = "/approvals/"


@pytest.fixture
def order(shop):
    return an_order(shop, lines=("60.00", "40.00"), freight="8.00")


@pytest.fixture
def case(agent, order):
    return a_refund(agent, order=order, amount="30.00", freight="8.00")


@pytest.fixture
def at_supervisor(supervisor):
    return browser_of(supervisor)


def opened(client, case):
    return client.get(f"{ADDRESS}{case.pk}/")


def decide(client, case, step, page=None, reason="", **more):
    page = page or opened(client, case)
    form = {"step": step, "reason": reason, "version": field_of(page, "version"), "seen": field_of(page, "seen")} | more
    return client.post(f"{ADDRESS}{case.pk}/", form)


def state_of(case):
    case.refresh_from_db()
    return case.state


@pytest.mark.rule("R1.1")
def test_a_supervisor_approves_what_an_agent_asked(at_supervisor, supervisor, case):
    answer = decide(at_supervisor, case, "approve")
    assert answer.status_code == 302
    assert answer["Location"] == ADDRESS
    assert state_of(case) == "to_pay"
    assert Approval.objects.get().decided_by == supervisor
    assert Journal.objects.get(case=case, step="approve").channel == "page"


def test_the_button_names_the_exact_amount_and_payee(at_supervisor, agent, order, case):
    assert "Approve ¥38.00, back the way it was paid" in button_of(opened(at_supervisor, case), "approve")
    payee = {"channel": "alipay", "account": "13800138000", "name": "何大明"}
    other = a_refund(agent, order=order, amount="12.00", payee=payee)
    page = opened(at_supervisor, other)
    assert "Approve ¥12.00 to Alipay 何* 138***00" in button_of(page, "approve")
    assert "13800138000" not in page.content.decode()


@pytest.mark.rule("R1.1")
def test_who_asked_sees_the_request_and_why_somebody_else_decides(supervisor, order):
    case = a_refund(supervisor, order=order)
    client = browser_of(supervisor)
    page = opened(client, case)
    assert "You cannot approve" in text_of(page)
    assert "You asked for this refund; somebody else decides and pays." in text_of(page)
    assert button_of(page, "approve") == ""
    answer = decide(client, case, "approve", page)
    assert answer.status_code == 422
    assert state_of(case) == "asked"


@pytest.mark.rule("R1.2")
def test_above_the_own_limit_the_request_is_listed_with_the_reason(at_supervisor, manager, agent, shop):
    case = a_refund(agent, order=an_order(shop, lines=("900.00",)), amount="500.01")
    page = opened(at_supervisor, case)
    assert "your limit is 500.00" in text_of(page)
    assert button_of(page, "approve") == ""
    assert decide(at_supervisor, case, "approve", page).status_code == 422
    assert decide(browser_of(manager), case, "approve", password=PASSWORD).status_code == 302


@pytest.mark.rule("R1.2")
@pytest.mark.parametrize(("amount", "allowed"), [("499.99", True), ("500.00", True), ("500.01", False)])
def test_the_limit_is_exact(at_supervisor, agent, shop, amount, allowed):
    case = a_refund(agent, order=an_order(shop, lines=("900.00",)), amount=amount)
    assert bool(button_of(opened(at_supervisor, case), "approve")) is allowed


@pytest.mark.rule("R1.3")
@pytest.mark.parametrize(("step", "state"), [("reject", "rejected"), ("send_back", "sent_back")])
def test_rejecting_and_sending_back_need_a_reason(at_supervisor, case, step, state):
    answer = decide(at_supervisor, case, step)
    assert answer.status_code == 400
    assert 'id="reason-error"' in answer.content.decode()
    assert state_of(case) == "asked"
    assert decide(at_supervisor, case, step, reason="请补裂纹近照").status_code == 302
    assert state_of(case) == state


def test_lines_show_paid_refunded_set_aside_this_time_and_left(at_supervisor, agent2, supervisor, finance, order, case):
    a_refund(agent2, order=order, amount="10.00", approved_by=supervisor)
    a_refund(agent2, order=order, amount="5.00", approved_by=supervisor, paid_by=finance)
    text = text_of(opened(at_supervisor, case))
    assert "样例商品1 1 60.00 5.00 10.00 30.00 15.00" in text
    assert "Postage 8.00 0.00 0.00 8.00 0.00" in text
    assert "In all 2 108.00 5.00 10.00 38.00 55.00" in text
    assert "38.00 of 93.00 that was left; every line fits." in text
    assert "The platform has refunded nothing that is asked for here." in text
    assert "platform_has_not_paid" not in text


def test_the_bar_adds_up_to_what_was_paid(at_supervisor, case):
    body = opened(at_supervisor, case).content.decode()
    assert 'viewBox="0 0 108.00 8"' in body
    assert '<rect class="f-open" x="0.00" width="38.00" height="8"/><rect class="f-mute" x="38.00" width="70.00" height="8"/>' in body


def test_the_net_effect_has_a_minus_that_is_one(at_supervisor, case):
    assert "To the customer: goods −30.00 To the customer: postage −8.00 Net effect −38.00" in text_of(opened(at_supervisor, case))


@pytest.mark.rule("R2.3")
def test_the_24_hours_and_the_platforms_own_deadline_stand_side_by_side(at_supervisor, agent, shop, order):
    PlatformRefund.objects.create(
        shop=shop, order=order, number="9001", amount="30.00", requested_at=MONDAY, deadline_at=MONDAY + dt.timedelta(hours=30)
    )
    page = opened(at_supervisor, a_refund(agent, order=order)).content.decode()
    assert 'datetime="2026-11-24T10:00:00+08:00" data-due' in page
    assert 'datetime="2026-11-24T16:00:00+08:00" data-due' in page


@pytest.mark.rule("R1.3")
def test_every_version_stands_there_with_what_became_of_it(at_supervisor, supervisor, agent, order, case):
    case = advance(case.pk, "send_back", by=acts(supervisor), at=MONDAY, facts={"reason": "裂纹看不清"})
    wish = {name: value for name, value in a_wish(order, "25.00").items() if name != "order"}
    ask_refund(wish | {"case": case.pk, "version": case.version}, by=acts(agent), at=MONDAY)
    text = text_of(opened(at_supervisor, case))
    assert "Version 2: ¥25.00, agent" in text
    assert "Version 1: ¥38.00, agent" in text
    assert "Sent back by supervisor: 裂纹看不清" in text


def test_the_buyers_earlier_orders_and_refunds_are_there(at_supervisor, agent2, supervisor, finance, shop, order, case):
    other = an_order(shop, lines=("20.00",))
    type(other).objects.filter(pk=other.pk).update(buyer=order.buyer)
    a_refund(agent2, order=other, amount="20.00", approved_by=supervisor, paid_by=finance)
    assert "Bought 2 orders, ¥128.00 Since 2026-11 90 days 1 refund, ¥20.00 One year 1 refund, ¥20.00" in text_of(
        opened(at_supervisor, case)
    )


@pytest.mark.rule("R1.1")
def test_a_photo_that_is_in_another_case_too_is_flagged_where_the_lead_decides(at_supervisor, agent, shop, case):
    other = a_refund(agent, order=an_order(shop))
    for about in (case, other):
        add_evidence(about.pk, upload=a_picture(), kind="photo_damage", by=acts(agent), at=MONDAY)
    page = opened(at_supervisor, case)
    assert f"Same photo in {other.number}" in text_of(page)
    assert "data-viewer" in page.content.decode()


def test_another_approved_refund_of_the_order_is_pointed_out(at_supervisor, agent2, supervisor, order, case):
    assert "One more refund" not in text_of(opened(at_supervisor, case))
    a_refund(agent2, order=order, amount="10.00", approved_by=supervisor)
    assert "One more refund of this order is approved: 10.00." in text_of(opened(at_supervisor, case))


@pytest.mark.fault("M11")
@pytest.mark.rule("R1.3")
def test_approving_a_page_older_than_another_refund_is_stale_with_fresh_totals_and_the_typed_words(
    at_supervisor, agent2, supervisor, order, case
):
    page = opened(at_supervisor, case)
    a_refund(agent2, order=order, amount="10.00", approved_by=supervisor)
    answer = decide(at_supervisor, case, "approve", page, reason="看过了")
    assert answer.status_code == 409
    assert state_of(case) == "asked"
    assert "Somebody has changed this in the meantime." in text_of(answer)
    assert "In all 2 108.00 0.00 10.00 38.00 60.00" in text_of(answer)
    assert field_of(answer, "reason") == "看过了"
    assert decide(at_supervisor, case, "approve", answer).status_code == 302


@pytest.mark.fault("M11")
def test_approving_a_request_that_was_asked_anew_is_stale(at_supervisor, agent, order, case):
    page = opened(at_supervisor, case)
    wish = {name: value for name, value in a_wish(order, "30.00", freight="8.00").items() if name != "order"}
    ask_refund(wish | {"case": case.pk, "version": case.version}, by=acts(agent), at=MONDAY)
    assert decide(at_supervisor, case, "approve", page).status_code == 409
    assert not Approval.objects.exists()


@pytest.mark.fault("C3")
def test_a_double_click_on_approve_approves_once_and_says_whose_it_was(at_supervisor, supervisor2, case):
    page = opened(at_supervisor, case)
    first, second = (decide(at_supervisor, case, "approve", page) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 409)
    assert "You have done this already: Approve." in text_of(second)
    other = decide(browser_of(supervisor2), case, "approve", page)
    assert (other.status_code, "Somebody has changed this in the meantime." in text_of(other)) == (409, True)
    assert Approval.objects.count() == 1


@pytest.mark.parametrize("changed", [{"version": ""}, {"version": "abc"}, {"step": "pay"}])
def test_a_form_that_was_tampered_with_is_refused(at_supervisor, case, changed):
    page = opened(at_supervisor, case)
    form = {"step": "approve", "version": field_of(page, "version"), "seen": field_of(page, "seen")} | changed
    assert at_supervisor.post(f"{ADDRESS}{case.pk}/", form).status_code == 400
    assert state_of(case) == "asked"


def test_a_form_without_the_totals_that_were_seen_is_stale(at_supervisor, case):
    page = opened(at_supervisor, case)
    answer = at_supervisor.post(f"{ADDRESS}{case.pk}/", {"step": "approve", "version": field_of(page, "version")})
    assert answer.status_code == 409


@pytest.mark.rule("R1.1")
@pytest.mark.parametrize("who", ["agent", "finance", "auditor", "warehouse", "printclerk", "admin"])
def test_only_leads_have_an_inbox(request, who, case):
    client = browser_of(request.getfixturevalue(who))
    assert client.get(ADDRESS).status_code == 403
    assert client.post(f"{ADDRESS}{case.pk}/", {"step": "approve", "version": "1", "seen": ""}).status_code == 403


def test_another_shops_request_is_not_there(outsider, case):
    client = browser_of(outsider)
    assert opened(client, case).status_code == 404
    assert client.post(f"{ADDRESS}{case.pk}/", {"step": "approve", "version": "1", "seen": ""}).status_code == 404
    assert "Nothing waits for approval" in text_of(client.get(ADDRESS))


def test_a_lead_in_one_shop_only_does_not_see_the_requests_of_a_shop_where_they_are_an_agent(supervisor, other_shop, outsider):
    supervisor.memberships.create(shop=other_shop, role="agent")
    case = a_refund(outsider, order=an_order(other_shop))
    client = browser_of(supervisor)
    assert "Nothing waits for approval" in text_of(client.get(ADDRESS))
    assert opened(client, case).status_code == 403


def test_a_superuser_without_a_role_decides_nothing(superuser, case):
    assert opened(browser_of(superuser), case).status_code in (403, 404)


def test_the_rail_counts_what_others_asked(at_supervisor, supervisor, case, order):
    a_refund(supervisor, order=order, amount="1.00")
    assert 'rail__count">1<' in at_supervisor.get(ADDRESS).content.decode()


def test_what_runs_out_first_is_on_top(at_supervisor, agent, shop, order):
    late = a_refund(agent, order=an_order(shop), at=MONDAY)
    early = a_refund(agent, order=an_order(shop), at=MONDAY - dt.timedelta(hours=3))
    page = at_supervisor.get(ADDRESS).content.decode()
    assert page.index(f"{ADDRESS}{early.pk}/") < page.index(f"{ADDRESS}{late.pk}/")


@pytest.mark.rule("L13.1", "R3.2")
def test_the_approver_sees_the_loss_after_the_claim_and_who_pays_the_freight(agent, at_supervisor):
    lost = to_mend(agent, lines=("60.00", "40.00"))
    text = text_of(opened(at_supervisor, a_refund(agent, order=lost.order, amount="60.00", case=lost.pk)))
    assert "Claimed from 中通 (expected) +60.00 Net effect 0.00" in text
    assert "At fault: Courier L3.2 Way out, Way back, Sent out again: Courier R3.2" in text


@pytest.mark.rule("R3.1")
def test_without_a_case_the_approver_sees_what_reason_and_ground_come_to(at_supervisor, agent, order):
    text = text_of(opened(at_supervisor, a_refund(agent, order=order, amount="30.00", reason="quality")))
    assert "Fault and freight by reason and finding, as they stand At fault: Shop R3.1" in text
    assert "Net effect −30.00" in text


def test_the_number_of_queries_does_not_grow_with_the_list(at_supervisor, agent, shop, case, django_assert_num_queries):
    opened(at_supervisor, case)
    with django_assert_num_queries(15):
        opened(at_supervisor, case)
    for _ in range(20):
        a_refund(agent, order=an_order(shop))
    with django_assert_num_queries(15):
        page = opened(at_supervisor, case)
    assert "To approve 21" in text_of(page)


def test_a_decided_request_can_still_be_read(at_supervisor, supervisor, agent, order):
    case = a_refund(agent, order=order, approved_by=supervisor)
    page = opened(at_supervisor, case)
    assert page.status_code == 200
    assert button_of(page, "approve") == ""
    assert Decimal(order.paid) == Decimal("108.00")
