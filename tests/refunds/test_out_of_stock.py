"""Paid but out of stock: apologise, offer other goods, a better price only with a lead's yes, else the money at once."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from casework.actions.bulk import temporary
from casework.actions.deeds import finish_task
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Deadline, Journal, Task
from casework.reading import read_case
from logistics.models import Parcel
from orders.errors import Malformed, NotAllowed, NotFound, Refused, StepRefused
from orders.models import Line, Order
from refunds.actions.ask import ask_refund
from refunds.actions.report_out_of_stock import report_out_of_stock
from refunds.goods.shelf import follow_shelf
from refunds.models import OutOfStock, OutOfStockFacts, Request
from tests.builders import a_wish, an_order
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import fresh, hours, last_entry, running, state_of, taken
from tests.orders.lists import CLOSED, SHIPPED, TO_SHIP, Desk
from tests.orders.lists import order as a_row
from tests.page import browser_of, field_of, text_of

pytestmark = pytest.mark.rule("R12.1")
SECOND = dt.timedelta(seconds=1)
SHIP_BY = MONDAY + hours(20)
OFFER = {"offer": "样例马克杯蓝色"}
BETTER = OFFER | {"price": "80.00"}


def to_ship(shop, **fields):
    return an_order(shop, **{"status": "wait_ship", "shipped_at": None} | fields)


def lines_of(order, *numbers):
    return [{"line": line.pk, "quantity": number} for line, number in zip(order.lines.all(), numbers or (1,), strict=False) if number]


def out_of_stock(by, order=None, *numbers, at=MONDAY, **changes):
    """Reported for a piece of the order's first line, or so many of each."""
    order = order or to_ship(by.memberships.get().shop)
    given = {"order": order.number, "lines": lines_of(order, *numbers)}
    return report_out_of_stock(given | changes, by=acts(by), at=at)


def offered(agent, **order):
    case = out_of_stock(agent, to_ship(agent.memberships.get().shop, **order))
    taken(case, "offer_other_goods", agent, **OFFER)
    return fresh(case)


def facts_of(case):
    return OutOfStockFacts.objects.get(case=case)


def message(case, by, at=MONDAY):
    view = read_case(case.pk, by=acts(by), now=at)
    with translation.override("zh-hans"):
        return view.case.contact_message(view.at)


# Clocks --------------------------------------------------------------------------------------------


def test_the_ship_by_date_is_the_first_clock_taken_as_it_stands(agent, shop):
    case = out_of_stock(agent, to_ship(shop, ship_by=MONDAY + hours(2)))
    assert running(case, "ship_by").due_at == MONDAY + hours(2)
    assert not Deadline.objects.filter(case=case, kind="settle").exists()
    first = read_case(case.pk, by=acts(agent), now=MONDAY).deadlines[0]
    assert (first.kind, running(case, "tell").due_at) == ("ship_by", MONDAY + hours(4))


def test_where_none_is_known_our_own_span_counts_from_the_payment(agent, shop):
    case = out_of_stock(agent, to_ship(shop, paid_at=MONDAY - hours(10)))
    assert running(case, "settle").due_at == MONDAY + hours(38)
    fire_deadlines(at=MONDAY + hours(38))
    assert Deadline.objects.get(case=case, kind="settle").status == "over"
    assert state_of(case) == "to_tell"


# Offers --------------------------------------------------------------------------------------------


def test_the_customer_gets_an_apology_and_other_goods_and_may_take_them(agent):
    case = out_of_stock(agent)
    assert "样例商品1 ×1" in message(case, agent)
    taken(case, "offer_other_goods", agent, **OFFER)
    assert (state_of(case), fresh(case).category, running(case, "customer_answers").due_at) == ("offered", "customer", MONDAY + hours(24))
    text = message(case, agent)
    assert all(words in text for words in ("样例商品1 ×1", "样例马克杯蓝色", "2026-11-24 10:00"))
    taken(case, "customer_takes_it", agent, at=MONDAY + hours(1))
    assert (state_of(case), fresh(case).queue) == ("to_ship", "warehouse")
    assert Task.objects.get(case=case).text == "2026-11-23 缺货：样例商品1 ×1 改发 样例马克杯蓝色，AGENT"


def test_a_better_price_is_named_only_once_a_lead_has_agreed_who_did_not_ask(agent, supervisor, manager):
    case = out_of_stock(agent)
    taken(case, "ask_for_a_better_price", supervisor, **BETTER)
    assert "80" not in message(case, agent)
    for step in ("lead_agrees_to_price", "lead_refuses_price"):
        with pytest.raises(StepRefused):
            taken(case, step, supervisor, reason="样例")
        with pytest.raises(NotAllowed):
            taken(case, step, agent, reason="样例")
    with pytest.raises(Malformed):
        taken(case, "lead_agrees_to_price", manager)
    taken(case, "lead_agrees_to_price", manager, reason="老顾客")
    assert (state_of(case), facts_of(case).price_agreed_by) == ("to_tell", manager)
    assert (last_entry(case).facts["reason"], last_entry(case).facts["price"]) == ("老顾客", "80.00")
    assert "80.00" in message(case, agent)
    taken(case, "offer_at_the_price", agent)
    assert "80.00" in message(case, agent)
    taken(case, "customer_takes_it", agent)
    assert "按 80.00 元" in Task.objects.get(case=case).text


@pytest.mark.parametrize(
    ("price", "code"), [("100.01", "not_better"), ("999999.99", "not_better"), (" 1 ", "bad_amount"), ("1\n", "bad_amount")]
)
def test_a_better_price_is_an_amount_and_not_above_what_was_paid(agent, price, code):
    case = out_of_stock(agent)
    with pytest.raises(Malformed) as refused:
        taken(case, "ask_for_a_better_price", agent, **OFFER, price=price)
    assert (refused.value.code, refused.value.field, state_of(case)) == (code, "price", "to_tell")
    taken(case, "ask_for_a_better_price", agent, **OFFER, price="100.00")


def test_without_a_leads_yes_nothing_is_offered_at_a_better_price(agent, manager):
    case = out_of_stock(agent)
    with pytest.raises(StepRefused) as refused:
        taken(case, "offer_at_the_price", agent)
    assert refused.value.reasons[0].code == "price_is_agreed"
    taken(case, "ask_for_a_better_price", agent, **BETTER)
    taken(case, "lead_refuses_price", manager, reason="无利润")
    assert facts_of(case).price is None
    with pytest.raises(StepRefused):
        taken(case, "offer_at_the_price", agent)


def test_a_price_holds_for_the_goods_that_it_was_agreed_for(agent, manager):
    case = out_of_stock(agent)
    taken(case, "ask_for_a_better_price", agent, **BETTER)
    taken(case, "lead_agrees_to_price", manager, reason="老顾客")
    taken(case, "offer_other_goods", agent, offer="别的")
    facts = facts_of(case)
    assert (facts.offer, facts.price, facts.price_agreed_by) == ("别的", None, None)


def test_a_token_of_a_lead_does_not_agree_to_a_price(agent, supervisor):
    case = out_of_stock(agent)
    taken(case, "ask_for_a_better_price", agent, **BETTER)
    answer = program(supervisor).step(case.pk, "lead_agrees_to_price", {"reason": "样例"})
    assert (answer.status_code, answer.json()["code"]) == (403, "token_may_not_decide")


# The money -----------------------------------------------------------------------------------------


def test_a_silent_customer_gets_the_money_at_once_and_may_still_answer(agent):
    case = offered(agent)
    fire_deadlines(at=MONDAY + hours(24) - SECOND)
    assert state_of(case) == "offered"
    fire_deadlines(at=MONDAY + hours(24))
    assert (state_of(case), last_entry(case).actor_name) == ("to_refund", "clock")
    taken(case, "customer_takes_it", agent, at=MONDAY + hours(25))
    assert state_of(case) == "to_ship"


def test_what_was_never_offered_is_not_taken(agent):
    case = out_of_stock(agent)
    taken(case, "ask_for_a_better_price", agent, **BETTER)
    taken(case, "refund_instead", agent)
    with pytest.raises(StepRefused) as refused:
        taken(case, "customer_takes_it", agent)
    assert refused.value.reasons[0].code == "something_is_offered"


def test_first_the_offer_then_the_refund_prefilled_with_what_is_left(agent, supervisor, finance, shop):
    order = to_ship(shop, lines=("60.00", "40.00"), freight="8.00")
    Line.objects.filter(order=order, position=1).update(quantity=2)
    case = out_of_stock(agent, order, 1)
    page = browser_of(agent)
    address = f"/refunds/new/?case={case.pk}"
    assert "First other goods are offered" in text_of(page.get(address))
    with pytest.raises(StepRefused):
        ask_refund(a_wish(order, "30.00", case=case.pk), by=acts(agent), at=MONDAY)
    taken(case, "refund_instead", agent)
    assert f'href="{address}"' in page.get(f"/cases/{case.pk}/").content.decode()
    shown = page.get(address)
    lines = list(order.lines.all())
    assert [field_of(shown, name) for name in (f"line-{lines[0].pk}", f"line-{lines[1].pk}", "freight")] == ["30.00", "", ""]
    for value in ("out_of_stock", "warehouse_confirmed"):
        assert f'<option value="{value}" selected' in shown.content.decode()
    refund = ask_refund(a_wish(order, "30.00", case=case.pk, reason="out_of_stock"), by=acts(agent), at=MONDAY)
    assert (state_of(case), Request.objects.get(case=refund).party) == ("mending", "shop")
    taken(refund, "approve", supervisor)
    taken(refund, "record_payout", finance, platform_number="PAY1234", paid_at=MONDAY.isoformat())
    for task in Task.objects.filter(case=refund):
        finish_task(refund.pk, task.pk, by=acts(agent), at=MONDAY)
    taken(refund, "customer_told", agent)
    assert (state_of(case), verify_invariants()) == ("refunded", [])


def test_when_nothing_else_is_in_the_order_its_postage_is_prefilled_as_well(agent, shop):
    order = to_ship(shop, lines=("60.00",), freight="8.00")
    case = out_of_stock(agent, order)
    taken(case, "refund_instead", agent)
    assert field_of(browser_of(agent).get(f"/refunds/new/?case={case.pk}"), "freight") == "8.00"


def test_a_refund_that_falls_through_is_asked_anew(agent, supervisor):
    case = out_of_stock(agent)
    taken(case, "refund_instead", agent)
    refund = ask_refund(a_wish(case.order, "30.00", case=case.pk), by=acts(agent), at=MONDAY)
    taken(refund, "reject", supervisor, reason="先问仓库")
    assert state_of(case) == "to_refund"
    taken(case, "in_stock_again", agent)
    assert state_of(case) == "to_ship"


# What lists tell -----------------------------------------------------------------------------------


@pytest.fixture
def desk(shop, tmp_path):
    return Desk(shop, tmp_path)


def told(desk, order, at, **columns):
    """The order as a list tells it."""
    row = {"订单编号": order.number, "买家会员名": order.buyer.nick, "订单状态": TO_SHIP, "订单付款时间": "2026-11-23 10:00:00"}
    desk.take([a_row(**row | columns)], at=at)


LEFT = {"订单状态": SHIPPED, "物流单号": "No:7300000000999", "物流公司": "中通快递"}


def test_a_waybill_that_comes_in_closes_it_and_its_memo(agent, desk):
    case = offered(agent)
    taken(case, "customer_takes_it", agent)
    told(desk, case.order, MONDAY + hours(2))
    assert state_of(case) == "to_ship"
    told(desk, case.order, MONDAY + hours(3), **LEFT)
    assert (state_of(case), Task.objects.get(case=case).is_dropped) == ("shipped", True)
    assert not Deadline.objects.filter(case=case, status="open").exists()


def test_a_waybill_of_other_lines_closes_nothing(agent, shop):
    order = to_ship(shop, lines=("60.00", "40.00"), status="part_shipped")
    Line.objects.filter(order=order, position=2).update(waybills=["7300000000999"])
    Order.objects.filter(pk=order.pk).update(waybills=["7300000000999"])
    case = out_of_stock(agent, order, 1)
    tell_of(shop, order)
    assert state_of(case) == "to_tell"
    Line.objects.filter(order=order, position=1).update(waybills=["7300000000998"])
    tell_of(shop, order)
    assert state_of(case) == "shipped"


def tell_of(shop, *orders):
    """The signal of an import of these orders, without a file."""
    temporary(
        "came_in", "SELECT id AS order_id, false AS is_new FROM orders_order WHERE id = ANY(%(ids)s)", ids=[each.pk for each in orders]
    )
    follow_shelf(None, shop=shop, table="came_in", at=MONDAY + hours(1))


def test_what_leaves_while_its_money_is_asked_for_is_news_once_and_stays_open(agent, desk):
    case = out_of_stock(agent)
    taken(case, "refund_instead", agent)
    ask_refund(a_wish(case.order, "30.00", case=case.pk), by=acts(agent), at=MONDAY)
    for hour, memo in ((2, ""), (26, "又一次")):
        told(desk, case.order, MONDAY + hours(hour), **LEFT, 订单备注=memo)
        assert (state_of(case), fresh(case).news) == ("mending", {"shipped_meanwhile": 1})


def test_an_order_that_is_closed_on_the_platform_ends_it(agent, desk):
    case = offered(agent)
    told(desk, case.order, MONDAY + hours(2), 订单状态=CLOSED)
    assert state_of(case) == "settled"


def test_a_ship_by_date_that_comes_in_or_moves_is_the_clock_from_then_on(agent, shop):
    case = out_of_stock(agent)
    for day in (SHIP_BY, SHIP_BY + hours(24)):
        Order.objects.filter(pk=case.order_id).update(ship_by=day)
        tell_of(shop, case.order)
        assert running(case, "ship_by").due_at == day
    assert Deadline.objects.get(case=case, kind="settle").status == "met"


def test_an_import_asks_once_where_nothing_is_out_of_stock(shop, django_assert_num_queries):
    with django_assert_num_queries(1):
        follow_shelf(None, shop=shop, table="none", at=MONDAY)


def test_those_who_pack_may_say_that_it_was_shipped_before_a_list_tells(agent, warehouse):
    case = out_of_stock(agent)
    taken(case, "in_stock_again", warehouse)
    taken(case, "was_shipped", warehouse, waybill="sf 1234567890123", courier="shunfeng")
    assert (state_of(case), Parcel.objects.get().orders.get()) == ("shipped", case.order)


# Reporting -----------------------------------------------------------------------------------------


def test_the_warehouse_reports_it_and_it_lies_free_for_the_agents(warehouse, agent, shop):
    page = browser_of(warehouse)
    order = to_ship(shop)
    address = f"/out-of-stock/new/?order={order.number}"
    assert f'href="{address}"' in page.get(f"/orders/{order.pk}/").content.decode()
    line = order.lines.get()
    assert field_of(page.get(address), f"line-{line.pk}") == "1"
    assert page.post(address, {f"line-{line.pk}": "2", "note": ""}).status_code == 400
    answer = page.post(address, {f"line-{line.pk}": "1", "note": "货架空了"})
    case = OutOfStock.objects.get()
    assert (answer["Location"], case.owner, case.opened_by, case.queue) == (f"/cases/{case.pk}/", None, warehouse, "agents")
    assert Journal.objects.get(case=case, step="open").note == "货架空了"
    assert "样例商品1 ×1" in text_of(browser_of(agent).get(f"/cases/{case.pk}/"))
    assert out_of_stock(agent, to_ship(shop)).owner == agent


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"order": 5}, "order"),
        ({"lines": []}, "lines"),
        ({"lines": "1"}, "lines"),
        ({"lines": [{"line": 0, "quantity": 1}]}, "lines"),
        ({"lines": [{"line": 2**62, "quantity": 1}]}, "lines.0.line"),
        ({"note": 5}, "note"),
        ({"case": 1}, "case"),
    ],
)
def test_a_report_that_is_not_whole_names_the_field_and_opens_nothing(agent, change, field):
    order = to_ship(agent.memberships.get().shop)
    with pytest.raises(Malformed) as refused:
        report_out_of_stock({"order": order.number, "lines": lines_of(order)} | change, by=acts(agent), at=MONDAY)
    assert refused.value.field == field
    assert not OutOfStock.objects.exists()


def test_what_has_left_is_not_reported_nor_twice_nor_by_strangers(agent, outsider, finance, shop):
    with pytest.raises(Refused) as refused:
        out_of_stock(agent, an_order(shop))
    assert refused.value.code == "nothing_to_ship"
    order = to_ship(shop, lines=("60.00", "40.00"), status="part_shipped")
    Line.objects.filter(order=order, position=1).update(waybills=["7300000000999"])
    with pytest.raises(StepRefused) as refused:
        out_of_stock(agent, order, 1, 1)
    assert [each.code for each in refused.value.reasons] == ["already_shipped"]
    first = out_of_stock(agent, order, 0, 1)
    with pytest.raises(Refused) as refused:
        out_of_stock(agent, order, 0, 1)
    assert refused.value.extra["number"] == first.number
    for who, error in ((outsider, NotFound), (finance, NotAllowed)):
        with pytest.raises(error):
            out_of_stock(who, order, 0, 1)


def test_the_api_reports_it(warehouse, shop):
    order = to_ship(shop)
    answer = program(warehouse).post("out-of-stock/", {"order": order.number, "lines": lines_of(order)})
    assert (answer.status_code, answer.json()["kind"], answer.json()["facts"]["items"]) == (201, "out_of_stock", lines_of(order))
    assert program(warehouse).post("out-of-stock/", {"order": order.number, "lines": lines_of(order)}).status_code == 422


def test_the_page_of_the_case_says_that_a_price_is_not_agreed(agent, supervisor):
    case = out_of_stock(agent)
    taken(case, "ask_for_a_better_price", agent, **BETTER)
    assert "not agreed; do not name it to the customer" in text_of(browser_of(agent).get(f"/cases/{case.pk}/"))
    taken(case, "lead_agrees_to_price", supervisor, reason="老顾客")
    assert "agreed by supervisor" in text_of(browser_of(agent).get(f"/cases/{case.pk}/"))
    assert facts_of(case).price == Decimal("80.00")


# A better price ------------------------------------------------------------------------------------


def taken_at_a_price(agent, supervisor, price="80.00"):
    """Other goods at a better price than the 100.00 that were paid, which the customer takes."""
    case = out_of_stock(agent)
    taken(case, "ask_for_a_better_price", agent, **OFFER, price=price)
    taken(case, "lead_agrees_to_price", supervisor, reason="老顾客")
    taken(case, "offer_at_the_price", agent)
    taken(case, "customer_takes_it", agent)
    return fresh(case)


def the_difference(case, agent, amount="20.00"):
    wish = a_wish(case.order, amount, case=case.pk, reason="price", ground="record_checked")
    return ask_refund(wish, by=acts(agent), at=MONDAY)


def settled(refund, supervisor, finance, agent):
    taken(refund, "approve", supervisor)
    taken(refund, "record_payout", finance, platform_number=f"PAY{refund.pk:06d}", paid_at=MONDAY.isoformat())
    for task in refund.tasks.filter(done_at=None):
        finish_task(refund.pk, task.pk, by=acts(agent), at=MONDAY)
    taken(refund, "customer_told", agent)


def test_what_was_paid_above_a_better_price_is_asked_for_and_no_more(agent, supervisor):
    case = taken_at_a_price(agent, supervisor)
    assert (case.state, facts_of(case).difference) == ("to_ship", Decimal("20.00"))
    page = browser_of(agent).get(f"/refunds/new/?case={case.pk}")
    assert field_of(page, f"line-{case.order.lines.get().pk}") == "20.00"
    with pytest.raises(StepRefused) as refused:
        the_difference(case, agent, "20.01")
    assert [each.code for each in refused.value.reasons] == ["above_the_difference"]
    assert the_difference(case, agent).state == "asked"
    with pytest.raises(StepRefused) as refused:
        the_difference(case, agent)
    assert [each.code for each in refused.value.reasons] == ["above_the_difference"]
    assert state_of(case) == "to_ship"


@pytest.mark.parametrize("shipped", ["list", "hand"])
def test_shipped_it_stays_open_until_the_difference_is_back_and_no_rule_of_prices_stops_it(agent, supervisor, finance, desk, shipped):
    case = taken_at_a_price(agent, supervisor)
    told(desk, case.order, MONDAY + hours(2))
    number = {"waybill": "73000000009991", "courier": "zhongtong"}
    with pytest.raises(StepRefused):
        taken(case, "was_shipped", agent, **number)
    if shipped == "hand":
        taken(case, "shipped_at_the_price", agent, **number)
    told(desk, case.order, MONDAY + hours(3), **LEFT)
    assert (state_of(case), running(case, "refund").due_at > MONDAY) == ("difference", True)
    first = the_difference(case, agent)
    taken(first, "withdraw", agent, note="金额写错")
    assert state_of(case) == "difference"
    settled(the_difference(fresh(case), agent), supervisor, finance, agent)
    assert (state_of(case), verify_invariants()) == ("shipped", [])


def test_a_difference_that_is_back_before_it_leaves_holds_nothing(agent, supervisor, finance, desk):
    case = taken_at_a_price(agent, supervisor)
    settled(the_difference(case, agent), supervisor, finance, agent)
    assert state_of(case) == "to_ship"
    told(desk, case.order, MONDAY + hours(3), **LEFT)
    assert state_of(case) == "shipped"


def test_a_difference_is_waived_with_a_note_or_forgotten_with_the_goods(agent, supervisor):
    case = taken_at_a_price(agent, supervisor)
    taken(case, "shipped_at_the_price", agent, waybill="73000000009992", courier="zhongtong")
    taken(case, "difference_settled", agent, note="顾客不要差价")
    assert (state_of(case), last_entry(case).facts["difference_left"]) == ("shipped", "20.00")
    other = taken_at_a_price(agent, supervisor)
    taken(other, "refund_instead", agent)
    assert facts_of(other).difference is None
    assert the_difference(fresh(other), agent, "100.00").state == "asked"
