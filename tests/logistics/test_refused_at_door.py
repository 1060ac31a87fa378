"""L7.5 Refused at the door: asked to refuse it, followed until it is back, and complete goods sent."""

import datetime as dt

import pytest
from django.utils import translation

from casework.actions.add_evidence import add_evidence
from casework.actions.answer_task import answer_task
from casework.actions.deeds import record_contact
from casework.actions.open_case import open_case
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case, Task
from casework.situation import read_situations
from logistics.actions.take_back import take_back
from logistics.models import Loss
from orders.errors import NotAllowed, StepRefused
from refunds.actions.ask import ask_refund
from tests.builders import a_wish, an_order
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
SEEN = {"seen_as": "damaged", "at_door": "family"}


def a_refused(agent, **order):
    shop = agent.memberships.get().shop
    return an_incident("refused_at_door", agent, order=an_order(shop, waybill="73660000000001", **order) if order else None)


def asked(agent, **order):
    """Family at the door was asked to refuse it."""
    case = a_refused(agent, **order)
    record_contact(case.pk, channel="phone", outcome="answered", by=acts(agent), at=MONDAY)
    taken(case, "asked_to_refuse", agent, **SEEN)
    return fresh(case)


def back(agent, warehouse, came_back_as="damaged", pictured=True, **order):
    """Refused, scanned by the warehouse and looked at."""
    case = asked(agent, **order)
    taken(case, "refused", agent)
    take_back(parcel_of(case).pk, by=acts(warehouse), at=MONDAY + hours(30))
    if pictured:
        add_evidence(case.pk, upload=a_picture(), kind="photo_inspection", by=acts(warehouse), at=MONDAY + hours(30))
    task = Task.objects.get(case=case, kind="look_at_it")
    if came_back_as:
        facts = {"came_back_as": came_back_as, "remark": "瓶口碎"}
        answer_task(case.pk, task.pk, answer="looked_at", facts=facts, by=acts(warehouse), at=MONDAY + hours(30))
    return fresh(case)


def codes(refused):
    return [each.code for each in refused.value.reasons]


@pytest.mark.rule("L7.5")
def test_whoever_is_at_the_door_is_asked_to_refuse_it(agent):
    case = a_refused(agent)
    assert running(case, "reply").due_at == MONDAY + hours(24)
    with pytest.raises(StepRefused) as refused:
        taken(case, "asked_to_refuse", agent, **SEEN)
    assert codes(refused) == ["customer_was_contacted"]
    record_contact(case.pk, channel="phone", outcome="answered", by=acts(agent), at=MONDAY)
    taken(case, "asked_to_refuse", agent, **SEEN)
    assert (state_of(case), facts_of(case).seen_as, last_entry(case).facts["at_door"]) == ("asked", "damaged", "family")
    assert facts_of(case).fault == "", "what is seen proves nothing yet"


@pytest.mark.rule("L7.5")
@pytest.mark.parametrize(("late", "state"), [(-SECOND, "asked"), (SECOND * 0, "to_ask"), (SECOND, "to_ask")])
def test_without_a_word_it_is_asked_once_more(agent, late, state):
    case = asked(agent)
    fire_deadlines(at=MONDAY + hours(24) + late)
    assert state_of(case) == state


@pytest.mark.rule("L7.5")
@pytest.mark.parametrize("state", ["to_ask", "asked"])
def test_tracking_tells_that_it_turned_back(agent, state):
    case = a_refused(agent) if state == "to_ask" else asked(agent)
    tell(parcel_of(case), node(MONDAY + hours(3), "returning", "6"))
    assert (state_of(case), fresh(case).news) == ("returning", {"returning": 1})
    assert list(Case.objects.all()) == [case], "no second case on one parcel"
    tell(parcel_of(case), node(MONDAY + hours(9), "returned", "4"))
    assert fresh(case).news == {"returning": 1, "at_our_door": 1}
    assert running(case, "parcel_back").due_at == MONDAY + hours(3 + 7 * 24)


@pytest.mark.rule("L7.5")
@pytest.mark.parametrize("code", ["14", "203"])
def test_a_refusal_that_the_courier_reports_opens_the_case_which_asks_why(shop, agent, code):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "problem", code))
    case = Case.objects.get()
    assert (case.kind, case.state, case.owner_id, facts_of(case).parcel_id) == ("refused_at_door", "to_ask", None, parcel.pk)
    with translation.override("en"):
        why = message_of(case, agent)
    assert "was refused. May we ask why" in why
    assert "cost" not in why, "who pays is said once the reason is known (N3)"
    tell(parcel, node(MONDAY + hours(3), "returning", "6"))
    assert (state_of(case), Case.objects.count()) == ("returning", 1)
    taken(case, "own_reason", agent, at=MONDAY + hours(4), note="不想要了")
    assert Case.objects.open().get().kind == "returned_to_sender"


@pytest.mark.rule("L7.5")
def test_complete_goods_are_sent_once_it_is_back_and_looked_at(agent, warehouse):
    case = asked(agent)
    taken(case, "refused", agent)
    with pytest.raises(StepRefused) as refused:
        sent_again(case, agent)
    assert codes(refused) == ["not_here"]
    take_back(parcel_of(case).pk, by=acts(warehouse), at=MONDAY + hours(30))
    assert (state_of(case), last_entry(case).actor, running(case, "mend").due_at) == ("here", warehouse, MONDAY + hours(54))
    with pytest.raises(StepRefused) as refused:
        sent_again(fresh(case), agent, at=MONDAY + hours(31))
    assert codes(refused) == ["not_looked_at"]
    task = Task.objects.get(case=case, kind="look_at_it")
    answer_task(case.pk, task.pk, answer="looked_at", facts={"came_back_as": "damaged"}, by=acts(warehouse), at=MONDAY + hours(31))
    sent_again(fresh(case), agent, at=MONDAY + hours(32))
    assert state_of(case) == "mending"
    assert verify_invariants() == []


@pytest.mark.rule("L7.5")
@pytest.mark.parametrize(
    ("came_back_as", "fault", "rule"),
    [("damaged", "unknown", "L7.2"), ("missing", "unknown", "L5.2"), ("wrong", "warehouse", "R3.1"), ("whole", "", "")],
)
def test_what_the_warehouse_finds_decides_who_pays(agent, warehouse, came_back_as, fault, rule):
    case = back(agent, warehouse, came_back_as)
    facts = facts_of(case)
    assert (facts.came_back_as, facts.fault, facts.fault_rule) == (came_back_as, fault, rule)
    assert facts.freight_payer == ("shop" if fault else "")


@pytest.mark.rule("L7.6")
def test_damage_that_the_courier_admits_is_the_couriers(agent, warehouse):
    case = back(agent, warehouse)
    taken(case, "couriers_fault", agent, at=MONDAY + hours(31), items=[{"line": case.order.lines.get().pk, "quantity": 1}], **SAID)
    assert (facts_of(case).fault, facts_of(case).freight_payer) == ("courier", "courier")
    owed = Loss.objects.standing().get(case=case)
    assert (owed.cause, owed.amount) == ("damaged", case.order.lines.get().paid)
    assert verify_invariants() == []


@pytest.mark.rule("L7.6")
def test_wrong_goods_are_not_the_couriers(agent, warehouse):
    case = back(agent, warehouse, "wrong")
    with pytest.raises(StepRefused) as refused:
        taken(case, "couriers_fault", agent, at=MONDAY + hours(31), items="1", **SAID)
    assert codes(refused) == ["may_be_the_couriers"]


@pytest.mark.rule("L7.5")
def test_money_goes_back_only_when_the_goods_are_declined_and_it_was_photographed(agent, warehouse):
    case = back(agent, warehouse, pictured=False)
    wish = a_wish(case.order, reason="damaged", ground="warehouse_confirmed", case=case.pk)
    for before, code in [("", "goods_first"), ("goods_declined", "no_picture")]:
        if before:
            taken(case, before, agent, at=MONDAY + hours(31))
        with pytest.raises(StepRefused) as refused:
            ask_refund(wish, by=acts(agent), at=MONDAY + hours(31))
        assert codes(refused) == [code]
    add_evidence(case.pk, upload=a_picture(), kind="photo_inspection", by=acts(warehouse), at=MONDAY + hours(31))
    ask_refund(wish, by=acts(agent), at=MONDAY + hours(31))
    assert state_of(case) == "mending"


@pytest.mark.rule("L10.2")
@pytest.mark.parametrize(("province", "rules"), [("广东省", False), ("台湾", True)])
def test_for_the_customers_own_reason_it_goes_on_as_a_returned_parcel(agent, province, rules):
    case = asked(agent, province=province)
    taken(case, "own_reason", agent, note="不想要了")
    following = Case.objects.get(kind="returned_to_sender")
    facts = facts_of(following)
    assert (state_of(case), state_of(following), facts.sent_back_for, facts.freight_payer) == ("gone_on", "to_tell", "refused", "customer")
    assert ("L10.2" in facts.rules) is rules
    assert verify_invariants() == []


@pytest.mark.rule("L10.1")
def test_what_came_back_in_order_goes_on_as_a_returned_parcel_that_nobody_looks_at_twice(agent, warehouse):
    case = back(agent, warehouse, "whole")
    with pytest.raises(StepRefused) as refused:
        sent_again(case, agent, at=MONDAY + hours(31))
    assert codes(refused) == ["in_order"]
    with translation.override("en"):
        assert "so the postage is yours" in message_of(case, agent)
    taken(case, "was_in_order", agent, at=MONDAY + hours(32))
    following = Case.objects.get(kind="returned_to_sender")
    assert (facts_of(following).came_back_as, facts_of(following).here_at) == ("whole", MONDAY + hours(30))
    assert not Task.objects.filter(case=following).exists()


@pytest.mark.rule("L7.5")
def test_signed_for_all_the_same_it_goes_on_by_its_chapter(agent):
    case = asked(agent)
    tell(parcel_of(case), node(MONDAY + hours(3), "signed", "3"))
    assert (state_of(case), running(case, "tell").due_at) == ("signed", MONDAY + hours(27))
    with pytest.raises(StepRefused) as refused:
        taken(case, "passed_on", agent, at=MONDAY + hours(4))
    assert codes(refused) == ["has_a_case_of_its_own"]
    an_incident("logistics_complaint", agent, order=case.order)
    with pytest.raises(StepRefused):
        taken(case, "passed_on", agent, at=MONDAY + hours(4))
    other = open_case("missing_items", by=acts(agent), at=MONDAY + hours(4), waybill=parcel_of(case).waybill)
    taken(case, "passed_on", agent, at=MONDAY + hours(5))
    assert (state_of(case), last_entry(case).facts["cases"]) == ("passed_on", [other.number])


@pytest.mark.rule("L3.2")
def test_lost_on_its_way_back_complete_goods_go_out_without_waiting(agent):
    case = asked(agent)
    taken(case, "refused", agent)
    taken(case, "courier_says_lost", agent, **SAID)
    assert Loss.objects.standing().get(case=case).cause == "lost"
    taken(case, "loss_explained", agent, wish="resend")
    assert "lost on its way back" in message_of(case, agent)
    taken(case, "goods_declined", agent)
    assert "lost on its way back" in message_of(case, agent)
    taken(case, "goods_wanted", agent)
    sent_again(fresh(case), agent)
    assert state_of(case) == "mending"
    assert verify_invariants() == []


@pytest.mark.fault("Z1")
def test_packers_ask_nobody(agent, warehouse):
    case = a_refused(agent)
    with pytest.raises(NotAllowed):
        taken(case, "refused_before", warehouse, **SEEN)


@pytest.mark.rule("L0.2")
def test_each_step_of_the_way_has_words_for_the_customer(agent, warehouse):
    case = asked(agent)
    for step in ("", "refused"):
        if step:
            taken(case, step, agent)
        assert case.subject_label in message_of(case, agent)
    assert case.subject_label in message_of(back_of(case, warehouse), agent)


def back_of(case, warehouse):
    take_back(parcel_of(case).pk, by=acts(warehouse), at=MONDAY + hours(30))
    return fresh(case)


def message_of(case, agent):
    case = fresh(case)
    with translation.override("en"):
        return case.contact_message(read_situations([case], now=MONDAY, actor=acts(agent))[case.pk])


@pytest.mark.rule("L7.5", "L9.6")
def test_its_arrival_ends_the_request_to_stop_it_whoever_tells_of_it(agent, warehouse):
    case = asked(agent)
    stop = open_case("intercept", by=acts(agent), at=MONDAY, waybill=parcel_of(case).waybill)
    taken(stop, "courier_asked", agent, purpose="bring_back", whom="courier", way="phone")
    taken(stop, "courier_accepts", agent, said="网点同意")
    taken(case, "refused", agent)
    taken(case, "came_back", warehouse, at=MONDAY + hours(30))
    assert (state_of(case), state_of(stop), parcel_of(case).back_at) == ("here", "back", MONDAY + hours(30))
    assert last_entry(stop).facts["waybill"] == parcel_of(case).waybill
    assert verify_invariants() == []


@pytest.mark.rule("L3.4")
def test_the_owner_of_another_case_hears_of_an_arrival_that_a_case_tells_of(agent, supervisor, warehouse):
    case = asked(agent)
    complaint = open_case("logistics_complaint", by=acts(supervisor), at=MONDAY, waybill=parcel_of(case).waybill)
    taken(case, "refused", agent)
    taken(case, "came_back", warehouse, at=MONDAY + hours(30))
    assert (state_of(complaint), fresh(complaint).news) == ("working", {"back": 1})
