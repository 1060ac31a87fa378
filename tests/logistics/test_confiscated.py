"""L11 Confiscated by security inspection: first who is liable, then refund, other goods or a gift."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation

from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.situation import read_situations
from logistics.models import Confiscated, Loss
from orders.errors import Malformed, NotAllowed, StepRefused
from refunds.actions.ask import ask_refund
from refunds.actions.ask_gift import ask_gift
from tests.builders import a_wish
from tests.cast import MONDAY, acts
from tests.logistics.incidents import an_incident, facts_of, fresh, hours, last_entry, parcel_of, running, sent_again, state_of, taken
from tests.logistics.nodes import node, tell

SECOND = dt.timedelta(seconds=1)
TALK = {"whom": "courier", "way": "phone"}
SAYS = {"said": "网点承认未验视"}
WALK = {"to_ask": [], "asked": [("liability_asked", TALK)]}
WALK["at_lead"] = [*WALK["asked"], ("to_the_lead", {})]
WALK["to_explain"] = [*WALK["asked"], ("liability_told", SAYS | {"liable": "courier"})]
WALK["to_mend"] = [*WALK["to_explain"], ("explained", {"wish": "refund"})]
WALK["moves_again"] = [*WALK["asked"], ("released", SAYS)]
WALK["returning"] = [*WALK["asked"], ("turned_back", {})]


def a_confiscated(agent, state="to_ask", **parcel):
    case = an_incident("confiscated", agent, **parcel)
    for step, facts in WALK[state]:
        taken(case, step, agent, **facts)
    return fresh(case)


def message_of(case, agent):
    with translation.override("en"):
        return case.contact_message(read_situations([case], now=MONDAY, actor=acts(agent))[case.pk])


# First the courier ---------------------------------------------------------------------------------


@pytest.mark.rule("L11.1")
def test_a_silent_courier_is_asked_again_and_then_a_lead_decides(agent, supervisor):
    case = a_confiscated(agent, "asked")
    fire_deadlines(at=MONDAY + hours(24) - SECOND)
    assert state_of(case) == "asked"
    fire_deadlines(at=MONDAY + hours(24))
    assert state_of(case) == "to_ask"
    taken(case, "to_the_lead", agent)
    with pytest.raises(NotAllowed):
        taken(case, "lead_decides", agent, note="网点不回", liable="courier", **SAYS)
    with pytest.raises(Malformed):
        taken(case, "lead_decides", supervisor, liable="courier", **SAYS)
    taken(case, "lead_decides", supervisor, note="网点不回", liable="courier", **SAYS)
    assert (state_of(case), facts_of(case).fault) == ("to_explain", "courier")


@pytest.mark.rule("L11.1")
@pytest.mark.parametrize(
    ("liable", "fault", "payer", "owed"),
    [("courier", "courier", "courier", Decimal("100.00")), ("shop", "shop", "shop", None), ("nobody", "unknown", "shop", None)],
)
def test_who_is_liable_decides_who_bears_it_and_what_is_claimed(agent, liable, fault, payer, owed):
    case = a_confiscated(agent, "asked")
    taken(case, "liability_told", agent, liable=liable, **SAYS)
    facts = facts_of(case)
    assert (facts.fault, facts.fault_rule, facts.freight_payer) == (fault, "L11.1", payer)
    loss = Loss.objects.standing().filter(case=case).first()
    assert (loss and (loss.cause, loss.amount, loss.rule)) == (owed and ("confiscated", owed, "L13.1"))
    assert verify_invariants() == []


@pytest.mark.rule("L11.1")
def test_what_was_taken_is_owed_by_the_piece(agent):
    case = a_confiscated(agent, "asked", lines=("60.00", "40.00"))
    taken(case, "liability_told", agent, liable="courier", items="2", **SAYS)
    assert Loss.objects.get(case=case).amount == Decimal("40.00")
    assert "样例商品2 ×1" in last_entry(case).facts["pieces"]
    assert "样例商品2 ×1" in message_of(fresh(case), agent)
    with pytest.raises(Malformed) as refused:
        taken(a_confiscated(agent), "liability_told", agent, liable="courier", items="9", **SAYS)
    assert refused.value.field == "items.0.line"


@pytest.mark.rule("L11.1")
def test_the_rest_of_the_parcel_arrives_and_what_was_taken_is_still_owed(agent):
    case = a_confiscated(agent, "to_explain", lines=("60.00", "40.00"))
    tell(parcel_of(case), node(MONDAY + hours(5), "signed", "301"))
    assert (state_of(case), fresh(case).news) == ("to_explain", {"delivered": 1})
    assert Loss.objects.standing().filter(case=case).exists()


# Then the customer ---------------------------------------------------------------------------------


@pytest.mark.rule("L11.1")
def test_first_the_courier_then_refund_other_goods_or_a_gift_in_this_order(agent):
    assert Confiscated.REMEDIES == ("refund", "reshipment", "gift")
    for state in ("to_ask", "asked", "to_explain"):
        with pytest.raises(StepRefused) as refused:
            sent_again(a_confiscated(agent, state), agent)
        assert [each.code for each in refused.value.reasons] == ["liability_open"]
    case = a_confiscated(agent, "to_mend")
    assert running(case, "mend").due_at == MONDAY + hours(24)
    ask_refund(a_wish(case.order, "100.00", case=case.pk, reason="not_received", ground="courier_confirmed"), by=acts(agent), at=MONDAY)
    assert state_of(case) == "mending"
    sent_again(other := a_confiscated(agent, "to_mend"), agent, reason="安检没收")
    assert state_of(other) == "mending"


@pytest.mark.rule("L11.1")
def test_a_gift_that_was_given_settles_it_and_one_that_was_not_does_not(agent):
    case = a_confiscated(agent, "to_mend")
    gift = ask_gift({"case": case.pk, "what": "样例挂件", "pieces": 1, "worth": "3.00"}, by=acts(agent), at=MONDAY)
    assert state_of(case) == "mending"
    taken(gift, "decline", agent, note="顾客改要退款")
    taken(gift, "told_no", agent)
    assert state_of(case) == "to_mend"


@pytest.mark.rule("L11.1")
def test_released_it_goes_on_and_its_delivery_ends_the_case(agent):
    case = a_confiscated(agent, "moves_again")
    tell(parcel_of(case), node(MONDAY + hours(5), "signed", "301"))
    assert state_of(case) == "delivered"


@pytest.mark.rule("L11.1")
def test_given_back_to_us_the_customer_is_asked_as_well(agent):
    case = a_confiscated(agent, "returning")
    taken(case, "came_back", agent, at=MONDAY + hours(9))
    assert (state_of(case), parcel_of(case).back_at, Loss.objects.count()) == ("to_explain", MONDAY + hours(9), 0)
    assert "is back with us" in message_of(fresh(case), agent)


@pytest.mark.rule("L0.2")
@pytest.mark.parametrize("state", WALK)
def test_every_state_has_words_for_the_customer(agent, state):
    told = message_of(a_confiscated(agent, state), agent)
    assert "74" in told
    assert "{" not in told


@pytest.mark.fault("Z1")
def test_packers_say_nothing_of_liability(agent, warehouse):
    case = a_confiscated(agent, "asked")
    with pytest.raises(NotAllowed):
        taken(case, "liability_told", warehouse, liable="shop", **SAYS)


@pytest.mark.rule("L11.1")
@pytest.mark.parametrize(("state", "step", "then"), [("returning", "came_back_in_part", "to_ask"), ("asked", "is_back_in_part", "asked")])
def test_what_came_back_in_part_first_wants_to_know_who_is_liable_for_the_rest(agent, warehouse, state, step, then):
    case = a_confiscated(agent, state)
    taken(case, step, warehouse, at=MONDAY + hours(9))
    assert (state_of(case), facts_of(case).here_at, parcel_of(case).back_at) == (then, MONDAY + hours(9), MONDAY + hours(9))
    with pytest.raises(StepRefused):
        ask_refund(a_wish(case.order, case=case.pk), by=acts(agent), at=MONDAY + hours(9))
    assert "What was not taken is back with us" in message_of(fresh(case), agent)
    for gone in ("released", "turned_back", "came_back"):
        with pytest.raises(StepRefused):
            taken(case, gone, agent, at=MONDAY + hours(9), **SAYS if gone == "released" else {})
    with pytest.raises(Malformed) as refused:
        taken(case, "liability_told", agent, at=MONDAY + hours(10), liable="courier", **SAYS)
    assert (refused.value.code, refused.value.field) == ("items_required", "items")
    taken(case, "liability_told", agent, at=MONDAY + hours(10), liable="courier", items="1", **SAYS)
    assert (state_of(case), facts_of(case).fault) == ("to_explain", "courier")
    told = message_of(fresh(case), agent)
    assert "The rest is back with us" in told
    assert "You pay no postage" in told


@pytest.mark.rule("L11.1", "N3")
def test_what_came_back_whole_costs_the_customer_nothing(agent):
    case = a_confiscated(agent, "returning")
    taken(case, "came_back", agent, at=MONDAY + hours(9))
    assert (facts_of(case).freight_payer, Loss.objects.count()) == ("shop", 0)
    assert "You pay no postage" in message_of(fresh(case), agent)
