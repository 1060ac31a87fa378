"""L10 Returned to sender: told why, three offers, followed until it is here, and made good; what L6 and L2 hand over goes on here."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from casework.actions.add_evidence import add_evidence
from casework.actions.advance import advance
from casework.actions.answer_task import answer_task
from casework.actions.deeds import record_contact
from casework.actions.offers import offers
from casework.actions.open_case import open_case
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case, Outbox, Task
from casework.situation import read_situations
from logistics.actions.take_back import take_back
from logistics.models import Courier, Loss
from logistics.models.incident import SentBackFor
from orders.errors import Malformed, NotAllowed, Refused, StepRefused
from orders.models import Order
from refunds.actions.ask import ask_refund
from refunds.asking.less_freight import kept_back
from tests.builders import a_wish, an_order, an_unreachable, numbers
from tests.callers import a_picture
from tests.cast import MONDAY, acts
from tests.logistics.incidents import (
    SAID,
    an_incident,
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
from tests.logistics.nodes import a_parcel_of, node, tell

SECOND = dt.timedelta(seconds=1)
REFUSED = {"sent_back_for": "refused"}
ARRIVES = MONDAY + hours(30)
LATER = MONDAY + hours(35)
PAID = {"amount": "8.00", "paid_by": "补邮费订单 123"}


def a_returned(agent):
    return an_incident("returned_to_sender", agent)


def told(case, agent, why="refused"):
    taken(case, "reason_found", agent, sent_back_for=why)
    record_contact(case.pk, channel="chat", outcome="no_answer", by=acts(agent), at=MONDAY)
    taken(case, "told_and_offered", agent)


def chosen(case, agent, choice):
    record_contact(case.pk, channel="phone", outcome="answered", by=acts(agent), at=MONDAY)
    taken(case, "chosen_on_the_way", agent, choice=choice)


def here(case, warehouse, came_back_as="whole", at=ARRIVES):
    """Scanned by the warehouse, photographed and looked at."""
    take_back(parcel_of(case).pk, by=acts(warehouse), at=at)
    add_evidence(case.pk, upload=a_picture(), kind="photo_inspection", by=acts(warehouse), at=at)
    task = Task.objects.get(case=case, kind="look_at_it", done_at=None)
    answer_task(case.pk, task.pk, answer="looked_at", facts={"came_back_as": came_back_as}, by=acts(warehouse), at=at)


def to_mend(agent, warehouse, choice, why="refused", came_back_as="whole", case=None):
    case = case or a_returned(agent)
    told(case, agent, why)
    chosen(case, agent, choice)
    here(case, warehouse, came_back_as)
    return fresh(case)


def codes(refused):
    return [each.code for each in refused.value.reasons]


def message_of(case, agent):
    with translation.override("en"):
        return case.contact_message(read_situations([case], now=MONDAY, actor=acts(agent))[case.pk])


# L10.1 ---------------------------------------------------------------------------------------------


@pytest.mark.rule("L10.1")
@pytest.mark.parametrize(
    ("why", "payer", "rule"),
    [("refused", "customer", "R3.4"), ("not_collected", "customer", "R3.4"), ("address_wrong", "customer", "R3.4"), ("not_reached", "shop", "L6.4"),
     ("recalled", "", ""), ("courier", "", ""), ("other", "", "")],
)  # fmt: skip
def test_who_pays_follows_from_why_it_comes_back(agent, why, payer, rule):
    case = a_returned(agent)
    taken(case, "reason_found", agent, sent_back_for=why)
    facts = facts_of(case)
    assert (facts.freight_payer, facts.sent_back_for, state_of(case)) == (payer, why, "to_tell")
    assert bool(facts.freight_rule) == bool(payer)
    assert verify_invariants() == []


@pytest.mark.rule("L10.1")
def test_the_customer_is_told_why_before_anything_is_offered(agent):
    case = a_returned(agent)
    assert "What would you like" not in message_of(case, agent)
    with pytest.raises(StepRefused) as refused:
        taken(case, "told_and_offered", agent)
    assert codes(refused) == ["reason_is_known", "customer_was_contacted"]
    told(case, agent)
    assert (state_of(case), last_entry(case).step) == ("offered", "told_and_offered")


@pytest.mark.rule("L10.1")
@pytest.mark.parametrize("why", ["", *SentBackFor.values])
def test_every_reason_has_words_for_the_customer(agent, why):
    case = a_returned(agent)
    if why:
        taken(case, "reason_found", agent, sent_back_for=why)
    assert case.subject_label in message_of(fresh(case), agent)


@pytest.mark.rule("L0.3")
def test_the_customer_is_told_within_a_day(agent):
    case = a_returned(agent)
    assert running(case, "reply").due_at == MONDAY + hours(24)
    fire_deadlines(at=MONDAY + hours(24) - SECOND)
    assert last_entry(case).step == "open"
    fire_deadlines(at=MONDAY + hours(24))
    assert (last_entry(case).step, state_of(case)) == ("overdue", "to_tell")


@pytest.mark.rule("L10.1")
@pytest.mark.parametrize(("late", "state"), [(-SECOND, "offered"), (SECOND * 0, "at_lead"), (SECOND, "at_lead")])
def test_silence_accepts_nothing_and_the_lead_decides(agent, supervisor, late, state):
    case = a_returned(agent)
    told(case, agent)
    fire_deadlines(at=MONDAY + hours(72) + late)
    assert state_of(case) == state
    if state == "at_lead":
        with pytest.raises(NotAllowed):
            taken(case, "decided_on_the_way", agent, at=MONDAY + hours(80), note="退", choice="refund")
        taken(case, "decided_on_the_way", supervisor, at=MONDAY + hours(80), note="退", choice="refund")
        assert (state_of(case), facts_of(case).choice) == ("awaited", "refund")


@pytest.mark.rule("L10.1")
def test_what_is_not_accepted_goes_to_the_lead_who_may_decide_the_freight_as_well(agent, supervisor):
    case = a_returned(agent)
    told(case, agent)
    taken(case, "declined", agent, note="顾客要求全额退款")
    taken(case, "override_freight", supervisor, note="老客户", freight_payer="shop")
    assert (state_of(case), facts_of(case).freight_payer, running(case, "lead_decides").due_at) == ("at_lead", "shop", MONDAY + hours(24))
    taken(case, "offered_anew", agent)
    assert state_of(case) == "offered"


@pytest.mark.rule("L10.1")
def test_sending_it_again_waits_for_the_parcel_the_warehouse_and_the_postage(agent, warehouse):
    case = a_returned(agent)
    with pytest.raises(StepRefused) as refused:
        sent_again(case, agent)
    assert codes(refused) == ["not_chosen"]
    told(case, agent)
    with pytest.raises(StepRefused) as refused:
        taken(case, "chosen_on_the_way", agent, choice="resend")
    assert codes(refused) == ["customer_has_answered"]
    chosen(case, agent, "resend")
    assert (state_of(case), fresh(case).category) == ("awaited", "courier")
    take_back(parcel_of(case).pk, by=acts(warehouse), at=MONDAY + hours(30))
    with pytest.raises(StepRefused) as refused:
        sent_again(fresh(case), agent, at=MONDAY + hours(31))
    assert codes(refused) == ["not_looked_at", "postage_first"]
    found = fresh(case)
    waiting = found.why_here(read_situations([found], now=MONDAY, actor=acts(agent))[found.pk])
    assert all(str(each.text) in waiting for each in refused.value.reasons), "what it waits for is said where the case stands"
    task = Task.objects.get(case=case, kind="look_at_it")
    answer_task(case.pk, task.pk, answer="looked_at", facts={"came_back_as": "whole"}, by=acts(warehouse), at=MONDAY + hours(31))
    taken(case, "postage_paid", agent, at=MONDAY + hours(32), **PAID)
    with pytest.raises(StepRefused):
        taken(case, "postage_paid", agent, at=MONDAY + hours(32), **PAID)
    sent_again(fresh(case), agent, at=MONDAY + hours(33))
    assert (state_of(case), facts_of(case).came_back_as) == ("mending", "whole")
    assert verify_invariants() == []


@pytest.mark.rule("L10.1")
def test_another_remedy_than_the_chosen_one_is_refused(agent, warehouse):
    case = to_mend(agent, warehouse, "refund")
    with pytest.raises(StepRefused) as refused:
        sent_again(case, agent, at=MONDAY + hours(31))
    assert codes(refused) == ["other_choice"]
    taken(case, "choice_withdrawn", agent, at=MONDAY + hours(32))
    taken(case, "chosen", agent, at=MONDAY + hours(32), choice="resend")
    assert state_of(case) == "to_mend"


@pytest.mark.rule("L10.1")
@pytest.mark.parametrize(("paid", "usual", "kept"), [("8.00", "5.00", "8.00"), ("0.00", "5.00", "5.00"), ("0.00", None, "0.00")])
def test_a_refund_is_less_one_freight(agent, warehouse, paid, usual, kept):
    """What the customer paid for it; where it travelled free what a return usually costs; what nobody knows is nothing."""
    Courier.objects.update(return_price=usual)
    order = an_order(agent.memberships.get().shop, lines=("100.00",), freight=paid, waybill="73010000000001")
    case = to_mend(agent, warehouse, "refund", case=an_incident("returned_to_sender", agent, order=order))
    most = Decimal("100.00") + Decimal(paid) - Decimal(kept)
    if Decimal(kept):
        too_much = {"freight": "0.01"} if Decimal(paid) else {}
        wish = a_wish(order, "100.00", reason="unwanted", ground="goods_back", case=case.pk, **too_much)
        with pytest.raises(StepRefused) as refused:
            ask_refund(wish, by=acts(agent), at=MONDAY + hours(40))
        assert codes(refused) == ["less_freight"]
    ask_refund(
        a_wish(order, str(min(most, Decimal("100.00"))), reason="unwanted", ground="goods_back", case=case.pk),
        by=acts(agent),
        at=MONDAY + hours(40),
    )
    assert state_of(case) == "mending"


@pytest.mark.rule("L10.1")
def test_what_is_asked_anew_after_its_approval_was_taken_back_is_less_one_freight_as_well(agent, supervisor, warehouse):
    order = an_order(agent.memberships.get().shop, lines=("100.00",), freight="8.00", waybill="73010000000003")
    case = to_mend(agent, warehouse, "refund", case=an_incident("returned_to_sender", agent, order=order))
    about, at = {"reason": "unwanted", "ground": "goods_back"}, MONDAY + hours(40)
    refund = ask_refund(a_wish(order, "100.00", case=case.pk, **about), by=acts(agent), at=at)
    for step, facts in (("approve", {}), ("revoke", {"reason": "再看"})):
        advance(refund.pk, step, by=acts(supervisor, stepped_up_at=at), at=at, facts=facts)
    wish = {name: value for name, value in a_wish(order, "100.00", **about).items() if name != "order"}
    with pytest.raises(StepRefused) as refused:
        advance(refund.pk, "ask_again", by=acts(agent), at=at, facts={"request": wish | {"freight": "0.01"}})
    assert codes(refused) == ["less_freight"]
    assert advance(refund.pk, "ask_again", by=acts(agent), at=at, facts={"request": wish}).state == "asked"


@pytest.mark.rule("L10.1")
def test_the_lead_who_takes_the_freight_on_the_shop_lets_all_of_it_go_back(agent, supervisor, warehouse):
    order = an_order(agent.memberships.get().shop, lines=("100.00",), freight="8.00", waybill="73010000000002")
    case = to_mend(agent, warehouse, "refund", case=an_incident("returned_to_sender", agent, order=order))
    assert kept_back(order, facts_of(case)) == Decimal("8.00")
    taken(case, "override_freight", supervisor, at=MONDAY + hours(31), note="老客户", freight_payer="shop")
    assert kept_back(order, facts_of(case)) == Decimal("0.00")


@pytest.mark.rule("L10.2")
@pytest.mark.parametrize(("province", "ways"), [("浙江省", 1), ("香港特别行政区", 2), ("澳门", 2), ("台湾省", 2)])
def test_beyond_the_border_a_refused_parcel_costs_both_ways(agent, province, ways):
    order = an_order(agent.memberships.get().shop, lines=("100.00",), freight="20.00", waybill="73020000000001", province=province)
    case = an_incident("returned_to_sender", agent, order=order)
    taken(case, "reason_found", agent, **REFUSED)
    facts = facts_of(case)
    assert ("L10.2" in facts.rules) == (ways == 2)
    assert kept_back(fresh(case).order, facts) == ways * Decimal("20.00")


@pytest.mark.rule("L10.2")
@pytest.mark.parametrize("why", ["not_collected", "address_wrong"])
def test_only_what_was_refused_costs_both_ways_and_anything_else_one(agent, why):
    order = an_order(agent.memberships.get().shop, lines=("100.00",), freight="20.00", waybill="73020000000002", province="香港特别行政区")
    case = an_incident("returned_to_sender", agent, order=order)
    taken(case, "reason_found", agent, sent_back_for=why)
    facts = facts_of(case)
    assert (facts.fault_rule, kept_back(fresh(case).order, facts)) == ("L10.1", Decimal("20.00"))
    assert "both ways" not in message_of(fresh(case), agent)


@pytest.mark.rule("L10.1")
def test_where_a_lead_lets_each_side_pay_half_the_customer_reads_so(agent, supervisor):
    case = a_returned(agent)
    taken(case, "reason_found", agent, **REFUSED)
    taken(case, "override_freight", supervisor, note="各半", freight_payer="split")
    assert "each of us pays half of the postage" in message_of(fresh(case), agent)


@pytest.mark.rule("L10.1")
def test_money_moves_once_the_warehouse_has_photographed_it(agent, warehouse):
    case = a_returned(agent)
    told(case, agent)
    chosen(case, agent, "refund")
    take_back(parcel_of(case).pk, by=acts(warehouse), at=MONDAY)
    task = Task.objects.get(case=case, kind="look_at_it")
    answer_task(case.pk, task.pk, answer="looked_at", facts={"came_back_as": "damaged"}, by=acts(warehouse), at=MONDAY)
    with pytest.raises(StepRefused) as refused:
        ask_refund(a_wish(case.order) | {"case": case.pk}, by=acts(agent), at=MONDAY)
    assert codes(refused) == ["no_picture"]


@pytest.mark.rule("L10.1")
def test_with_a_new_order_both_are_shipped_together(agent, warehouse):
    case = to_mend(agent, warehouse, "new_order")
    new = an_order(case.shop, status="wait_ship")
    Order.objects.filter(pk=new.pk).update(buyer=case.order.buyer)
    nobodys = an_order(case.shop)
    Order.objects.filter(pk=nobodys.pk).update(buyer=None)
    for number, code in [
        ("404404", "unknown_order"), (case.order.number, "unknown_order"), (an_order(case.shop).number, "other_buyer"), (nobodys.number, "unknown_buyer"),
    ]:  # fmt: skip
        with pytest.raises(Malformed) as refused:
            taken(case, "new_order_placed", agent, at=MONDAY + hours(31), order=number)
        assert (refused.value.code, refused.value.field) == (code, "order")
    taken(case, "new_order_placed", agent, at=MONDAY + hours(31), order=new.number)
    task = Task.objects.get(case=case, kind="ship_together")
    assert new.number in task.title
    assert case.order.number in task.text
    with pytest.raises(StepRefused) as refused:
        taken(case, "went_with_it", agent, at=MONDAY + hours(32), sent_with="YT0000000000001")
    assert codes(refused) == ["open_tasks"]
    taken(case, "new_order_fell_through", agent, at=MONDAY + hours(33))
    assert (state_of(case), facts_of(case).choice) == ("offered", "")


# Arrival -------------------------------------------------------------------------------------------


@pytest.mark.rule("L3.4")
@pytest.mark.parametrize("late", [-SECOND, SECOND * 0, SECOND])
def test_a_way_back_that_takes_too_long_is_overdue(agent, late):
    case = a_returned(agent)
    told(case, agent)
    chosen(case, agent, "resend")
    due = running(case, "parcel_back").due_at
    assert due == MONDAY + hours(7 * 24)
    fire_deadlines(at=due + late)
    assert (last_entry(case).step == "overdue") is (late >= SECOND * 0)


@pytest.mark.rule("L3.4")
def test_it_arrives_while_the_customer_thinks(agent, warehouse):
    case = a_returned(agent)
    told(case, agent)
    take_back(parcel_of(case).pk, by=acts(warehouse), at=MONDAY + hours(5))
    assert (state_of(case), facts_of(case).here_at) == ("offered", MONDAY + hours(5))
    assert not case.deadlines.filter(kind="parcel_back", status="open").exists()
    assert last_entry(case).actor == warehouse
    record_contact(case.pk, channel="phone", outcome="answered", by=acts(agent), at=MONDAY + hours(6))
    taken(case, "chosen", agent, at=MONDAY + hours(6), choice="resend")
    assert (state_of(case), running(case, "mend").due_at) == ("to_mend", MONDAY + hours(30))


@pytest.mark.rule("L3.2")
def test_lost_on_its_way_back_it_is_the_couriers_loss_and_no_postage_is_the_customers(agent):
    case = a_returned(agent)
    told(case, agent)
    chosen(case, agent, "resend")
    taken(case, "courier_says_lost", agent, **SAID)
    assert (facts_of(case).fault, Loss.objects.standing().get(case=case).amount) == ("courier", Decimal("100.00"))
    taken(case, "loss_explained", agent, wish="resend")
    sent_again(fresh(case), agent)
    assert state_of(case) == "mending"
    assert verify_invariants() == []


@pytest.mark.rule("L3.2")
def test_of_a_lost_parcel_nothing_is_offered_anew_and_another_wish_is_noted(agent):
    case = a_returned(agent)
    told(case, agent)
    taken(case, "courier_says_lost", agent, **SAID)
    taken(case, "loss_explained", agent, wish="resend")
    with pytest.raises(StepRefused) as refused:
        taken(case, "choice_withdrawn", agent)
    assert codes(refused) == ["not_is_lost"]
    taken(case, "wish_changed", agent, wish="refund")
    assert (state_of(case), facts_of(case).choice, facts_of(case).fault) == ("to_mend", "refund", "courier")
    ask_refund(a_wish(case.order, "100.00", case=case.pk), by=acts(agent), at=MONDAY)
    assert state_of(case) == "mending"
    assert verify_invariants() == []


@pytest.mark.rule("L3.2")
def test_what_is_here_is_not_lost(agent, warehouse):
    case = a_returned(agent)
    told(case, agent)
    taken(case, "is_back", warehouse)
    with pytest.raises(StepRefused) as refusal:
        taken(case, "courier_says_lost", agent, **SAID)
    assert [each.code for each in refusal.value.reasons] == ["is_away"]
    assert (state_of(case), Loss.objects.count()) == ("offered", 0)


@pytest.mark.rule("L3.2")
def test_what_turns_up_after_all_is_no_loss(agent):
    case = a_returned(agent)
    told(case, agent)
    taken(case, "courier_says_lost", agent, **SAID)
    taken(case, "turned_up", agent)
    assert (state_of(case), facts_of(case).freight_payer, Loss.objects.standing().count()) == ("offered", "customer", 0)
    assert verify_invariants() == []


@pytest.mark.rule("L6.2")
def test_delivered_after_all_it_is_over(agent):
    case = a_returned(agent)
    tell(parcel_of(case), node(MONDAY + hours(5), "signed", "3"))
    assert state_of(case) == "delivered"


# Tracking and hand-over ------------------------------------------------------------------------------


@pytest.mark.rule("L10.1")
@pytest.mark.parametrize(("stage", "code"), [("returning", "6"), ("returned", "4")])
def test_tracking_opens_the_case_once(shop, stage, code):
    parcel = tell(a_parcel_of(shop), node(MONDAY, stage, code))
    case = Case.objects.get()
    assert (case.kind, case.state, case.owner_id, facts_of(case).parcel_id) == ("returned_to_sender", "to_tell", None, parcel.pk)
    tell(parcel, node(MONDAY + hours(3), "returning", "6", "退回中"))
    assert Case.objects.count() == 1
    assert verify_invariants() == []


@pytest.mark.rule("L10.1")
def test_what_was_signed_for_by_us_is_news_for_the_owner(agent):
    case = a_returned(agent)
    tell(parcel_of(case), node(MONDAY + hours(4), "returning", "6"), node(MONDAY + hours(5), "returned", "4"))
    assert fresh(case).news == {"at_our_door": 1}
    tell(parcel_of(case), node(MONDAY + hours(5), "returned", "4"))
    assert fresh(case).news == {"at_our_door": 1}


@pytest.mark.rule("L6.3")
@pytest.mark.parametrize("how", ["tracking", "by hand", "in hand"])
def test_the_silence_of_an_unreachable_customer_goes_on_here_with_its_freight(agent, warehouse, how):
    first = an_unreachable(agent, state="returning")
    at = MONDAY + hours(80)
    if how == "tracking":
        tell(parcel_of(first), node(at, "returning", "6"))
    elif how == "by hand":
        taken(first, "goes_on_as_returned", agent, at=at)
    else:
        taken(first, "parcel_back", warehouse, at=at)
    case = Case.objects.get(kind="returned_to_sender")
    assert (state_of(first), last_entry(first).facts["goes_on_as"]) == ("back" if how == "in hand" else "gone_on", case.number)
    facts = facts_of(case)
    assert (facts.sent_back_for, facts.freight_payer, facts.fault_rule, case.owner_id) == ("not_reached", "customer", "L6.3", agent.pk)
    assert (facts.here_at, case.news) == (at if how == "in hand" else None, {"returning": 1} if how == "tracking" else {})
    taken(case, "reason_found", agent, at=at, sent_back_for="not_reached")
    assert facts_of(case).fault_rule == "L6.3", "what L6 has decided stays"
    assert list(Case.objects.open()) == [case]
    assert verify_invariants() == []


@pytest.mark.rule("L2.2")
def test_a_doubtful_parcel_that_turns_back_goes_on_here(agent):
    first = an_incident("doubtful", agent)
    taken(first, "courier_asked", agent, whom="courier", way="phone", cause="refused")
    tell(parcel_of(first), node(MONDAY + hours(5), "returning", "6"))
    case = Case.objects.get(kind="returned_to_sender")
    assert (state_of(first), facts_of(case).sent_back_for, case.owner_id) == ("gone_on", "refused", agent.pk)
    assert (facts_of(case).freight_payer, facts_of(case).fault_rule) == ("customer", "L10.1"), "what is known of the reason decides at once"


@pytest.mark.rule("L10.1")
def test_one_that_is_here_already_is_here_for_its_case_as_well(agent):
    order = an_order(agent.memberships.get().shop, waybill="73030000000001")
    order.parcels.update(back_at=MONDAY - hours(1))
    case = an_incident("returned_to_sender", agent, order=order)
    assert facts_of(case).here_at == MONDAY - hours(1)
    assert Task.objects.filter(case=case, kind="look_at_it").count() == 1
    assert not case.deadlines.filter(kind="parcel_back").exists()


@pytest.mark.rule("L10.1")
def test_what_the_customer_has_does_not_come_back(agent, shop):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "signed", "3"))
    with pytest.raises(Refused) as refused:
        an_incident("returned_to_sender", agent, order=parcel.orders.get())
    assert refused.value.code == "delivered"


@pytest.mark.rule("L10.1")
def test_what_was_refunded_on_the_platform_is_settled(agent):
    case = a_returned(agent)
    with pytest.raises(StepRefused) as refused:
        taken(case, "refunded_already", agent)
    assert codes(refused) == ["goods_were_refunded"]
    Order.objects.filter(pk=case.order_id).update(platform_refunded="100.00")
    taken(case, "refunded_already", agent)
    assert state_of(case) == "refunded"


@pytest.mark.rule("L10.1")
def test_two_orders_of_buyers_that_nobody_knows_are_not_one_buyers(agent, warehouse):
    case = to_mend(agent, warehouse, "new_order")
    new = an_order(case.shop, status="wait_ship")
    Order.objects.filter(pk__in=[new.pk, case.order_id]).update(buyer=None)
    with pytest.raises(Malformed) as refused:
        taken(case, "new_order_placed", agent, at=MONDAY + hours(31), order=new.number)
    assert (refused.value.code, state_of(case)) == ("unknown_buyer", "to_mend")


# Postage paid for what is not sent ------------------------------------------------------------------


def paid_and_changed(agent, warehouse, choice="refund"):
    """The customer paid for sending it again, and then wanted something else."""
    order = an_order(agent.memberships.get().shop, lines=("100.00",), freight="8.00", waybill=f"7303{next(numbers):010d}")
    case = to_mend(agent, warehouse, "resend", case=an_incident("returned_to_sender", agent, order=order))
    taken(case, "postage_paid", agent, at=MONDAY + hours(32), **PAID)
    taken(case, "choice_withdrawn", agent, at=MONDAY + hours(33))
    assert "8.00" in message_of(fresh(case), agent)
    taken(case, "chosen", agent, at=MONDAY + hours(34), choice=choice)
    return fresh(case)


def settled(case, by, becomes, at=LATER):
    facts = {"becomes": becomes, "settled_by": "退款 RF123"}
    return advance(case.pk, "postage_settled", by=acts(by), at=at, facts=facts)


@pytest.mark.rule("L10.1")
def test_a_postage_paid_for_nothing_is_not_forgotten(agent, supervisor, warehouse):
    case = paid_and_changed(agent, warehouse)
    assert Outbox.objects.filter(payload__about="postage_to_settle", payload__case=case.pk).count() == 1
    wish = a_wish(case.order, "100.00", reason="unwanted", ground="goods_back", case=case.pk)
    with pytest.raises(StepRefused) as refused:
        ask_refund(wish, by=acts(agent), at=MONDAY + hours(35))
    assert codes(refused) == ["postage_is_settled"]
    with pytest.raises(StepRefused) as refused:
        taken(case, "settled_otherwise", supervisor, at=MONDAY + hours(35), note="算了")
    assert codes(refused) == ["postage_is_settled"]
    with pytest.raises(NotAllowed):
        settled(case, agent, "given_back")
    settled(case, supervisor, "given_back")
    assert (facts_of(case).postage_paid_at, facts_of(case).postage, last_entry(case).facts["postage"]) == (None, None, "8.00")
    assert kept_back(case.order, facts_of(case)) == Decimal("8.00")
    ask_refund(wish, by=acts(agent), at=MONDAY + hours(36))
    assert state_of(case) == "mending"
    assert verify_invariants() == []


@pytest.mark.rule("L10.1")
def test_a_postage_that_is_kept_is_not_taken_off_the_refund_once_more(agent, supervisor, warehouse):
    case = paid_and_changed(agent, warehouse)
    settled(case, supervisor, "kept")
    assert kept_back(case.order, facts_of(case)) == Decimal("0.00")
    wish = a_wish(case.order, "100.00", reason="unwanted", ground="goods_back", case=case.pk, freight="8.00")
    ask_refund(wish, by=acts(agent), at=MONDAY + hours(36))
    assert state_of(case) == "mending"


@pytest.mark.rule("L10.1")
def test_who_wants_it_sent_again_after_all_has_paid_for_it(agent, warehouse):
    case = paid_and_changed(agent, warehouse, "resend")
    sent_again(case, agent, at=MONDAY + hours(36))
    assert state_of(case) == "mending"


@pytest.mark.rule("L3.2")
def test_what_is_lost_costs_no_postage_and_what_was_paid_goes_back(agent, supervisor):
    case = a_returned(agent)
    told(case, agent)
    chosen(case, agent, "resend")
    taken(case, "postage_paid", agent, **PAID)
    taken(case, "courier_says_lost", agent, **SAID)
    taken(case, "loss_explained", agent, wish="resend")
    with pytest.raises(StepRefused) as refused:
        sent_again(fresh(case), agent)
    assert codes(refused) == ["postage_is_settled"]
    with pytest.raises(Malformed) as wrong:
        settled(case, supervisor, "kept", MONDAY)
    assert wrong.value.code == "postage_not_theirs"
    settled(case, supervisor, "given_back", MONDAY)
    sent_again(fresh(case), agent)
    assert state_of(case) == "mending"


@pytest.mark.rule("L6.2")
def test_delivered_after_all_it_stays_open_for_the_postage(agent, supervisor):
    case = a_returned(agent)
    told(case, agent)
    chosen(case, agent, "resend")
    taken(case, "postage_paid", agent, **PAID)
    tell(parcel_of(case), node(MONDAY + hours(5), "signed", "3"))
    assert (state_of(case), fresh(case).news) == ("awaited", {"delivered": 1})
    settled(case, supervisor, "given_back", MONDAY + hours(6))
    taken(case, "customer_has_it", agent, at=MONDAY + hours(7))
    assert state_of(case) == "delivered"


# What another case knew -----------------------------------------------------------------------------


@pytest.mark.rule("L10.1")
def test_an_open_case_learns_what_the_one_that_goes_on_here_knew(agent, supervisor):
    first = an_incident("doubtful", agent)
    taken(first, "courier_asked", agent, whom="courier", way="phone", cause="refused")
    taken(first, "override_freight", supervisor, note="老客户", freight_payer="shop")
    case = open_case("returned_to_sender", by=acts(agent), at=MONDAY, waybill=parcel_of(first).waybill)
    taken(first, "goes_on_as_returned", agent)
    facts = facts_of(case)
    assert (facts.sent_back_for, facts.freight_payer, facts.freight_by_lead, facts.fault_rule) == ("refused", "shop", True, "L10.1")
    entry = last_entry(case)
    assert (entry.step, entry.facts["goes_on_from"], last_entry(first).facts["goes_on_as"]) == ("goes_on_with", first.number, case.number)
    assert verify_invariants() == []


@pytest.mark.rule("L10.1")
def test_what_the_open_case_knows_stays(agent):
    first = an_incident("doubtful", agent)
    taken(first, "courier_asked", agent, whom="courier", way="phone", cause="refused")
    case = open_case("returned_to_sender", by=acts(agent), at=MONDAY, waybill=parcel_of(first).waybill)
    taken(case, "reason_found", agent, sent_back_for="not_reached")
    taken(first, "goes_on_as_returned", agent)
    assert (facts_of(case).sent_back_for, facts_of(case).freight_payer) == ("not_reached", "shop")


@pytest.mark.rule("L10.1", "L3.3")
@pytest.mark.parametrize("kind", ["stalled", "no_record", "doubtful"])
@pytest.mark.parametrize("how", ["tracking", "by hand", "scanned"])
def test_what_comes_back_while_another_case_sees_to_it_goes_on_here(agent, warehouse, kind, how):
    first, at = an_incident(kind, agent), MONDAY + hours(5)
    if how == "tracking":
        tell(parcel_of(first), node(at, "returning", "6"))
    elif how == "by hand":
        taken(first, "came_back", warehouse, at=at)
    else:
        take_back(parcel_of(first).pk, by=acts(warehouse), at=at)
    case = Case.objects.open().get()
    assert (case.kind, case.owner_id, last_entry(first).facts["goes_on_as"]) == ("returned_to_sender", agent.pk, case.number)
    assert state_of(first) == ("back" if how == "by hand" else "gone_on")
    assert facts_of(case).here_at == (None if how == "tracking" else at)
    assert Task.objects.filter(case=case, kind="look_at_it").exists() is (how != "tracking")
    assert verify_invariants() == []


@pytest.mark.rule("L10.1", "N3")
def test_who_pays_is_said_until_it_is_done(agent, supervisor, warehouse):
    case = a_returned(agent)
    told(case, agent)
    chosen(case, agent, "resend")
    assert "The postage is yours; please pay it first." in message_of(fresh(case), agent)
    taken(case, "postage_paid", agent, **PAID)
    assert "We have received your postage of 8.00 yuan." in message_of(fresh(case), agent)
    here(case, warehouse)
    assert "is back with us and is to be sent again" in message_of(fresh(case), agent)
    other = a_returned(agent)
    told(other, agent)
    chosen(other, agent, "refund")
    assert "One postage is taken off it." in message_of(fresh(other), agent)
    taken(other, "override_freight", supervisor, note="老客户", freight_payer="shop")
    assert "taken off" not in message_of(fresh(other), agent)


@pytest.mark.rule("L10.1")
def test_once_the_reason_is_known_and_told_the_offer_is_what_comes_next(agent):
    case = a_returned(agent)
    taken(case, "reason_found", agent, **REFUSED)
    record_contact(case.pk, channel="chat", outcome="no_answer", by=acts(agent), at=MONDAY)
    case = fresh(case)
    can = [
        each.step.name
        for each in offers(case, read_situations([case], now=MONDAY, actor=acts(agent))[case.pk], acts(agent))
        if each.allowed
    ]
    assert can[0] == "told_and_offered"


@pytest.mark.rule("L10.1")
def test_what_the_new_order_waits_for_stands_where_the_case_stands(agent, warehouse):
    case = a_returned(agent)
    told(case, agent)
    chosen(case, agent, "new_order")
    taken(case, "came_back", warehouse)
    case = fresh(case)
    with translation.override("en"):
        assert "First the warehouse says what came back." in case.why_here(read_situations([case], now=MONDAY, actor=acts(agent))[case.pk])
