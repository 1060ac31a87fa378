"""L5 Missing items: what is asked, four checks in their order, what confirms it, and the offers in theirs."""

import datetime as dt
import re

import pytest
from django.utils import translation

from casework.actions.add_evidence import add_evidence
from casework.actions.assign import give_case
from casework.actions.deeds import record_contact
from casework.actions.open_case import open_case
from casework.actions.sweep import fire_deadlines
from casework.models import Policy
from casework.reading import timeline
from casework.situation import read_situations
from logistics.goods.weighing import Verdict
from logistics.kinds.missing_items.decision import with_whom
from logistics.models import Loss, MissingItems, Packing, Weight
from orders.errors import Malformed, NotAllowed, StepRefused
from orders.models import Line
from refunds.actions.ask import ask_refund
from tests.builders import a_wish, an_order
from tests.callers import a_picture
from tests.cast import MONDAY, acts
from tests.logistics.incidents import (
    an_incident,
    answered,
    facts_of,
    fresh,
    hours,
    last_entry,
    parcel_of,
    running,
    sent_again,
    state_of,
    taken,
)
from tests.orders.lists import SHIPPED, Desk, order
from tests.page import browser_of, text_of

SECOND = dt.timedelta(seconds=1)
LEGIBLE = {"shows_number": True, "shows_goods": True, "shows_weight": True, "shows_date": True}
SLIP = {"grams": 1250, "shows": "样例商品2 两件"}


def a_case(agent, *, lines=("60.00", "40.00"), quantity=2):
    """A delivered parcel of which the second line has `quantity` pieces."""
    case = an_incident("missing_items", agent, lines=lines)
    Line.objects.filter(order=case.order, position=2).update(quantity=quantity)
    return fresh(case)


def missing(case, *pairs):
    """Pieces as the API takes them: (position, quantity)."""
    lines = {line.position: line.pk for line in case.order.lines.all()}
    return [{"line": lines[position], "quantity": quantity} for position, quantity in pairs]


def named(agent, **changes):
    case = a_case(agent)
    taken(case, "missing_named", agent, items=missing(case, (2, 1)), unpacked=True, **changes)
    return fresh(case)


def weighed(agent, warehouse=1300, waybill=None, courier=None):
    case = named(agent)
    taken(case, "lines_checked", agent)
    numbers = {"warehouse": warehouse, "waybill": waybill, "courier": courier}
    taken(case, "weights_compared", agent, **{name: number for name, number in numbers.items() if number})
    return fresh(case)


def photographed(case, agent, *kinds):
    for kind in kinds or ("photo_goods", "photo_box"):
        add_evidence(case.pk, upload=a_picture(), kind=kind, by=acts(agent), at=MONDAY)
    return fresh(case)


def at_packing(agent, printclerk, *, slip="found", **weights):
    """The warehouse is asked; the slip was looked for."""
    case = photographed(weighed(agent, **weights), agent)
    taken(case, "photos_checked", agent)
    answered(case, slip, printclerk, **(SLIP if slip == "found" else {}))
    return fresh(case)


def to_decide(agent, printclerk, warehouse, packing="incomplete", **how):
    case = at_packing(agent, printclerk, **how)
    answered(case, packing, warehouse)
    return fresh(case)


def offered(agent, printclerk, warehouse, *, contacted=True, **how):
    case = to_decide(agent, printclerk, warehouse, **how)
    taken(case, "confirm", agent)
    if contacted:
        record_contact(case.pk, channel="chat", outcome="answered", by=acts(agent), at=MONDAY)
    return fresh(case)


def refusals(call):
    with pytest.raises(StepRefused) as refused:
        call()
    return [each.code for each in refused.value.reasons]


# L5.1 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L5.1")
def test_which_pieces_are_missing_is_noted_once_everything_is_unpacked(agent):
    case = a_case(agent)
    assert running(case, "reply").due_at == MONDAY + hours(24)
    with pytest.raises(Malformed) as refused:
        taken(case, "missing_named", agent, items=missing(case, (2, 1)))
    assert refused.value.field == "unpacked"
    taken(case, "missing_named", agent, items=missing(case, (2, 1)), unpacked=True, told_where="盒盖夹层", arrived="只有商品1")
    assert state_of(case) == "check_lines"
    assert facts_of(case).items == missing(case, (2, 1))
    facts = last_entry(case).facts
    assert (facts["told_where"], facts["arrived"], facts["pieces"], facts["unpacked"]) == ("盒盖夹层", "只有商品1", "样例商品2 ×1", True)
    text = text_of(browser_of(agent).get(f"/cases/{case.pk}/"))
    assert "Pieces: 样例商品2 ×1" in text
    assert "{'line'" not in text


@pytest.mark.rule("L5.1")
def test_lines_can_be_typed_by_their_place(agent):
    case = a_case(agent)
    taken(case, "missing_named", agent, items="1, 2×2", unpacked=True)
    assert facts_of(case).items == missing(case, (1, 1), (2, 2))


@pytest.mark.rule("L5.1")
def test_in_a_merged_parcel_a_place_that_two_orders_have_names_no_line(agent, shop):
    case = a_case(agent)
    other = an_order(shop, lines=("5.00", "6.00", "7.00"))
    parcel_of(case).orders.add(other)
    with pytest.raises(Malformed) as refused:
        taken(case, "missing_named", agent, items="3, 1", unpacked=True)
    assert (refused.value.code, refused.value.field) == ("ambiguous_line", "items.1.line")
    assert state_of(case) == "to_ask"
    taken(case, "missing_named", agent, items="3×1", unpacked=True)
    assert facts_of(case).items == [{"line": other.lines.get(position=3).pk, "quantity": 1}]


@pytest.mark.rule("L5.1")
@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([], "items"),
        ("", "items"),
        ("x", "items"),
        ("1, 1", "items"),
        ([{"line": 1}], "items"),
        ([{"line": "1", "quantity": 1}], "items"),
        ([{"line": 1, "quantity": 0}], "items"),
        ([{"line": 1, "quantity": True}], "items"),
        ({"line": 1}, "items"),
        ("9", "items.0.line"),
        ("1, 2×3", "items.1.quantity"),
        ([{"line": 2**62, "quantity": 1}], "items.0.line"),
    ],
)
def test_what_was_not_ordered_is_not_missing(agent, items, field):
    case = a_case(agent)
    with pytest.raises(Malformed) as refused:
        taken(case, "missing_named", agent, items=items, unpacked=True)
    assert refused.value.field == field
    assert (state_of(case), facts_of(case).items) == ("to_ask", [])


@pytest.mark.rule("L5.1")
def test_what_turns_up_ends_the_case_and_nobody_owes_anything(agent, printclerk, warehouse):
    case = named(agent)
    taken(case, "found_after_all", agent)
    assert state_of(case) == "found"
    other = offered(agent, printclerk, warehouse, packing="complete", courier=1100)
    assert Loss.objects.standing().count() == 1
    taken(other, "found_after_all", agent)
    assert (state_of(other), Loss.objects.standing().count()) == ("found", 0)


# L5.2 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L5.2")
@pytest.mark.parametrize(
    ("gone", "allowed"),
    [({}, True), ({"platform_refunded": "19.99"}, True), ({"platform_refunded": "20.00"}, False), ({"platform_refunded": "40.00"}, False)],
)
def test_a_piece_whose_money_went_back_is_refused_and_named(agent, gone, allowed):
    case = a_case(agent)
    Line.objects.filter(order=case.order, position=2).update(**gone)
    items = missing(case, (2, 1))
    if allowed:
        taken(case, "missing_named", agent, items=items, unpacked=True)
        return
    with pytest.raises(StepRefused) as refused:
        taken(case, "missing_named", agent, items=items, unpacked=True)
    (reason,) = refused.value.reasons
    assert (reason.code, reason.rule) == ("refunded_already", "L5.2")
    assert "样例商品2" in str(reason.text)
    assert state_of(case) == "to_ask"


@pytest.mark.rule("L5.2")
def test_what_is_refunded_between_two_checks_stops_the_case(agent, printclerk, warehouse):
    case = named(agent)
    Line.objects.filter(order=case.order, position=2).update(platform_refunded="40.00")
    assert refusals(lambda: taken(case, "lines_checked", agent)) == ["nothing_was_refunded"]
    other = to_decide(agent, printclerk, warehouse)
    ask_refund(
        a_wish(other.order, "20.00", lines=[{"line": missing(other, (2, 1))[0]["line"], "amount": "20.00"}]), by=acts(agent), at=MONDAY
    )
    assert refusals(lambda: taken(other, "confirm", agent)) == ["nothing_was_refunded"]


@pytest.mark.rule("L5.2")
def test_the_four_checks_come_in_their_order_and_each_leaves_its_row(agent, printclerk, warehouse):
    case = named(agent)
    for step in ("weights_compared", "photos_checked", "photos_show_all", "confirm"):
        facts = {"photos_show_all": LEGIBLE | {"waybill": 1250}}.get(step, {})
        assert "wrong_state" in refusals(lambda step=step, facts=facts: taken(case, step, agent, **facts))
    case = to_decide(agent, printclerk, warehouse, courier=1290)
    steps = [entry.step for entry in timeline(case) if entry.step != "evidence"]
    assert steps == [
        "open",
        "missing_named",
        "lines_checked",
        "weights_compared",
        "some_photos_came",
        "photos_came",
        "photos_checked",
        "slip_found",
        "not_packed",
    ]


@pytest.mark.rule("L5.2")
def test_three_weights_stand_side_by_side_with_what_they_say(agent):
    case = weighed(agent, warehouse=1300, waybill=1310, courier=1200)
    entry = last_entry(case)
    assert entry.facts["verdict"] == "courier"
    assert {name: entry.facts[name] for name in ("warehouse_grams", "waybill_grams", "courier_grams")} == {
        "warehouse_grams": 1300,
        "waybill_grams": 1310,
        "courier_grams": 1200,
    }
    assert set(Weight.objects.filter(parcel=parcel_of(case)).values_list("source", "grams")) == {
        ("warehouse", 1300),
        ("waybill", 1310),
        ("courier", 1200),
    }
    page = text_of(browser_of(agent).get(f"/cases/{case.pk}/"))
    assert "The courier weighed 1200 g, our warehouse 1300 g: 100 g were lost on the way." in page
    assert "Lighter with the courier" in page


@pytest.mark.rule("L5.2")
def test_what_the_shipping_list_brought_is_there_and_not_written_twice(agent):
    case = named(agent)
    Weight.objects.create(parcel=parcel_of(case), source="warehouse", grams=1300, entered_at=MONDAY)
    taken(case, "lines_checked", agent)
    taken(case, "weights_compared", agent, warehouse=1300, courier=1200)
    assert Weight.objects.filter(source="warehouse").count() == 1
    assert last_entry(case).facts["verdict"] == "courier"


@pytest.mark.rule("L5.2")
def test_the_tolerance_is_the_shops(agent, shop):
    Policy.objects.create(name="weight_tolerance", shop=shop, value=200, valid_from=MONDAY)
    case = weighed(agent, warehouse=1300, courier=1200)
    assert last_entry(case).facts["verdict"] == "equal"


@pytest.mark.rule("L5.2")
def test_the_warehouse_is_asked_for_a_weight_nobody_knows_once(agent, warehouse):
    case = named(agent)
    taken(case, "lines_checked", agent)
    taken(case, "weight_asked", agent)
    assert refusals(lambda: taken(case, "weight_asked", agent)) == ["our_weight_is_unknown"]
    answered(case, "weighed", warehouse, grams=1300)
    assert Weight.objects.get(parcel=parcel_of(case)).entered_by == warehouse
    assert refusals(lambda: taken(case, "weight_asked", agent)) == ["our_weight_is_unknown"]
    taken(case, "weight_noted", agent, scale="courier", grams=1200)
    taken(case, "weights_compared", agent)
    assert last_entry(case).facts["verdict"] == "courier"


@pytest.mark.rule("L5.2")
@pytest.mark.parametrize(
    ("steps", "state"), [(["weight_asked", "lead_asked"], "disputed"), (["not_confirmed", "weight_asked"], "to_explain")]
)
def test_a_weight_that_comes_while_a_lead_decides_or_the_customer_is_told_is_kept(agent, printclerk, warehouse, steps, state):
    case = at_packing(agent, printclerk, warehouse=None)
    answered(case, "complete", warehouse)
    for step in steps:
        words = {"reason": "称重一致"} if step == "not_confirmed" else {}
        taken(case, step, agent, note="顾客坚持", **words)
    answered(case, "weighed", warehouse, grams=1250)
    assert (last_entry(case).step, state_of(case)) == ("warehouse_weighed", state)
    assert Weight.objects.get(parcel=parcel_of(case), source="warehouse").grams == 1250


@pytest.mark.rule("L5.2")
def test_photos_are_waited_for_three_days_and_the_last_one_brings_the_case_back(agent):
    case = weighed(agent, courier=1290)
    assert (case.state, case.category) == ("wait_photos", "customer")
    assert running(case, "photos").due_at == MONDAY + hours(72)
    photographed(case, agent, "photo_goods")
    assert state_of(case) == "photos_partly"
    assert refusals(lambda: taken(case, "photos_checked", agent)) == ["pictures_are_there"]
    # The courier's weight serves for the waybill's photo.
    photographed(case, agent, "photo_box")
    assert state_of(case) == "photos_here"


@pytest.mark.rule("L5.2")
def test_without_photos_the_case_comes_back_and_goes_on_with_the_reason_why(agent):
    case = weighed(agent)
    fire_deadlines(at=MONDAY + hours(72) - SECOND)
    assert state_of(case) == "wait_photos"
    fire_deadlines(at=MONDAY + hours(72))
    assert state_of(case) == "no_photos"
    taken(case, "photos_asked_again", agent, at=MONDAY + hours(73))
    fire_deadlines(at=MONDAY + hours(145))
    with pytest.raises(Malformed):
        taken(case, "without_photos", agent, at=MONDAY + hours(145))
    taken(case, "without_photos", agent, at=MONDAY + hours(145), note="箱子已扔")
    assert state_of(case) == "base_slip"


@pytest.mark.rule("L5.2")
@pytest.mark.parametrize("packing", Packing.values)
def test_the_warehouse_says_how_it_was_packed_with_one_tap(agent, printclerk, warehouse, packing):
    case = at_packing(agent, printclerk)
    task = case.tasks.get(done_at=None)
    assert (task.kind, task.role) == ("confirm_packing", "warehouse")
    assert task.text.startswith("样例商品2 ×1")
    answered(case, packing, warehouse)
    assert (state_of(case), facts_of(case).packing) == ("to_decide", packing)


# L5.5 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L5.5")
@pytest.mark.parametrize("who", ["warehouse", "printclerk"])
def test_shipping_staff_look_for_the_slip_by_date_and_buyer(agent, who, request):
    case = photographed(weighed(agent), agent)
    taken(case, "photos_checked", agent)
    packer = request.getfixturevalue(who)
    text = text_of(browser_of(packer).get("/todo/"))
    assert "Find the base slip" in text
    assert case.order.buyer.nick in text
    assert "Shipped" in text
    answered(case, "found", packer, **SLIP)
    assert (state_of(case), facts_of(case).slip) == ("check_packing", "found")
    assert Weight.objects.filter(parcel=parcel_of(case), source="slip", grams=1250).exists()


@pytest.mark.rule("L5.5")
def test_a_slip_that_is_gone_is_recorded_and_the_case_goes_on(agent, printclerk):
    case = at_packing(agent, printclerk, slip="not_found")
    assert (case.state, facts_of(case).slip) == ("check_packing", "not_found")


@pytest.mark.rule("L5.5")
def test_a_photo_that_shows_all_four_makes_the_slip_unnecessary(agent):
    case = photographed(weighed(agent), agent, "photo_goods", "photo_box")
    assert refusals(lambda: taken(case, "photos_show_all", agent, waybill=1250, **LEGIBLE)) == ["pictures_are_there"]
    photographed(case, agent, "photo_waybill")
    for left_out in LEGIBLE:
        with pytest.raises(Malformed) as refused:
            taken(case, "photos_show_all", agent, waybill=1250, **{name: True for name in LEGIBLE if name != left_out})
        assert refused.value.field == left_out
    taken(case, "photos_show_all", agent, waybill=1250, **LEGIBLE)
    assert (state_of(case), facts_of(case).slip) == ("check_packing", "skipped")
    assert not case.tasks.filter(kind="base_slip").exists()
    assert {name: last_entry(case).facts[name] for name in LEGIBLE} == LEGIBLE


# L5.3 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L5.3")
def test_confirmed_only_with_a_proven_weight_and_the_warehouses_word(agent, printclerk, warehouse):
    case = to_decide(agent, printclerk, warehouse, slip="not_found", packing="cannot_say")
    assert refusals(lambda: taken(case, "confirm", agent)) == ["weight_is_proven", "warehouse_has_confirmed"]
    taken(case, "weight_noted", agent, scale="courier", grams=1290)
    assert "weight_is_proven" not in refusals(lambda: taken(case, "confirm", agent))
    proven_by_slip = to_decide(agent, printclerk, warehouse)
    taken(proven_by_slip, "confirm", agent)
    assert state_of(proven_by_slip) == "offer_next"


@pytest.mark.rule("L5.3")
def test_a_photo_of_the_waybill_proves_only_when_its_weight_was_read(agent, printclerk, warehouse):
    case = photographed(weighed(agent), agent, "photo_goods", "photo_box", "photo_waybill")
    taken(case, "photos_checked", agent)
    answered(case, "not_found", printclerk)
    answered(case, "incomplete", warehouse)
    assert refusals(lambda: taken(case, "confirm", agent)) == ["weight_is_proven"]
    taken(case, "weight_noted", agent, scale="waybill", grams=1250)
    taken(case, "confirm", agent)
    assert state_of(case) == "offer_next"


@pytest.mark.rule("L5.3")
def test_where_everything_speaks_against_it_only_a_lead_confirms(agent, printclerk, warehouse, supervisor):
    case = to_decide(agent, printclerk, warehouse, packing="complete", courier=1290, slip="not_found")
    assert refusals(lambda: taken(case, "confirm", agent)) == ["something_speaks_for_it"]
    taken(case, "lead_asked", agent, note="顾客很确定")
    assert (state_of(case), running(case, "lead_decides").due_at) == ("disputed", MONDAY + hours(24))
    with pytest.raises(NotAllowed):
        taken(case, "lead_confirms", agent, note="信")
    taken(case, "lead_confirms", supervisor, note="老顾客")
    assert (state_of(case), facts_of(case).fault) == ("offer_next", "unknown")


@pytest.mark.rule("L5.3")
def test_not_confirmed_the_customer_is_told_why_and_a_lead_decides_disputes(agent, printclerk, warehouse, supervisor):
    case = to_decide(agent, printclerk, warehouse, packing="complete")
    taken(case, "not_confirmed", agent, reason="重量一致，仓库已装齐")
    assert running(case, "explain").due_at == MONDAY + hours(24)
    taken(case, "customer_disputes", agent, note="坚持没收到")
    taken(case, "lead_refuses", supervisor, reason="证据一致")
    taken(case, "told_why", agent)
    assert state_of(case) == "not_confirmed"


@pytest.mark.rule("L5.3")
@pytest.mark.parametrize(
    ("packing", "verdict", "checked"),
    [
        ("incomplete", "courier", "warehouse"),
        ("incomplete", "unknown", "warehouse"),
        ("complete", "warehouse", "warehouse"),
        ("complete", "courier", "courier"),
        ("complete", "unknown", "confirmed"),
        ("cannot_say", "courier", "courier"),
        ("cannot_say", "equal", "confirmed"),
    ],
)
def test_with_whom_it_was_lost(packing, verdict, checked):
    assert with_whom(packing, Verdict(verdict)) == checked


@pytest.mark.rule("L5.3")
@pytest.mark.rule("L13.1")
def test_what_the_courier_lost_it_owes_at_the_price_of_the_pieces(agent, printclerk, warehouse):
    case = offered(agent, printclerk, warehouse, packing="complete", courier=1100)
    assert (facts_of(case).fault, facts_of(case).fault_rule) == ("courier", "L5.2")
    loss = Loss.objects.get(case=case)
    assert (str(loss.amount), loss.cause, loss.rule) == ("20.00", "missing", "L13.1")
    ours = offered(agent, printclerk, warehouse, packing="incomplete", courier=1100)
    assert facts_of(ours).fault == "warehouse"
    assert not Loss.objects.filter(case=ours).exists()


# The offers in their order -------------------------------------------------------------------------


@pytest.mark.rule("L5.3")
def test_the_customer_is_contacted_before_anything_is_offered(agent, printclerk, warehouse):
    case = offered(agent, printclerk, warehouse, contacted=False)
    for step in ("goes_with_next_order", "next_order_declined"):
        assert refusals(lambda step=step: taken(case, step, agent)) == ["customer_was_contacted"]
    assert "Tell the customer that it is confirmed, and offer" in text_of(browser_of(agent).get(f"/cases/{case.pk}/"))
    record_contact(case.pk, channel="phone", outcome="not_available", by=acts(agent), at=MONDAY)
    assert refusals(lambda: taken(case, "next_order_declined", agent)) == ["customer_was_contacted"]
    record_contact(case.pk, channel="chat", outcome="answered", by=acts(agent), at=MONDAY)
    taken(case, "next_order_declined", agent)
    assert state_of(case) == "offer_now"


@pytest.mark.rule("L5.3")
def test_a_later_offer_is_possible_only_after_the_earlier_was_declined(agent, printclerk, warehouse):
    case = offered(agent, printclerk, warehouse)
    line = missing(case, (2, 1))[0]["line"]

    def resend():
        return sent_again(fresh(case), agent, 0, 1, reason="少发")

    def refund():
        wish = a_wish(case.order, lines=[{"line": line, "amount": "20.00"}])
        return ask_refund(wish | {"case": case.pk}, by=acts(agent), at=MONDAY)

    assert (refusals(resend), refusals(refund)) == (["next_order_first"], ["next_order_first"])
    taken(case, "next_order_declined", agent)
    assert refusals(refund) == ["resend_first"]
    resent = resend()
    assert state_of(case) == "mending"
    taken(resent, "call_off", agent, note="缺货")
    assert state_of(case) == "offer_now"
    taken(case, "resend_declined", agent)
    refund()
    assert state_of(case) == "mending"


@pytest.mark.rule("L5.2")
def test_a_piece_refunded_meanwhile_is_not_sent_again(agent, printclerk, warehouse):
    case = offered(agent, printclerk, warehouse)
    taken(case, "next_order_declined", agent)
    Line.objects.filter(order=case.order, position=2).update(platform_refunded="20.00")
    assert refusals(lambda: sent_again(fresh(case), agent, 0, 1, reason="少发")) == ["refunded_already"]


@pytest.mark.rule("L5.3")
def test_before_it_is_confirmed_nothing_is_made_good(agent):
    case = named(agent)
    assert refusals(lambda: sent_again(case, agent, 0, 1)) == ["not_confirmed_yet"]


@pytest.mark.rule("L5.3")
def test_sent_now_it_ends_when_it_arrives(agent, printclerk, warehouse):
    case = offered(agent, printclerk, warehouse)
    taken(case, "next_order_declined", agent)
    resent = sent_again(case, agent, 0, 1, reason="少发")
    answered(resent, "shipped", warehouse, waybill="SF1234567890123", courier="shunfeng")
    taken(resent, "delivered", None)
    assert state_of(case) == "resent"


@pytest.mark.rule("L5.3")
@pytest.mark.rule("S1.4")
def test_a_promise_for_the_next_order_comes_back_on_its_day(agent, printclerk, warehouse):
    case = offered(agent, printclerk, warehouse)
    with pytest.raises(Malformed) as refused:
        taken(case, "goes_with_next_order", agent, until="2026-11-23T09:59:00+08:00")
    assert refused.value.field == "until"
    taken(case, "goes_with_next_order", agent)
    assert running(case, "promise").due_at == MONDAY + hours(30 * 24)
    fire_deadlines(at=MONDAY + hours(30 * 24) - SECOND)
    assert state_of(case) == "promised"
    fire_deadlines(at=MONDAY + hours(30 * 24))
    assert state_of(case) == "promise_due"
    later = MONDAY + hours(30 * 24 + 1)
    taken(case, "promise_prolonged", agent, at=later, until="2027-01-05T10:00:00+08:00")
    assert running(case, "promise").due_at == dt.datetime(2027, 1, 5, 2, tzinfo=dt.UTC)
    taken(case, "promise_kept", agent, at=later, sent_with="511809999999")
    assert state_of(case) == "kept"


@pytest.mark.rule("L5.3")
@pytest.mark.rule("S1.4")
@pytest.mark.parametrize(
    ("changes", "state", "news"),
    [
        ({}, "promise_due", {"next_order": 1}),
        ({"订单状态": SHIPPED}, "promised", {}),
        ({"订单创建时间": "2026-11-23 09:58:00", "订单付款时间": "2026-11-23 09:59:00"}, "promised", {}),
        ({"买家会员名": "somebody_else"}, "promised", {}),
    ],
)
def test_the_customers_next_order_brings_the_promise_back(agent, printclerk, warehouse, shop, tmp_path, changes, state, news):
    case = offered(agent, printclerk, warehouse)
    taken(case, "goes_with_next_order", agent)
    row = {"买家会员名": case.order.buyer.nick, "订单创建时间": "2026-11-25 10:00:00", "订单付款时间": "2026-11-25 10:01:00"}
    desk = Desk(shop, tmp_path)
    desk.take([order(**row | changes)], at=MONDAY + hours(72))
    assert desk.codes() == []
    case = fresh(case)
    assert (case.state, case.news) == (state, news)
    if news:
        assert running(case, "keep").due_at == MONDAY + hours(72 + 24)
        assert (last_entry(case).step, last_entry(case).actor_name) == ("promise_is_due", "system")


@pytest.mark.rule("L5.3")
def test_who_no_longer_wants_to_wait_gets_it_now(agent, printclerk, warehouse):
    case = offered(agent, printclerk, warehouse)
    taken(case, "goes_with_next_order", agent)
    assert refusals(lambda: sent_again(case, agent, 0, 1)) == ["next_order_first"]
    taken(case, "waits_no_longer", agent)
    sent_again(case, agent, 0, 1)
    assert state_of(case) == "mending"


@pytest.mark.rule("L5.3")
def test_who_wants_nothing_ends_it(agent, printclerk, warehouse):
    case = offered(agent, printclerk, warehouse)
    taken(case, "nothing_wanted", agent, note="不值几个钱")
    assert state_of(case) == "nothing_wanted"


# Doors ---------------------------------------------------------------------------------------------


@pytest.mark.rule("L5.1")
def test_the_page_takes_pieces_line_by_line(agent):
    case = a_case(agent)
    page, address = browser_of(agent), f"/cases/{case.pk}/goods/"
    assert f'href="{address}"' in page.get(f"/cases/{case.pk}/").content.decode()
    first, second = case.order.lines.all()
    sent = {f"line-{second.pk}": "1", f"line-{first.pk}": "", "version": case.version, "told_where": "盒盖"}
    refused = page.post(address, sent)
    assert refused.status_code == 400
    assert 'value="盒盖"' in refused.content.decode()
    assert page.post(address, sent | {"unpacked": "on", f"line-{second.pk}": "9"}).status_code == 400
    assert page.post(address, sent | {"unpacked": "on", f"line-{second.pk}": "两"}).status_code == 400
    assert page.post(address, sent | {"unpacked": "on", "version": 99}).status_code == 409
    answer = page.post(address, sent | {"unpacked": "on"})
    assert answer["Location"] == f"/cases/{case.pk}/"
    assert facts_of(case).items == missing(case, (2, 1))
    assert page.get(f"/cases/{an_incident('stalled', agent).pk}/goods/").status_code == 404


@pytest.mark.rule("L5.3")
def test_the_refund_page_begins_with_the_missing_line(agent, printclerk, warehouse):
    case = offered(agent, printclerk, warehouse)
    taken(case, "next_order_declined", agent)
    taken(case, "resend_declined", agent)
    shown = browser_of(agent).get(f"/refunds/new/?case={case.pk}").content.decode()
    first, second = case.order.lines.all()
    assert f'name="line-{second.pk}" value="20.00"' in shown
    assert f'name="line-{first.pk}" value=""' in shown
    assert '<option value="missing" selected>' in shown


@pytest.mark.rule("L5.2")
@pytest.mark.parametrize("who", ["warehouse", "printclerk", "finance", "auditor", "admin"])
def test_agents_and_leads_work_the_case(agent, who, request):
    case = named(agent)
    with pytest.raises(NotAllowed):
        taken(case, "lines_checked", request.getfixturevalue(who))


@pytest.mark.rule("L5.3")
def test_the_customer_reads_what_is_asked_and_offered_in_both_languages(agent):
    case = a_case(agent)
    case.facts = facts_of(case)
    for language, word in (("en", "look through the whole box"), ("zh-hans", "把整箱再看一遍")):
        with translation.override(language):
            at = read_situations([case], now=MONDAY, actor=acts(agent))[case.pk]
            assert word in case.contact_message(at)
    assert MissingItems.HAS_CONTACTS


# Ways out -------------------------------------------------------------------------------------------


@pytest.mark.rule("L5.2")
def test_some_of_the_photos_are_their_owners_turn_and_all_of_them_too(agent):
    case = photographed(weighed(agent), agent, "photo_goods")
    assert (case.state, case.category) == ("photos_partly", "open")
    taken(case, "photos_asked_again", agent)
    assert state_of(photographed(case, agent, "photo_box")) == "photos_partly"
    assert state_of(photographed(case, agent, "photo_waybill")) == "photos_here"


@pytest.mark.rule("L5.2")
def test_with_a_link_the_page_has_one_text_that_asks_for_photos_and_later_it_speaks_of_the_link(agent):
    case, browser = weighed(agent), browser_of(agent)
    asks, reminds, hint = "麻烦拍几张照片", "请点开链接上传照片", "点开我们发给您的链接就能上传"
    before = text_of(browser.get(f"/cases/{case.pk}/"))
    assert (asks in before, hint in before) == (True, False)
    made = text_of(browser.post(f"/cases/{case.pk}/photos/", {"kinds": ["photo_goods", "photo_box"], "plea": ""}))
    assert (asks in made, reminds in made, "/e/" in made) == (False, True, True)
    later = text_of(browser.get(f"/cases/{case.pk}/"))
    assert asks in later
    assert hint in later
    browser.post(f"/cases/{case.pk}/photos/{case.upload_links.get().pk}/revoke/")
    assert hint not in text_of(browser.get(f"/cases/{case.pk}/"))


@pytest.mark.rule("L5.5")
def test_a_question_to_the_warehouse_that_is_answered_leaves_a_free_case_free(agent, printclerk, manager):
    case = photographed(weighed(agent), agent)
    taken(case, "photos_checked", agent)
    give_case(case.pk, None, by=acts(agent), at=MONDAY)
    answered(case, "not_found", printclerk)
    answered(case, "complete", manager)
    assert fresh(case).owner is None


def test_a_picture_that_nobody_asked_for_moves_nothing(agent):
    assert photographed(weighed(agent), agent, "chat").state == "wait_photos"


@pytest.mark.rule("L5.5")
@pytest.mark.parametrize("kinds", [[], ["photo_goods"]])
def test_nobody_waits_for_photos_that_the_customer_does_not_have(agent, kinds):
    case = weighed(agent)
    for kind in kinds:
        photographed(case, agent, kind)
    with pytest.raises(Malformed):
        taken(case, "without_photos", agent)
    taken(case, "without_photos", agent, note="顾客已扔掉箱子")
    assert state_of(case) == "base_slip"


@pytest.mark.rule("L5.3")
def test_after_a_refund_that_fell_through_the_same_offer_stands_again(agent, printclerk, warehouse):
    case = offered(agent, printclerk, warehouse)
    taken(case, "next_order_declined", agent)
    taken(case, "resend_declined", agent)
    line = case.order.lines.get(position=2)
    refund = ask_refund(a_wish(case.order, case=case.pk, lines=[{"line": line.pk, "amount": "20.00"}]), by=acts(agent), at=MONDAY)
    resend = fresh(case).why_no_child("reshipment", read_situations([fresh(case)], now=MONDAY, actor=acts(agent))[case.pk])
    assert [each.code for each in resend] == ["being_mended"]
    assert refund.number in resend[0].text
    taken(refund, "withdraw", agent, note="顾客再想想")
    assert state_of(case) == "offer_refund"


@pytest.mark.rule("L5.3")
def test_beside_a_reshipment_a_refund_is_refused_with_its_number(agent, printclerk, warehouse):
    case = offered(agent, printclerk, warehouse)
    taken(case, "next_order_declined", agent)
    again = sent_again(case, agent, 0, 1)
    reasons = fresh(case).why_no_child("refund", read_situations([fresh(case)], now=MONDAY, actor=acts(agent))[case.pk])
    assert [each.code for each in reasons] == ["being_mended"]
    assert again.number in reasons[0].text
    taken(again, "call_off", agent, note="没货")
    assert state_of(case) == "offer_now"


def test_the_form_names_the_order_of_each_line_of_a_merged_parcel_and_says_what_to_fill_in(agent, shop):
    first, second = (an_order(shop, waybill="73000000009961") for _number in range(2))
    case = open_case("missing_items", by=acts(agent), at=MONDAY, order=second.number)
    address = f"/cases/{case.pk}/goods/"
    shown = text_of(browser_of(agent).get(address))
    assert f"Order {first.number}" in shown
    assert f"Order {second.number}" in shown
    refused = browser_of(agent).post(address, {"once": "x", "version": case.version, "unpacked": "on"})
    assert (refused.status_code, "Fill in how many pieces are missing." in text_of(refused)) == (400, True)


def test_the_form_of_one_order_does_not_name_it_at_each_line(agent):
    case = a_case(agent)
    assert "Order" not in re.sub("Ordered|Order lines", "", text_of(browser_of(agent).get(f"/cases/{case.pk}/goods/")).split("Product")[1])
