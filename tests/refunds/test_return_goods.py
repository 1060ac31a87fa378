"""Returns: asked for, sent back, inspected piece by piece, and only then refunded (R5)."""

import datetime as dt

import pytest

from casework.actions.advance import advance
from casework.actions.deeds import finish_task
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case, Outbox
from logistics.actions.flag_stalled import flag_stalled
from logistics.actions.take_tracking import take_tracking
from logistics.carriers.trace import Node, Trace
from logistics.models import Finding, IncidentFacts, Parcel
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound, Refused, StepRefused
from orders.models import Line, Order
from refunds.actions.ask import ask_refund
from refunds.actions.ask_return import ask_return
from refunds.models import Approval, QualityFault, Return, ReturnGoods, ReturnLine
from tests.builders import a_platform_refund, a_refund, a_wish, an_order
from tests.cast import MONDAY, acts
from tests.logistics.incidents import SYSTEM, fresh, hours, last_entry, parcel_of, running, sent_again, state_of, taken, to_mend
from tests.page import browser_of, field_of
from tests.refunds.returns import (
    a_delivered_order,
    a_return,
    a_wish_to_return,
    arrived,
    inspected,
    photographed,
    return_of,
)
from tests.refunds.test_money_in_the_database import PAY, fails

DAY = dt.timedelta(days=1)
# Midnight of shop time after the seventh day from the day after signing.
END = (MONDAY + 8 * DAY).replace(hour=0)
BACK = {"waybill": "YT1234567890123", "courier": "yuantong"}


def refused_codes(attempt):
    with pytest.raises(StepRefused) as refused:
        attempt()
    return [each.code for each in refused.value.reasons]


# Asking --------------------------------------------------------------------------------------------


@pytest.mark.rule("R5.1")
def test_it_waits_for_the_customer_with_a_clock_and_a_text_that_says_where_to_and_how(agent, shop):
    case = a_return(agent)
    assert (case.kind, case.state, case.category) == ("return_goods", "to_send", "customer")
    assert list(ReturnLine.objects.filter(case=case).values_list("line__position", "quantity")) == [(1, 1)]
    assert running(case, "send").due_at == MONDAY + 7 * DAY
    entry = last_entry(case)
    assert (entry.facts["returned_for"], entry.facts["pieces"]) == ("unwanted", "样例商品1 ×1")


@pytest.mark.rule("R5.1")
@pytest.mark.parametrize(("at", "refused"), [(MONDAY, False), (END - dt.timedelta(seconds=1), False), (END, True)])
def test_the_seven_days_are_counted_from_the_day_after_signing_in_days_of_shop_time(agent, shop, at, refused):
    order = a_delivered_order(shop, signed=MONDAY.replace(hour=23))
    if not refused:
        assert a_return(agent, order=order, at=at).state == "to_send"
        return
    assert refused_codes(lambda: a_return(agent, order=order, at=at)) == ["window_over"]
    assert a_return(agent, order=order, at=at, why="quality", unworn=False).state == "to_send"


@pytest.mark.rule("R5.1")
def test_while_nothing_is_known_of_the_signing_no_day_is_over(agent, shop):
    order = an_order(shop, waybill="73000000000001")
    assert a_return(agent, order=order, at=MONDAY + 60 * DAY).state == "to_send"


@pytest.mark.rule("R5.1")
def test_without_reason_only_what_is_unworn_and_was_not_made_to_order(agent, shop):
    order = a_delivered_order(shop)
    order.lines.update(made_to_order=True)
    assert refused_codes(lambda: a_return(agent, order=order, unworn=False)) == ["not_unworn", "made_to_order"]
    assert not Return.objects.exists()
    assert a_return(agent, order=order, why="quality", unworn=False).state == "to_send"


@pytest.mark.rule("R5.1")
def test_what_was_not_shipped_is_not_sent_back(agent, shop):
    order = an_order(shop, status="wait_ship")
    assert refused_codes(lambda: a_return(agent, order=order)) == ["not_shipped"]


@pytest.mark.rule("R5.4")
def test_a_line_comes_back_once_and_neither_while_it_is_sent_again_nor_when_its_price_went_back(agent, shop):
    order = a_delivered_order(shop, lines=("60.00", "40.00"))
    first = a_return(agent, 1, order=order)
    assert refused_codes(lambda: a_return(agent, 1, order=order)) == ["coming_back"]
    Line.objects.filter(order=order, position=2).update(platform_refunded="40.00")
    assert refused_codes(lambda: a_return(agent, 0, 1, order=order)) == ["refunded_already"]
    taken(first, "call_off", agent, note="顾客留下了")
    assert a_return(agent, 1, order=order).state == "to_send"
    above = to_mend(agent)
    sent_again(above, agent)
    assert refused_codes(lambda: a_return(agent, order=above.order)) == ["being_resent"]
    lost = to_mend(agent)
    a_return(agent, order=lost.order)
    assert refused_codes(lambda: sent_again(lost, agent)) == ["coming_back"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"why": "whim"}, "why"),
        ({"why": None}, "why"),
        ({"unworn": "yes"}, "unworn"),
        ({"lines": []}, "lines"),
        ({"lines": [{"line": 1, "quantity": 0}]}, "lines"),
        ({"lines": "x"}, "lines"),
        ({"said": "x" * 301}, "said"),
        ({"wanted": "blue"}, "wanted"),
        ({"order": "", "case": None}, "order"),
        ({"case": True}, "case"),
    ],
)
def test_what_cannot_be_read_names_its_field_and_opens_nothing(agent, shop, change, field):
    wish = a_wish_to_return(a_delivered_order(shop)) | change
    with pytest.raises(Malformed) as refused:
        ask_return(wish, by=acts(agent), at=MONDAY)
    assert refused.value.field.split(".")[0] == field
    assert not Case.objects.exists()


def test_only_agents_and_leads_of_the_shop_ask(agent, warehouse, outsider, shop):
    order = a_delivered_order(shop)
    with pytest.raises(NotAllowed):
        a_return(warehouse, order=order)
    with pytest.raises(NotFound):
        ask_return(a_wish_to_return(order), by=acts(outsider), at=MONDAY)
    assert not Case.objects.exists()


def test_a_case_whose_chapter_does_not_end_in_a_return_gets_none(agent):
    above = to_mend(agent)
    assert refused_codes(lambda: a_return(agent, order=above.order, case=above.pk)) == ["not_a_remedy"]


@pytest.mark.rule("R3.1", "R3.3", "R3.5")
@pytest.mark.parametrize(
    ("why", "insured", "payer", "rule"),
    [("unwanted", None, "customer", "R3.3"), ("unwanted", True, "insurer", "R3.5"), ("quality", None, "", ""), ("wrong", True, "", "")],
)
def test_who_pays_the_way_back_is_decided_as_far_as_it_is_proven(agent, shop, why, insured, payer, rule):
    case = a_return(agent, order=a_delivered_order(shop, freight_insured=insured), why=why)
    facts = IncidentFacts.objects.get(case=case)
    assert (facts.freight_payer, facts.freight_rule) == (payer, rule)


@pytest.mark.rule("R3.1")
def test_a_fault_that_the_inspection_confirms_is_at_our_cost(agent, warehouse):
    case = inspected(a_return(agent, why="quality"), warehouse, unsaleable=1, step="found_right")
    facts = IncidentFacts.objects.get(case=case)
    assert (facts.freight_payer, facts.fault, facts.freight_rule) == ("shop", "shop", "R3.1")


# The way back --------------------------------------------------------------------------------------


@pytest.mark.rule("R5.4")
def test_the_customers_parcel_is_tracked_and_our_signature_puts_it_before_the_warehouse(agent, shop):
    case = a_return(agent)
    taken(case, "on_its_way", agent, **BACK, postage="12.00")
    parcel = parcel_of(case)
    assert (state_of(case), parcel.is_return, parcel.is_awaited, parcel.courier.code) == ("under_way", True, True, "yuantong")
    assert (return_of(case).waybill, str(return_of(case).postage)) == (BACK["waybill"], "12.00")
    assert running(case, "arrive").due_at == MONDAY + 7 * DAY
    nodes = (Node(MONDAY + hours(40), "已签收", stage="signed", signed_by="self"),)
    take_tracking(shop, [Trace("kuaidi100", "yuantong", BACK["waybill"], nodes)], by=Actor.system("kuaidi100"), at=MONDAY + hours(48))
    assert (state_of(case), fresh(case).queue) == ("to_inspect", "warehouse")
    assert running(case, "inspect").due_at == MONDAY + 2 * DAY + hours(8)


@pytest.mark.rule("R5.4")
@pytest.mark.fault("M4")
@pytest.mark.parametrize(
    "postage", ["1e2", "１２", "٣", "1_0", "+1", "01", "1.", " 1 ", "1\n", "-1", "1.005", "9999.01", 1, 0, True, "NaN"]
)
def test_advanced_postage_is_written_as_an_amount_or_not_at_all(agent, postage):
    case = a_return(agent)
    with pytest.raises(Malformed) as refused:
        taken(case, "on_its_way", agent, **BACK, postage=postage)
    assert (refused.value.code, refused.value.field) == ("bad_amount", "postage")
    assert (state_of(case), return_of(case).postage) == (case.state, None)


def test_no_norm_of_ours_is_kept_of_a_customers_parcel(agent, shop):
    case = a_return(agent)
    taken(case, "on_its_way", agent, **BACK)
    flag_stalled(shop, by=SYSTEM, at=MONDAY + 30 * DAY)
    assert not Finding.objects.filter(parcel=parcel_of(case)).exists()


@pytest.mark.rule("R5.4")
def test_a_number_of_ours_or_of_another_buyer_is_not_the_customers(agent, shop):
    order = a_delivered_order(shop)
    case, other = a_return(agent, order=order), a_return(agent)
    with pytest.raises(Malformed) as refused:
        taken(case, "on_its_way", agent, waybill=order.waybills[0], courier="zhongtong")
    assert (refused.value.code, refused.value.field) == ("waybill_taken", "waybill")
    taken(case, "on_its_way", agent, **BACK)
    with pytest.raises(Malformed):
        taken(other, "on_its_way", agent, **BACK)
    assert state_of(other) == "to_send"


@pytest.mark.rule("R5.4")
def test_what_was_not_sent_in_time_comes_back_to_the_agent_who_waits_once_more_or_calls_it_off(agent):
    case = a_return(agent)
    fire_deadlines(at=MONDAY + 7 * DAY)
    assert state_of(case) == "not_sent"
    taken(case, "wait_longer", agent, at=MONDAY + 8 * DAY, note="顾客周末寄")
    assert running(case, "send").due_at == MONDAY + 15 * DAY
    taken(case, "call_off", agent, at=MONDAY + 9 * DAY, note="顾客留下了")
    assert state_of(case) == "called_off"


@pytest.mark.rule("R3.6")
@pytest.mark.parametrize("sent_by", ["collect", "surface"])
def test_what_comes_unpaid_is_not_taken_and_waited_for_anew(agent, warehouse, sent_by):
    case = a_return(agent)
    taken(case, "on_its_way", agent, **BACK)
    taken(case, "not_taken", warehouse, sent_by=sent_by)
    assert (state_of(case), return_of(case).waybill, fresh(case).incident.parcel) == ("to_send", "", None)
    assert (last_entry(case).step, last_entry(case).facts["sent_by"]) == ("not_taken", sent_by)
    with pytest.raises(Malformed):
        taken(case, "not_taken", warehouse, sent_by="prepaid")


# The inspection ------------------------------------------------------------------------------------


@pytest.mark.rule("R5.2")
def test_nothing_is_found_without_a_photo_of_it(agent, warehouse):
    case = arrived(a_return(agent), warehouse)
    found = [{"line": case.order.lines.get().pk, "good": 1}]
    for step in ("found_right", "found_different"):
        with pytest.raises(StepRefused) as refused:
            taken(case, step, warehouse, found=found)
        assert [each.code for each in refused.value.reasons] == ["pictures_are_there"]
    photographed(case, warehouse)
    taken(case, "found_right", warehouse, found=found)
    row, facts = ReturnLine.objects.get(case=case), return_of(case)
    assert (state_of(case), row.good, facts.inspected_by) == ("goods_back", 1, warehouse)
    assert facts.inspected_at == MONDAY


@pytest.mark.rule("R5.2", "R5.4")
def test_a_difference_goes_back_to_the_agent_in_words(agent, warehouse, shop):
    order = a_delivered_order(shop, quantity=4)
    case = inspected(a_return(agent, 4, order=order), warehouse, good=1, worn=1, wrong=1, remark="另有一双袜子")
    row = ReturnLine.objects.get(case=case)
    assert (case.state, case.queue, row.accepted, row.differs, row.short) == ("different", "agents", 1, 2, 1)
    assert last_entry(case).facts["difference"] == "样例商品1: 穿用或与所述不符 1 件, 货不对 1 件, 短少 1 件"


@pytest.mark.parametrize(
    ("found", "field"),
    [
        ([], "found"),
        ("1: 3", "found.0.good"),
        ("1: x", "found"),
        ("2: 1", "found.0.line"),
        ("1: 1, 1: 1", "found"),
        ([{"line": "L", "good": -1}], "found"),
        ([{"line": "L", "good": True}], "found"),
        ([{"line": "L", "good": 1.5}], "found"),
        ([{"line": "L", "lost": 1}], "found"),
        ([{"good": 1}], "found"),
        ([{"line": "L", "good": 1, "worn": 2}], "found.0.good"),
        ({"line": 1}, "found"),
        (None, "found"),
    ],
)
def test_findings_that_cannot_be_read_name_their_place_and_change_nothing(agent, warehouse, shop, found, field):
    case = arrived(a_return(agent, 2, order=a_delivered_order(shop, quantity=2)), warehouse)
    photographed(case, warehouse)
    line = case.order.lines.get().pk
    given = (
        [{name: line if value == "L" else value for name, value in each.items()} for each in found] if isinstance(found, list) else found
    )
    with pytest.raises(Malformed) as refused:
        taken(case, "found_different", warehouse, found=given)
    assert refused.value.field == field
    assert (state_of(case), return_of(case).inspected_at) == ("to_inspect", None)


@pytest.mark.rule("R5.2")
def test_the_numbers_decide_and_not_the_button(agent, warehouse, shop):
    case = arrived(a_return(agent, 2, order=a_delivered_order(shop, quantity=2)), warehouse)
    photographed(case, warehouse)
    for step, found, code in [("found_right", "1: 1", "not_as_claimed"), ("found_different", "1: 1/1", "as_claimed")]:
        with pytest.raises(Malformed) as refused:
            taken(case, step, warehouse, found=found)
        assert refused.value.code == code
    taken(case, "found_right", warehouse, found="1: 1/1")
    assert ReturnLine.objects.get(case=case).unsaleable == 1


@pytest.mark.rule("R5.3")
def test_what_came_back_for_its_quality_is_listed_for_the_department(agent, warehouse, shop):
    order = a_delivered_order(shop, quantity=3)
    case = inspected(a_return(agent, 3, order=order, why="quality"), warehouse, unsaleable=2, worn=1)
    fault = QualityFault.objects.get()
    assert (fault.case_id, fault.line, fault.quantity, fault.given_at) == (case.pk, order.lines.get(), 2, None)
    inspected(a_return(agent, order=a_delivered_order(shop)), warehouse)
    assert QualityFault.objects.count() == 1


# Money ---------------------------------------------------------------------------------------------


def a_wish_for_the_return(case, amount="30.00"):
    return a_wish(case.order, amount, case=case.pk, ground="goods_back", reason="unwanted")


@pytest.mark.rule("R5.2")
def test_the_database_lets_nothing_leave_before_the_inspection(agent, supervisor, finance):
    case, refund = a_return(agent), a_refund(agent, approved_by=supervisor)
    Case.objects.filter(pk=refund.pk).update(parent=case.pk)
    fails("inspected_before_money_leaves", PAY, finance.pk, Approval.objects.get().pk)


@pytest.mark.rule("R5.2")
@pytest.mark.parametrize("under", [True, False])
def test_no_refund_is_asked_for_what_is_coming_back_before_its_inspection(agent, warehouse, under):
    case = a_return(agent)
    wish = a_wish_for_the_return(case) if under else a_wish(case.order)
    for walk in (lambda: None, lambda: arrived(case, warehouse)):
        walk()
        assert refused_codes(lambda: ask_refund(wish, by=acts(agent), at=MONDAY)) == ["not_inspected"]
    inspected(fresh(case), warehouse)
    assert ask_refund(wish, by=acts(agent), at=MONDAY).state == "asked"


@pytest.mark.rule("R5.2")
def test_a_refund_that_was_asked_before_waits_for_the_inspection_at_every_door(agent, supervisor, finance, warehouse, shop):
    order = a_delivered_order(shop)
    asked, approved = a_refund(agent, order=order), a_refund(agent, order=order, approved_by=supervisor)
    case = a_return(agent, order=order)
    paid = {"platform_number": "PAY00001", "paid_at": MONDAY.isoformat()}
    assert refused_codes(lambda: advance(asked.pk, "approve", by=acts(supervisor), at=MONDAY)) == ["no_return_holds_it"]
    assert refused_codes(lambda: advance(approved.pk, "record_payout", by=acts(finance), at=MONDAY, facts=paid)) == ["no_return_holds_it"]
    inspected(case, warehouse)
    advance(asked.pk, "approve", by=acts(supervisor), at=MONDAY)
    advance(approved.pk, "record_payout", by=acts(finance), at=MONDAY, facts=paid)
    assert (state_of(asked), state_of(approved)) == ("to_pay", "paid")


@pytest.mark.rule("R5.2", "R5.4")
def test_of_a_difference_at_most_the_price_of_what_came_as_claimed_is_refunded(agent, supervisor, warehouse, shop):
    order = a_delivered_order(shop, quantity=4)
    before = a_refund(agent, order=order, amount="80.00")
    case = inspected(a_return(agent, 2, order=order), warehouse, good=1)
    assert refused_codes(lambda: ask_refund(a_wish_for_the_return(case, "20.00"), by=acts(agent), at=MONDAY)) == ["difference_open"]
    taken(case, "agreed", agent, agreed="只退到货的一件")
    assert refused_codes(lambda: advance(before.pk, "approve", by=acts(supervisor), at=MONDAY)) == ["no_return_holds_it"]
    advance(before.pk, "withdraw", by=acts(agent), at=MONDAY, note="重新申请")
    assert refused_codes(lambda: ask_refund(a_wish_for_the_return(case, "25.01"), by=acts(agent), at=MONDAY)) == ["not_as_claimed"]
    # The two pieces that the customer keeps are another matter.
    assert refused_codes(lambda: ask_refund(a_wish(order, "75.01"), by=acts(agent), at=MONDAY)) == ["not_as_claimed"]
    assert ask_refund(a_wish_for_the_return(case, "25.00"), by=acts(agent), at=MONDAY).state == "asked"
    assert verify_invariants() == []


@pytest.mark.rule("R5.2")
def test_a_lead_lets_the_money_go_with_a_written_reason_and_nobody_else_does(agent, supervisor, warehouse):
    case = a_return(agent)
    with pytest.raises(NotAllowed):
        taken(case, "release", agent, note="急")
    with pytest.raises(Malformed):
        taken(case, "release", supervisor)
    taken(case, "release", supervisor, note="老顾客，先退")
    refund = ask_refund(a_wish_for_the_return(case, "60.00"), by=acts(agent), at=MONDAY)
    assert (state_of(case), refund.parent_id) == ("to_send", case.pk)
    assert refused_codes(lambda: ask_refund(a_wish_for_the_return(case), by=acts(agent), at=MONDAY)) == ["refund_asked"]
    # The goods are waited for all the same.
    assert inspected(case, warehouse, worn=1).state == "different"


def paid_out(refund, supervisor, finance, agent):
    for step, who, facts in [
        ("approve", supervisor, {}),
        ("record_payout", finance, {"platform_number": f"PAY{refund.pk:06d}", "paid_at": MONDAY.isoformat()}),
    ]:
        advance(refund.pk, step, by=acts(who), at=MONDAY, facts=facts)
    for task in refund.tasks.filter(done_at=None):
        finish_task(refund.pk, task.pk, by=acts(agent), at=MONDAY)
    advance(refund.pk, "customer_told", by=acts(agent), at=MONDAY)


@pytest.mark.rule("R5.2")
def test_refunded_it_ends_and_a_refund_that_falls_through_brings_it_back(agent, supervisor, finance, warehouse):
    case = inspected(a_return(agent), warehouse)
    first = ask_refund(a_wish_for_the_return(case, "100.00"), by=acts(agent), at=MONDAY)
    assert state_of(case) == "refunding"
    advance(first.pk, "withdraw", by=acts(agent), at=MONDAY, note="金额写错")
    assert state_of(case) == "goods_back"
    paid_out(ask_refund(a_wish_for_the_return(fresh(case), "100.00"), by=acts(agent), at=MONDAY), supervisor, finance, agent)
    assert (state_of(case), verify_invariants()) == ("refunded", [])


@pytest.mark.rule("R5.2")
def test_what_went_back_by_another_way_ends_it_too_and_nothing_else_does(agent, warehouse, shop):
    order = a_delivered_order(shop)
    case = inspected(a_return(agent, order=order), warehouse)
    assert refused_codes(lambda: taken(case, "refunded_already", agent)) == ["is_paid_back"]
    Line.objects.filter(order=order).update(platform_refunded="100.00")
    Order.objects.filter(pk=order.pk).update(platform_refunded="100.00")
    taken(case, "refunded_already", agent)
    assert state_of(case) == "refunded"


@pytest.mark.rule("R5.2")
def test_of_what_did_not_come_as_claimed_nothing_is_refunded_without_a_lead(agent, warehouse):
    case = inspected(a_return(agent), warehouse, wrong=1)
    assert refused_codes(lambda: taken(case, "agreed", agent, agreed="退")) == ["something_is_right"]
    taken(case, "nothing_refunded", agent, note="原样寄回顾客")
    assert state_of(case) == "no_refund"


def test_an_open_refund_keeps_the_return_open(agent, supervisor):
    case = a_return(agent)
    taken(case, "release", supervisor, note="先退")
    ask_refund(a_wish_for_the_return(case), by=acts(agent), at=MONDAY)
    with pytest.raises(Refused):
        taken(case, "call_off", agent, note="x")
    assert ReturnGoods.objects.open().exists()
    assert Parcel.objects.filter(is_return=True).count() == 0


@pytest.mark.rule("R5.2")
def test_below_an_incident_it_begins_with_what_was_proven_there_and_its_refund_settles_both(
    agent, supervisor, finance, warehouse, monkeypatch
):
    above = to_mend(agent)
    monkeypatch.setattr(type(above), "REMEDIES", ("return_goods",))
    case = fresh(ask_return(a_wish_to_return(above.order, why="damaged") | {"order": None, "case": above.pk}, by=acts(agent), at=MONDAY))
    facts = IncidentFacts.objects.get(case=case)
    assert (facts.fault, facts.freight_payer, state_of(above)) == ("courier", "courier", "mending")
    case = inspected(case, warehouse)
    paid_out(ask_refund(a_wish_for_the_return(case, "100.00"), by=acts(agent), at=MONDAY), supervisor, finance, agent)
    assert (state_of(case), state_of(above)) == ("refunded", "refunded")


@pytest.mark.rule("R5.4")
def test_a_waybill_that_was_typed_wrongly_is_corrected_and_nobody_waits_for_the_wrong_one(agent, warehouse):
    case = a_return(agent)
    taken(case, "on_its_way", agent, waybill="YT1234567890122", courier="yuantong")
    taken(case, "number_corrected", agent, **BACK)
    assert (state_of(case), parcel_of(case).waybill, return_of(case).waybill) == ("under_way", BACK["waybill"], BACK["waybill"])
    assert Parcel.objects.get(waybill="YT1234567890122").voided_at == MONDAY
    arrived(fresh(case), warehouse)
    taken(case, "call_off", agent, note="空包裹")
    assert state_of(case) == "called_off"


# R3.1: the postage beside the goods -----------------------------------------------------------------


def at_our_cost(agent, warehouse, postage="12.00", **order):
    """A return for its quality, inspected as claimed, with its postage on record."""
    case = a_return(agent, why="quality", **order)
    taken(case, "on_its_way", agent, **BACK, postage=postage)
    return inspected(fresh(case), warehouse)


def the_postage(case, agent, amount="12.00"):
    beyond = {"kind": "freight", "amount": amount}
    wish = a_wish(
        case.order, case=case.pk, ground="goods_back", reason="quality", lines=[], beyond=beyond, payee={"channel": "small_payment"}
    )
    return ask_refund(wish, by=acts(agent), at=MONDAY)


def the_goods(case, agent):
    return ask_refund(a_wish_for_the_return(case, "100.00"), by=acts(agent), at=MONDAY)


@pytest.mark.rule("R3.1")
@pytest.mark.parametrize("asked", [(the_goods, the_postage), (the_postage, the_goods)])
@pytest.mark.parametrize("first_paid", [0, 1])
def test_goods_by_the_platform_and_the_postage_another_way_stand_beside_each_other(
    agent, supervisor, finance, warehouse, asked, first_paid
):
    case = at_our_cost(agent, warehouse)
    both = [ask(fresh(case), agent) for ask in asked]
    assert refused_codes(lambda: the_goods(case, agent)) == ["refund_asked"]
    assert refused_codes(lambda: the_postage(case, agent)) in (["refund_asked"], ["above_the_record"])
    paid_out(both[first_paid], supervisor, finance, agent)
    assert fresh(case).is_open
    paid_out(both[1 - first_paid], supervisor, finance, agent)
    left = ReturnGoods.objects.get(pk=case.pk)
    if left.state == "goods_back":
        taken(left, "refunded_already", agent)
    assert (state_of(case), verify_invariants()) == ("refunded", [])


@pytest.mark.rule("R3.1")
def test_the_return_reminds_of_the_postage_until_it_is_paid(agent, supervisor, finance, warehouse):
    case = at_our_cost(agent, warehouse)
    paid_out(the_goods(case, agent), supervisor, finance, agent)
    assert (state_of(case), running(case, "postage").due_at) == ("postage_left", MONDAY + hours(24))
    postage = the_postage(case, agent)
    assert state_of(case) == "refunding"
    advance(postage.pk, "withdraw", by=acts(agent), at=MONDAY, note="金额写错")
    assert state_of(case) == "postage_left"
    paid_out(the_postage(fresh(case), agent), supervisor, finance, agent)
    assert (state_of(case), verify_invariants()) == ("refunded", [])


@pytest.mark.rule("R3.1")
def test_once_the_goods_are_asked_for_the_form_begins_with_the_postage(agent, warehouse):
    case = at_our_cost(agent, warehouse)
    the_goods(case, agent)
    page = browser_of(agent).get(f"/refunds/new/?case={case.pk}")
    assert field_of(page, "advanced") == "12.00"
    assert f'href="/refunds/new/?case={case.pk}"' in browser_of(agent).get(f"/cases/{case.pk}/").content.decode()


@pytest.mark.rule("R3.1")
def test_postage_is_waived_with_a_note_that_stands_beside_its_amount(agent, supervisor, finance, warehouse):
    case = at_our_cost(agent, warehouse)
    paid_out(the_goods(case, agent), supervisor, finance, agent)
    with pytest.raises(Malformed):
        taken(case, "waive_postage", agent)
    taken(case, "waive_postage", agent, note="顾客说不用退")
    assert (state_of(case), last_entry(case).note, last_entry(case).facts["postage_left"]) == ("refunded", "顾客说不用退", "12.00")


@pytest.mark.rule("R3.1")
def test_what_went_back_by_another_way_leaves_the_postage_to_be_asked_for(agent, warehouse, shop):
    order = a_delivered_order(shop)
    case = at_our_cost(agent, warehouse, order=order)
    Line.objects.filter(order=order).update(platform_refunded="100.00")
    Order.objects.filter(pk=order.pk).update(platform_refunded="100.00")
    assert refused_codes(lambda: taken(case, "refunded_already", agent)) == ["no_postage_is_left"]
    assert refused_codes(lambda: taken(case, "nothing_refunded", agent, note="寄回")) == ["no_postage_is_left"]
    taken(case, "goods_refunded_already", agent)
    assert the_postage(fresh(case), agent).state == "asked"


@pytest.mark.rule("R3.1")
def test_postage_at_the_customers_cost_holds_nothing_back(agent, supervisor, finance, warehouse):
    case = a_return(agent)
    taken(case, "on_its_way", agent, **BACK, postage="12.00")
    case = inspected(fresh(case), warehouse)
    paid_out(the_goods(case, agent), supervisor, finance, agent)
    assert state_of(case) == "refunded"


@pytest.mark.rule("R3.1")
def test_postage_is_never_taken_for_what_the_customer_asks_for_on_the_platform(agent, shop, warehouse):
    order = a_delivered_order(shop)
    case = at_our_cost(agent, warehouse, order=order)
    there = a_platform_refund(order, "12.00")
    postage = the_postage(case, agent)
    assert postage.asked_there.refund is None
    goods = the_goods(case, agent)
    assert goods.asked_there.refund == there


# R3: who pays where not all came as claimed --------------------------------------------------------


@pytest.mark.rule("R3.1", "R5.4")
def test_what_came_as_claimed_proves_who_pays_the_way_back_and_the_refund_knows_at_whose_cost(agent, warehouse, shop):
    case = inspected(a_return(agent, 2, order=a_delivered_order(shop, quantity=2), why="quality"), warehouse, unsaleable=1)
    facts = IncidentFacts.objects.get(case=case)
    assert (case.state, facts.freight_payer, facts.fault, facts.freight_rule) == ("different", "shop", "shop", "R3.1")
    taken(case, "agreed", agent, agreed="只退到货的一件")
    refund = ask_refund(a_wish_for_the_return(case, "50.00"), by=acts(agent), at=MONDAY)
    assert refund.requests.get().party == "shop"


@pytest.mark.rule("R3.1", "L10.1")
def test_where_nothing_came_as_claimed_a_lead_is_told_and_decides_before_it_ends(agent, supervisor, warehouse):
    case = a_return(agent, why="quality")
    taken(case, "on_its_way", agent, **BACK, postage="12.00")
    case = inspected(fresh(case), warehouse, worn=1)
    assert IncidentFacts.objects.get(case=case).freight_payer == ""
    assert Outbox.objects.filter(payload__about="freight_to_decide", payload__case=case.pk).exists()
    assert refused_codes(lambda: taken(case, "nothing_refunded", agent, note="原样寄回")) == ["no_postage_is_left"]
    taken(case, "override_freight", supervisor, freight_payer="customer", note="顾客穿过")
    taken(case, "nothing_refunded", agent, note="原样寄回")
    assert state_of(case) == "no_refund"
