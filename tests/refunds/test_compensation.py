"""R4 Compensation: the road of a refund for money beyond the order; above the postage the lead says why."""

from decimal import Decimal

import pytest

from casework.actions.advance import advance
from casework.actions.deeds import finish_task
from casework.actions.set_policy import set_policy
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Ledger
from casework.situation import read_situations
from logistics.models import Courier, IncidentFacts
from orders.errors import Malformed, NotAllowed, StepRefused
from orders.models import Order
from refunds.actions.ask import ask_refund
from refunds.models import Approval, Compensation, Request
from tests.admin_pages import opened
from tests.builders import a_compensation, a_wish, an_order, an_unreachable
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import fresh, hours, running, state_of, taken
from tests.logistics.test_missing_items import offered
from tests.page import browser_of, text_of
from tests.refunds.test_money_in_the_database import APPROVE, NEW_VERSION, fails, sql

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_clock"), pytest.mark.rule("R4.1")]

PAID = {"platform_number": "PAY00000001", "paid_at": MONDAY.isoformat()}


def approve(case, by, reason=""):
    return advance(case.pk, "approve", by=acts(by), at=MONDAY, facts={"reason": reason})


def money_of(case):
    order = Order.objects.get(pk=case.order_id)
    return order.reserved, order.refunded, order.approved_total


def test_it_goes_the_road_of_a_refund_and_nothing_of_the_order_is_set_aside(agent, supervisor, finance):
    case = a_compensation(agent)
    request = Request.objects.get()
    assert (case.kind, case.state, case.category, case.queue, case.subject_label) == ("compensation", "asked", "lead", "leads", "¥5.00")
    assert (request.amount, request.beyond, request.beyond_kind, request.lines, request.freight) == (5, 5, "compensation", [], 0)
    assert running(case, "answer").due_at == MONDAY + hours(24)
    assert not case.deadlines.filter(kind="platform").exists()
    case = approve(case, supervisor)
    assert case.tasks.get().text == "2026-11-23 补偿 5.00 元，质量问题，AGENT"
    case = advance(case.pk, "record_payout", by=acts(finance), at=MONDAY, facts=PAID)
    assert money_of(case) == (0, 0, 5)
    assert list(Ledger.objects.values_list("entry", "kind", "direction", "channel", "line", "amount")) == [
        ("post", "compensation", "out", "small_payment", None, Decimal("5.00"))
    ]
    assert verify_invariants() == []


def test_nobody_approves_what_they_asked_for_and_agents_approve_nothing(agent, agent2, supervisor):
    with pytest.raises(StepRefused) as refused:
        approve(a_compensation(supervisor), supervisor)
    assert [each.code for each in refused.value.reasons] == ["somebody_else_asked"]
    with pytest.raises(NotAllowed):
        approve(a_compensation(agent), agent2)


def test_an_approval_that_nobody_pays_runs_out_and_a_change_voids_it(agent, supervisor):
    case = approve(a_compensation(agent), supervisor)
    fire_deadlines(at=MONDAY + hours(73))
    assert state_of(case) == "lapsed"
    again = a_compensation(agent, order=case.order, case=case.pk, amount="4.00", version=fresh(case).version)
    assert (again.pk, again.state, money_of(case)) == (case.pk, "asked", (0, 0, 0))
    assert verify_invariants() == []


# As a rule not above the postage -------------------------------------------------------------------


@pytest.mark.parametrize(("amount", "needs"), [("7.99", False), ("8.00", False), ("8.01", True)])
def test_above_the_postage_the_lead_says_why(agent, manager, amount, needs):
    case = a_compensation(agent, amount=amount)
    if needs:
        with pytest.raises(Malformed) as refused:
            approve(case, manager)
        assert (refused.value.code, refused.value.field, state_of(case)) == ("reason_required", "reason", "asked")
        approve(case, manager, "老顾客，瑕疵明显")
        assert Approval.objects.get().reason == "老顾客，瑕疵明显"
    else:
        approve(case, manager)
    assert state_of(case) == "to_pay"


def test_in_parts_it_is_no_less(agent, supervisor):
    order = an_order(agent.memberships.get().shop, freight="8.00")
    first = approve(a_compensation(agent, order=order, amount="5.00"), supervisor)
    other = a_compensation(agent, order=order, amount="3.01")
    with pytest.raises(Malformed):
        approve(other, supervisor)
    advance(first.pk, "withdraw", by=acts(agent), at=MONDAY, note="不用了")
    assert approve(other, supervisor).state == "to_pay"


@pytest.mark.parametrize(("price", "left"), [("9.00", Decimal("9.00")), (None, Decimal("0.00"))])
def test_where_the_order_travelled_free_the_usual_price_of_a_return_counts_and_what_is_not_known_allows_nothing(
    agent, supervisor, shop, price, left
):
    Courier.objects.update(return_price=price)
    case = a_compensation(agent, order=an_order(shop, waybill="73000000007777"), amount="9.00")
    assert read_situations([case], now=MONDAY, actor=acts(supervisor))[case.pk].more["left"] == left


@pytest.mark.parametrize(("value", "left"), [("20.00", 20), ("postage", 8), ("0", 0)])
def test_the_measure_is_a_policy(agent, manager, shop, value, left):
    case = a_compensation(agent)
    set_policy("compensation_cap", value, shop_id=shop.pk, by=acts(manager), at=MONDAY)
    assert read_situations([case], now=MONDAY, actor=acts(manager))[case.pk].more["left"] == left


def test_raw_sql_does_not_give_more_without_a_reason(agent, supervisor):
    row = Request.objects.get(case=a_compensation(agent, amount="8.01"))
    fails("compensation_above_the_cap_has_a_reason", APPROVE, supervisor.pk, row.pk)
    with_reason = APPROVE.replace("decided_by_id)", "decided_by_id, reason)").replace("%s FROM", "%s, ' ' FROM")
    fails("compensation_above_the_cap_has_a_reason", with_reason, supervisor.pk, row.pk)
    assert sql(with_reason.replace("' '", "'x'"), supervisor.pk, row.pk) == 1


def test_above_what_was_paid_there_is_none_whatever_the_reason(agent, manager):
    order = an_order(agent.memberships.get().shop, lines=("92.00",), freight="8.00")
    with pytest.raises(StepRefused) as refused:
        a_compensation(agent, order=order, amount="100.01")
    assert ([each.code for each in refused.value.reasons], Compensation.objects.count()) == (["above_what_was_paid"], 0)
    first, other = a_compensation(agent, order=order, amount="100.00"), a_compensation(agent, order=order, amount="0.01")
    approve(first, manager, "样例")
    with pytest.raises(StepRefused) as refused:
        approve(other, manager, "样例")
    assert ([each.code for each in refused.value.reasons], state_of(other)) == (["above_what_was_paid"], "asked")
    advance(first.pk, "withdraw", by=acts(agent), at=MONDAY, note="不用了")
    assert approve(other, manager).state == "to_pay"


def test_raw_sql_asks_for_no_more_than_was_paid(agent):
    case = a_compensation(agent)
    beyond = NEW_VERSION.replace("payee_mask,", "payee_mask, beyond, beyond_kind,").replace("'',", "'', 108.01, 'compensation',")
    fails("compensation_is_within_paid", beyond, "[]", "108.01", agent.pk, 2, case.pk)


def test_raw_sql_gives_nothing_of_the_order_as_a_compensation(agent):
    case = a_compensation(agent)
    line = case.order.lines.get().pk
    lines = f'[{{"line": {line}, "amount": "1.00"}}]'
    fails("request_is_of_its_kind", NEW_VERSION, lines, "1.00", agent.pk, 2, case.pk)
    mixed = NEW_VERSION.replace("payee_mask,", "payee_mask, beyond, beyond_kind,").replace("'',", "'', 1, 'compensation',")
    fails("request_is_of_its_kind", mixed, lines, "2.00", agent.pk, 2, case.pk)


# What is asked -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"amount": "0"}, "bad_amount", "amount"),
        ({"amount": "1.001"}, "bad_amount", "amount"),
        ({"amount": 5}, "bad_amount", "amount"),
        ({"amount": None}, "bad_amount", "amount"),
        ({"lines": []}, "unknown_field", "lines"),
        ({"payee": {"channel": "platform"}}, "not_on_the_platform", "payee.channel"),
        ({"payee": {"channel": "alipay"}}, "payee_incomplete", "payee.account"),
        ({"version": 1}, "unknown_field", "version"),
    ],
)
def test_what_is_malformed_is_refused_by_its_field(agent, changes, code, field):
    with pytest.raises(Malformed) as refused:
        a_compensation(agent, **changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Compensation.objects.exists()


def test_a_ground_or_evidence_is_needed_as_ever(agent):
    with pytest.raises(StepRefused) as refused:
        a_compensation(agent, ground="")
    assert [each.code for each in refused.value.reasons] == ["has_ground_or_evidence"]


def test_a_refund_gives_no_compensation(agent, shop):
    order = an_order(shop)
    beyond = {"kind": "compensation", "amount": "5.00"}
    with pytest.raises(Malformed) as refused:
        ask_refund(a_wish(order, beyond=beyond, payee={"channel": "small_payment"}), by=acts(agent), at=MONDAY)
    assert (refused.value.code, refused.value.field) == ("not_of_this_kind", "beyond.kind")


def test_a_case_whose_chapter_knows_none_is_refused(agent):
    above = an_unreachable(agent)
    with pytest.raises(StepRefused) as refused:
        a_compensation(agent, order=above.order, case=above.pk)
    assert [each.code for each in refused.value.reasons] == ["not_a_remedy"]


# As the remedy of a case ---------------------------------------------------------------------------


@pytest.mark.rule("L5.3")
def test_below_a_missing_item_it_comes_last_and_closes_the_case_once_told(agent, supervisor, finance, printclerk, warehouse):
    above = offered(agent, printclerk, warehouse)
    wish = {"order": above.order, "case": above.pk, "amount": "5.00"}
    with pytest.raises(StepRefused):
        a_compensation(agent, **wish)
    taken(above, "next_order_declined", agent)
    with pytest.raises(StepRefused) as refused:
        a_compensation(agent, **wish)
    assert [each.code for each in refused.value.reasons] == ["resend_first"]
    taken(above, "resend_declined", agent)
    case = a_compensation(agent, **wish)
    assert (state_of(above), Request.objects.get().party) == ("mending", IncidentFacts.objects.get(case=above).fault)
    approve(case, supervisor, "超出运费，已核实")
    advance(case.pk, "record_payout", by=acts(finance), at=MONDAY, facts=PAID)
    finish_task(case.pk, case.tasks.get().pk, by=acts(agent), at=MONDAY)
    taken(case, "customer_told", agent)
    assert (state_of(case), state_of(above)) == ("settled", "compensated")


@pytest.mark.rule("L5.3")
def test_when_it_falls_through_the_last_offer_stands_again(agent, printclerk, warehouse):
    above = offered(agent, printclerk, warehouse)
    taken(above, "next_order_declined", agent)
    taken(above, "resend_declined", agent)
    case = a_compensation(agent, order=above.order, case=above.pk)
    taken(case, "withdraw", agent, note="顾客要退款")
    assert state_of(above) == "offer_refund"


# Doors ---------------------------------------------------------------------------------------------


def test_the_page_asks_once_and_the_approver_sees_what_is_left_of_the_postage(agent, manager, shop):
    order = an_order(shop, freight="8.00")
    browser = browser_of(agent)
    address = f"/compensations/new/?order={order.number}"
    assert "8.00" in text_of(browser.get(address))
    form = {
        "amount": "9.00",
        "reason": "quality",
        "ground": "photo_checked",
        "channel": "small_payment",
        "account": "",
        "name": "",
        "key": "k1",
    }
    assert browser.post(address, form | {"amount": ""}).status_code == 400
    assert not Compensation.objects.exists()
    for _twice in range(2):
        assert browser.post(address, form).status_code == 302
    case = Compensation.objects.get()
    assert "Compensation" in text_of(browser.get(f"/cases/{case.pk}/"))
    lead = browser_of(manager)
    page = lead.get(f"/approvals/{case.pk}/")
    assert "not above the postage, of which 8.00 is left" in text_of(page)
    sent = {"version": case.version, "seen": page.context["found"].seen, "step": "approve", "reason": ""}
    assert lead.post(f"/approvals/{case.pk}/", sent).status_code == 400
    assert lead.post(f"/approvals/{case.pk}/", sent | {"reason": "质量瑕疵"}).status_code == 302
    assert (state_of(case), Approval.objects.get().reason) == ("to_pay", "质量瑕疵")


def test_once_paid_the_page_has_the_words_for_the_customer(agent, supervisor, finance):
    case = approve(a_compensation(agent), supervisor)
    browser = browser_of(agent)
    assert "补偿您的 5.00 元" not in text_of(browser.get(f"/cases/{case.pk}/"))
    advance(case.pk, "record_payout", by=acts(finance), at=MONDAY, facts=PAID)
    assert "补偿您的 5.00 元已经付出" in text_of(browser.get(f"/cases/{case.pk}/"))


def test_a_program_asks_with_a_key_and_reads_what_became_of_it(agent, shop):
    api, order = program(agent), an_order(shop, freight="8.00")
    wish = {"order": order.number, "amount": "5.00", "reason": "quality", "ground": "photo_checked", "payee": {"channel": "small_payment"}}
    first, second = (api.post("compensations/", wish, **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert (first.status_code, first.content) == (201, second.content)
    assert {
        "amount": "5.00",
        "beyond": "5.00",
        "beyond_kind": "compensation",
        "lines": [],
        "party": "unknown",
    }.items() <= first.json().items()
    assert api.get("compensations/").json()["results"] == [first.json()]
    assert api.get("refunds/").json()["results"] == []


def test_the_admin_asks_too(agent, shop, client):
    order = an_order(shop, freight="8.00")
    client.force_login(agent)
    address = f"/admin/refunds/compensation/ask/?order={order.number}"
    sent = opened(client, address) | {"amount": "5.00", "reason": "quality", "ground": "photo_checked", "channel": "small_payment"}
    assert client.post(address, sent | {"amount": "x"}).status_code == 400
    assert client.post(address, sent).status_code == 302
    assert Compensation.objects.get().state == "asked"


@pytest.mark.rule("R1.3")
def test_the_page_asks_anew_with_what_was_asked_before(agent, shop):
    case = a_compensation(agent, order=an_order(shop, freight="8.00"), amount="5.00")
    browser, address = browser_of(agent), f"/compensations/new/?again={case.pk}"
    form = opened(browser, address) | {
        "key": "anew",
        "amount": "4.00",
        "reason": "quality",
        "ground": "photo_checked",
        "channel": "small_payment",
    }
    assert form["version"] == str(case.version)
    for _twice in range(2):
        assert browser.post(address, form).status_code == 302
    assert list(Request.objects.order_by("seq").values_list("seq", "amount")) == [(1, 5), (2, 4)]
    assert browser.post(address, form | {"key": "stale"}).status_code == 409
