"""A gift: asked for, agreed within the table or by a lead who did not ask, packed with the next parcel, and not forgotten."""

import datetime as dt
from decimal import Decimal

import pytest

from casework.actions.answer_task import answer_task
from casework.actions.deeds import finish_task
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case, Ledger, Policy, Task
from logistics.actions.add_parcel import add_parcel
from logistics.models import Parcel, Unreachable
from orders.errors import Malformed, NotAllowed, NotFound, Refused, StepRefused
from orders.models import Order
from refunds.actions.ask_gift import ask_gift
from refunds.goods.next_parcels import follow_gifts
from refunds.models import Gift, GiftFacts, GoodsOut
from tests.builders import an_order, an_unreachable
from tests.callers import browser, program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import fresh, hours, last_entry, running, state_of, taken
from tests.orders.lists import SHIPPED, TO_SHIP, Desk
from tests.orders.lists import order as a_row
from tests.page import browser_of, text_of

pytestmark = pytest.mark.rule("S4.3")
SECOND = dt.timedelta(seconds=1)
WISH = {"what": "样例护手霜", "pieces": 2, "worth": "10.00"}
NEW = {"waybill": "sf 1234567890123", "courier": "shunfeng"}


def a_gift(by, order=None, *, at=MONDAY, **changes):
    """A gift that is asked for on an order of 100 yuan that waits for shipping; 10 yuan is what the table lets staff agree to."""
    order = order or an_order(by.memberships.get().shop, status="wait_ship", shipped_at=None)
    return ask_gift({"order": order.number} | WISH | changes, by=acts(by), at=at)


def agreed(by, order=None, *, at=MONDAY):
    case = a_gift(by, order, at=at)
    taken(case, "agree", by, at=at)
    return fresh(case)


def facts_of(case):
    return GiftFacts.objects.get(case=case)


def said(case, answer, by, at=MONDAY, **facts):
    """What warehouse or print clerk answer."""
    return answer_task(case.pk, open_task(case, "put_in").pk, answer=answer, facts=facts, by=acts(by), at=at)


def open_task(case, kind):
    return Task.objects.get(case=case, kind=kind, done_at=None)


@pytest.fixture
def desk(shop, tmp_path):
    return Desk(shop, tmp_path)


def ordered(desk, number, buyer, at, **columns):
    """An order list of that one order."""
    paid = {
        "订单编号": number,
        "买家会员名": buyer,
        "订单状态": TO_SHIP,
        "订单创建时间": "2026-11-23 10:30:00",
        "订单付款时间": "2026-11-23 10:31:00",
    }
    desk.take([a_row(**paid | columns)], at=at)


def tasks_done(case, by, at=MONDAY):
    for task in Task.objects.filter(case=case, kind__in=("memo", "correct_memo"), done_at=None):
        finish_task(case.pk, task.pk, by=acts(by), at=at)


# Asked and agreed ----------------------------------------------------------------------------------


def test_within_the_table_the_clerk_agrees_alone_and_signs_the_memo(agent):
    case = a_gift(agent)
    assert (case.state, case.subject_label, running(case, "answer").due_at) == ("asked", "样例护手霜 ×2", MONDAY + hours(24))
    taken(case, "agree", agent)
    assert (state_of(case), fresh(case).queue) == ("to_pack", "warehouse")
    facts = facts_of(case)
    assert (facts.agreed_by, facts.agreed_at, facts.carrier) == (agent, MONDAY, case.order)
    memo = open_task(case, "memo")
    assert memo.text == "2026-11-23 赠品 样例护手霜 ×2，价值 10.00 元，随下一个包裹发出，AGENT"
    assert case.order.number in memo.title
    assert (open_task(case, "put_in").role, case.order.number in open_task(case, "put_in").text) == ("packers", True)


@pytest.mark.parametrize(
    ("paid", "worth", "allowed"),
    [("99.99", "5.00", True), ("99.99", "5.01", False), ("100.00", "10.00", True), ("100.00", "10.01", False), ("9999.00", "20.01", False)],
)
def test_the_table_goes_by_what_was_paid(agent, shop, paid, worth, allowed):
    case = a_gift(agent, an_order(shop, lines=(paid,)), worth=worth)
    if allowed:
        assert taken(case, "agree", agent).state == "to_pack"
        return
    with pytest.raises(StepRefused) as refused:
        taken(case, "agree", agent)
    (reason,) = refused.value.reasons
    assert (reason.code, reason.rule, worth in str(reason.text)) == ("within_the_table", "S4.3", True)


def test_the_shops_own_table_counts_and_an_empty_one_lets_nobody_agree_alone(agent, shop):
    Policy.objects.create(name="gift_by_amount", shop=shop, value=[], valid_from=MONDAY)
    with pytest.raises(StepRefused):
        taken(a_gift(agent, worth="0.01"), "agree", agent)


def test_above_the_table_a_lead_decides_who_did_not_ask(agent, supervisor, manager):
    case = a_gift(supervisor, worth="30.00")
    with pytest.raises(StepRefused):
        taken(case, "agree", supervisor)
    taken(case, "ask_the_lead", agent)
    assert (state_of(case), running(case, "lead_decides").due_at) == ("with_lead", MONDAY + hours(24))
    for step in ("lead_agrees", "lead_refuses"):
        with pytest.raises(StepRefused) as refused:
            taken(case, step, supervisor, note="样例")
        assert refused.value.reasons[0].code == "somebody_else_asked"
    with pytest.raises(NotAllowed):
        taken(case, "lead_agrees", agent)
    taken(case, "lead_agrees", manager)
    assert facts_of(case).agreed_by == manager
    assert open_task(case, "memo").text.endswith("MANAGER")


def test_a_lead_who_changes_it_or_passes_it_on_has_asked_as_well(agent, supervisor, manager, supervisor2):
    case = a_gift(agent, worth="30.00")
    taken(case, "change", supervisor, what="样例马克杯", pieces=1, worth="29.00")
    taken(case, "change", agent, what="样例马克杯", pieces=1, worth="28.00", unit_cost="9.50")
    taken(case, "ask_the_lead", manager)
    for lead in (supervisor, manager):
        with pytest.raises(StepRefused):
            taken(case, "lead_agrees", lead)
    taken(case, "lead_agrees", supervisor2)
    facts = facts_of(case)
    assert (str(facts), facts.worth, facts.unit_cost) == ("样例马克杯 ×1", Decimal("28.00"), Decimal("9.50"))


def test_a_lead_who_says_no_gives_the_reason_and_the_customer_is_told(agent, supervisor):
    case = a_gift(agent, worth="30.00")
    taken(case, "ask_the_lead", agent)
    with pytest.raises(Malformed):
        taken(case, "lead_refuses", supervisor)
    taken(case, "lead_refuses", supervisor, note="活动期间不送")
    assert (state_of(case), last_entry(case).note) == ("not_given", "活动期间不送")
    taken(case, "told_no", agent)
    assert state_of(case) == "declined"
    assert not Task.objects.filter(case=case).exists()


def test_a_token_of_a_lead_does_not_agree(agent, supervisor):
    case = a_gift(agent, worth="30.00")
    taken(case, "ask_the_lead", agent)
    answer = program(supervisor).step(case.pk, "lead_agrees")
    assert (answer.status_code, answer.json()["code"]) == (403, "token_may_not_decide")
    assert browser(supervisor).step(case.pk, "lead_agrees").status_code == 200


# Packed --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["warehouse", "printclerk"])
def test_it_stands_in_the_list_until_a_parcel_of_the_order_carries_it(agent, who, request):
    case = agreed(agent)
    packer = request.getfixturevalue(who)
    assert "样例护手霜 ×2" in text_of(browser_of(packer).get("/todo/"))
    said(case, "packed", packer, at=MONDAY + hours(1), **NEW)
    parcel = Parcel.objects.get(waybill="SF1234567890123")
    assert (state_of(case), facts_of(case).waybill, list(parcel.orders.all())) == ("packed", "SF1234567890123", [case.order])
    with pytest.raises(StepRefused) as refused:
        taken(case, "customer_told", agent, at=MONDAY + hours(2))
    assert [each.code for each in refused.value.reasons] == ["open_tasks"]
    tasks_done(case, agent)
    taken(case, "customer_told", agent, at=MONDAY + hours(2))
    assert (state_of(case), verify_invariants()) == ("given", [])


def test_what_it_costs_us_is_in_the_ledger_where_it_is_known(agent, warehouse, shop):
    for cost, amounts in (("3.50", ["7.00"]), (None, [])):
        case = a_gift(agent, **({"unit_cost": cost} if cost else {}))
        taken(case, "agree", agent)
        said(case, "packed", warehouse, waybill=f"sf 123456789{case.pk:04d}", courier="shunfeng")
        goods = GoodsOut.objects.get(case=case)
        assert (goods.kind, goods.what, goods.quantity, goods.unit_cost) == ("gift", "样例护手霜", 2, cost and Decimal(cost))
        rows = Ledger.objects.filter(case=case)
        assert [str(each.amount) for each in rows] == amounts
        assert {(each.channel, each.direction, each.entry) for each in rows} <= {("stock", "out", "post")}


def a_strangers(case):
    an_order(case.shop, waybill="SF1234567890123")


def one_that_had_left(case):
    add_parcel([case.order.number], "shunfeng", NEW["waybill"], by=acts(case.opened_by), at=MONDAY)
    Parcel.objects.filter(waybill="SF1234567890123").update(picked_up_at=MONDAY - SECOND)


@pytest.mark.parametrize(("known", "code"), [(a_strangers, "waybill_taken"), (one_that_had_left, "left_before")])
def test_another_customers_parcel_and_one_that_had_left_carry_no_gift(agent, warehouse, known, code):
    case = agreed(agent)
    known(case)
    with pytest.raises(Malformed) as refused:
        said(case, "packed", warehouse, at=MONDAY + hours(1), **NEW)
    assert (refused.value.code, refused.value.field) == (code, "waybill")
    assert (state_of(case), facts_of(case).waybill) == ("to_pack", "")


def test_an_unknown_waybill_needs_its_courier_and_an_order_that_waits(agent, warehouse, shop):
    case = agreed(agent)
    with pytest.raises(Malformed) as refused:
        said(case, "packed", warehouse, waybill=NEW["waybill"])
    assert refused.value.field == "courier"
    later = agreed(agent, an_order(shop, waybill="7300000000777"))
    with pytest.raises(Malformed) as refused:
        said(later, "packed", warehouse, **NEW)
    assert refused.value.code == "no_carrier"


def test_a_known_parcel_of_the_same_customer_carries_it_whatever_its_order(agent, warehouse, shop):
    case = agreed(agent, an_order(shop, waybill="7300000000777"))
    other = an_order(shop, waybill="7300000000888", shipped_at=MONDAY + hours(2))
    Order.objects.filter(pk=other.pk).update(buyer=case.order.buyer)
    said(case, "packed", warehouse, at=MONDAY + hours(3), waybill="7300000000888")
    assert facts_of(case).waybill == "7300000000888"


def test_where_none_of_it_is_there_the_clerk_chooses_again(agent, warehouse):
    case = agreed(agent)
    said(case, "none_there", warehouse)
    facts = facts_of(case)
    assert (state_of(case), facts.agreed_by, facts.carrier) == ("asked", None, None)
    assert Task.objects.get(case=case, kind="memo").is_dropped
    taken(case, "change", agent, what="样例马克杯", pieces=1, worth="9.00")
    taken(case, "agree", agent)
    assert "样例马克杯 ×1" in open_task(case, "put_in").text


def test_what_is_taken_back_leaves_the_list_and_its_memo_is_corrected(agent, warehouse):
    case = agreed(agent)
    tasks_done(case, agent)
    taken(case, "call_off", agent, note="顾客不要了")
    assert state_of(case) == "not_given"
    assert Task.objects.get(case=case, kind="put_in").is_dropped
    assert open_task(case, "correct_memo").text == "2026-11-23 不送 样例护手霜 ×2（价值 10.00 元），AGENT"
    with pytest.raises(StepRefused):
        taken(case, "told_no", agent)
    tasks_done(case, agent)
    taken(case, "told_no", agent)
    assert state_of(case) == "declined"


# Not forgotten -------------------------------------------------------------------------------------


def test_without_a_next_parcel_within_the_span_the_clerk_is_told_and_the_list_keeps_it(agent, warehouse):
    case = agreed(agent)
    days = hours(30 * 24)
    fire_deadlines(at=MONDAY + days - SECOND)
    assert state_of(case) == "to_pack"
    fire_deadlines(at=MONDAY + days)
    assert (state_of(case), fresh(case).queue) == ("no_parcel", "agents")
    assert open_task(case, "put_in")
    taken(case, "wait_longer", agent, at=MONDAY + days + hours(1))
    assert running(case, "next_parcel").due_at == MONDAY + 2 * days + hours(1)
    fire_deadlines(at=MONDAY + 3 * days)
    said(case, "packed", warehouse, at=MONDAY + 3 * days, **NEW)
    assert state_of(case) == "packed"


def test_the_customers_next_order_brings_it_back_and_memo_and_list_name_that_order(agent, agent2, shop, desk):
    case = agreed(agent, an_order(shop, waybill="7300000000777"))
    buyer = case.order.buyer.nick
    assert facts_of(case).carrier is None
    assert buyer in open_task(case, "put_in").text
    ordered(desk, "511800000000000101", "tb_somebody_else", MONDAY + hours(1))
    assert state_of(case) == "to_pack"
    ordered(desk, "511800000000000102", buyer, MONDAY + hours(2))
    assert (state_of(case), fresh(case).news) == ("next_order", {"next_order": 1})
    taken(case, "put_on_the_new_order", agent2, at=MONDAY + hours(3))
    memo = open_task(case, "memo")
    assert ("511800000000000102" in memo.title, memo.text.endswith("AGENT")) == (True, True)
    assert "511800000000000102" in open_task(case, "put_in").text
    ordered(desk, "511800000000000103", buyer, MONDAY + hours(4))
    assert state_of(case) == "to_pack"


def test_a_parcel_that_left_while_nobody_said_that_it_is_in_it_is_news_once(agent, shop, desk):
    case = agreed(agent)
    shipped = {"订单状态": SHIPPED, "物流单号": "No:7300000000999", "物流公司": "中通快递"}
    for hour, memo in ((4, ""), (28, "又一次")):
        ordered(desk, case.order.number, case.order.buyer.nick, MONDAY + hours(hour), **shipped, 订单备注=memo)
        assert (state_of(case), fresh(case).news) == ("to_pack", {"gift_parcel_left": 1})
    assert Parcel.objects.filter(orders=case.order).count() == 1


def test_an_import_asks_once_where_no_gift_waits(shop, django_assert_num_queries):
    with django_assert_num_queries(1):
        follow_gifts(None, shop=shop, table="none", at=MONDAY)


# Asking --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"order": None}, "order"),
        ({"order": 5}, "order"),
        ({"order": "１２３４５６"}, "order"),
        ({"what": " "}, "what"),
        ({"what": "长" * 201}, "what"),
        ({"what": ["x"]}, "what"),
        ({"pieces": 0}, "pieces"),
        ({"pieces": 1001}, "pieces"),
        ({"pieces": "１２"}, "pieces"),
        ({"pieces": "1_0"}, "pieces"),
        ({"pieces": True}, "pieces"),
        ({"worth": " 1 "}, "worth"),
        ({"worth": "1\n"}, "worth"),
        ({"worth": "0"}, "worth"),
        ({"worth": "-1"}, "worth"),
        ({"worth": "1e2"}, "worth"),
        ({"worth": "1.001"}, "worth"),
        ({"unit_cost": "x"}, "unit_cost"),
        ({"case": True}, "case"),
        ({"more": 1}, "more"),
    ],
)
def test_a_wish_that_is_not_whole_names_the_field_and_opens_nothing(agent, change, field):
    order = an_order(agent.memberships.get().shop)
    with pytest.raises(Malformed) as refused:
        ask_gift({"order": order.number} | WISH | change, by=acts(agent), at=MONDAY)
    assert refused.value.field == field
    assert not Gift.objects.exists()


def test_agents_and_leads_note_it_in_their_own_shop_and_once_an_order(agent, warehouse, outsider, shop):
    order = an_order(shop)
    for who, error in ((warehouse, NotAllowed), (outsider, NotFound)):
        with pytest.raises(error):
            a_gift(who, order)
    first = a_gift(agent, order)
    with pytest.raises(Refused) as refused:
        a_gift(agent, order)
    assert (refused.value.code, refused.value.extra["number"]) == ("already_open", first.number)


def test_it_is_a_remedy_where_the_chapter_of_a_case_says_so(agent, monkeypatch):
    above = an_unreachable(agent, state="returning")
    with pytest.raises(StepRefused) as refused:
        a_gift(agent, above.order, case=above.pk)
    assert refused.value.reasons[0].code == "not_a_remedy"
    monkeypatch.setattr(Unreachable, "REMEDIES", ("gift", "refund"))
    with pytest.raises(Malformed) as other:
        a_gift(agent, an_order(above.shop), case=above.pk)
    assert (other.value.code, other.value.field) == ("other_order", "order")
    case = a_gift(agent, above.order, case=above.pk)
    assert (case.parent_id, case.order) == (above.pk, above.order)
    assert f"/gifts/new/?case={above.pk}" in browser_of(agent).get(f"/cases/{above.pk}/").content.decode()


def test_persons_in_the_words_are_not_kept(agent):
    case = a_gift(agent, what="寄给 13800001111")
    assert "13800001111" not in f"{facts_of(case).what}{case.subject_label}{last_entry(case).facts}"


# Doors ---------------------------------------------------------------------------------------------


def test_the_page_says_what_staff_may_agree_to_and_keeps_what_was_typed(agent, shop):
    order = an_order(shop)
    page = browser_of(agent)
    address = f"/gifts/new/?order={order.number}"
    assert f'href="{address}"' in page.get(f"/orders/{order.pk}/").content.decode()
    assert "up to ¥10.00 you may agree alone" in text_of(page.get(address))
    refused = page.post(address, WISH | {"worth": "ten"})
    assert (refused.status_code, 'value="样例护手霜"' in refused.content.decode()) == (400, True)
    answer = page.post(address, WISH)
    case = Gift.objects.get()
    assert answer["Location"] == f"/cases/{case.pk}/"
    assert "样例护手霜 ×2" in text_of(page.get(answer["Location"]))
    again = page.post(address, WISH)
    assert (again.status_code, f"/cases/{case.pk}/" in again.content.decode()) == (422, True)
    assert page.get("/gifts/new/?order=1").status_code == 404


def test_the_page_of_the_case_says_who_agreed_and_the_customers_text_follows_the_state(agent):
    case = a_gift(agent)
    page = browser_of(agent)
    assert "是否可以" in page.get(f"/cases/{case.pk}/").content.decode()
    taken(case, "agree", agent)
    shown = page.get(f"/cases/{case.pk}/")
    assert "随您的下一个包裹" in shown.content.decode()
    assert "Agreed by agent" in text_of(shown)


def test_the_api_notes_it_and_shows_where_it_is(agent, shop):
    order = an_order(shop)
    answer = program(agent).post("gifts/", {"order": order.number} | WISH)
    assert (answer.status_code, answer.json()["kind"]) == (201, "gift")
    facts = answer.json()["facts"]
    assert (facts["what"], facts["worth"], facts["unit_cost"], facts["order"], facts["waybill"]) == (
        "样例护手霜",
        "10.00",
        None,
        None,
        None,
    )
    assert program(agent).post("gifts/", {"order": order.number} | WISH).status_code == 422
    assert Case.objects.filter(kind="gift").count() == 1


@pytest.mark.parametrize(
    ("worth", "unit_cost", "counts"), [("0.01", "500.00", "1000.00"), ("0.01", "5.01", "10.02"), ("10.01", "1.00", "10.01")]
)
def test_a_gift_counts_as_no_less_than_what_its_pieces_cost(agent, worth, unit_cost, counts):
    case = a_gift(agent, worth=worth, unit_cost=unit_cost)
    with pytest.raises(StepRefused) as refused:
        taken(case, "agree", agent)
    assert [(each.code, counts in str(each.text)) for each in refused.value.reasons] == [("within_the_table", True)]
    assert (counts in text_of(browser_of(agent).get(f"/cases/{case.pk}/"))) is True
    taken(case, "change", agent, **WISH | {"worth": "0.01", "unit_cost": "5.00"})
    assert taken(case, "agree", agent).state == "to_pack"


@pytest.mark.fault("M4")
@pytest.mark.parametrize("worth", ["1\n", " 1", 1])
def test_the_api_takes_no_worth_that_is_not_written_as_an_amount(agent, shop, worth):
    answer = program(agent).post("gifts/", {"order": an_order(shop).number} | WISH | {"worth": worth})
    assert (answer.status_code, answer.json()["field"], Gift.objects.count()) == (400, "worth", 0)


def test_a_gift_is_not_opened_by_hand(agent, shop):
    answer = program(agent).post("cases/", {"kind": "gift", "order": an_order(shop).number})
    assert (answer.status_code, answer.json()["code"]) == (400, "not_opened_by_hand")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda case: GiftFacts.objects.filter(case=case).update(agreed_by=None, agreed_at=None), "what_is_given_was_agreed_to"),
        (lambda case: Task.objects.filter(case=case).update(done_at=MONDAY), "a_gift_that_waits_stands_in_the_list"),
    ],
)
def test_what_must_hold_is_looked_for(agent, change, name):
    case = agreed(agent)
    assert verify_invariants() == []
    change(case)
    assert [name in str(each) for each in verify_invariants()] == [True]
