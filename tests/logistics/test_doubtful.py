"""L2 Doubtful item: why it is stuck, how the courier says it stands, and how it goes on."""

import datetime as dt
from decimal import Decimal

import pytest

from casework.actions.deeds import record_contact
from casework.actions.reopen import reopen
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.models import Case, Task
from casework.situation import read_situations
from logistics.models import DoubtCause, Doubtful, Inquiry, Loss
from orders.errors import Malformed, NotAllowed, StepRefused
from tests.cast import MONDAY, acts
from tests.logistics.incidents import SAID, an_incident, facts_of, fresh, hours, last_entry, parcel_of, running, sent_again, state_of, taken
from tests.logistics.nodes import a_parcel_of, node, tell

SECOND = dt.timedelta(seconds=1)
TALK = {"whom": "courier", "way": "phone"}
STUCK = TALK | {"cause": "phone_wrong"}
STANDS = SAID | {"cause": "phone_wrong"}
WALK = {
    "to_ask": [],
    "asked": [("courier_asked", STUCK)],
    "to_settle": [("courier_asked", STUCK), ("state_told", STANDS)],
    "redelivery": [("courier_asked", STUCK), ("redelivery_agreed", TALK)],
    "returning": [("turned_back", {})],
    "lost": [("courier_pays", SAID)],
    "to_mend": [("courier_pays", SAID), ("loss_explained", {"wish": "resend"})],
}


def a_doubtful(agent, state="to_ask"):
    case = an_incident("doubtful", agent)
    for step, facts in WALK[state]:
        taken(case, step, agent, **facts)
    return fresh(case)


def trouble(parcel, code="204"):
    return tell(parcel, node(MONDAY + hours(4), "delivering", "5"), node(MONDAY + hours(5), "problem", code, "派送不成功，改日再派"))


def of_parcel(parcel):
    return Case.objects.get(incident__parcel=parcel)


def message_of(case, agent):
    return case.contact_message(read_situations([case], now=MONDAY, actor=acts(agent))[case.pk])


# L2.1 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L2.1")
@pytest.mark.parametrize("cause", DoubtCause.values)
def test_the_cause_is_chosen_when_the_courier_is_asked(agent, cause):
    case = a_doubtful(agent)
    assert running(case, "reply").due_at == MONDAY + hours(24)
    taken(case, "courier_asked", agent, **STUCK | {"cause": cause})
    assert (state_of(case), facts_of(case).cause, last_entry(case).facts["cause"]) == ("asked", cause, cause)
    assert Inquiry.objects.get(case=case).whom == "courier"


@pytest.mark.rule("L2.1")
def test_another_cause_is_none(agent):
    case = a_doubtful(agent)
    with pytest.raises(Malformed) as refused:
        taken(case, "courier_asked", agent, **STUCK | {"cause": "bad_luck"})
    assert (refused.value.field, state_of(case), Inquiry.objects.count()) == ("cause", "to_ask", 0)


@pytest.mark.rule("L2.1")
@pytest.mark.parametrize("code", ["2", "204"])
def test_a_code_of_trouble_opens_the_case_while_it_is_the_last_word(shop, code):
    case = of_parcel(trouble(a_parcel_of(shop), code))
    assert (case.kind, case.state, case.owner_id) == ("doubtful", "to_ask", None)
    gone_on = a_parcel_of(shop)
    tell(gone_on, node(MONDAY, "problem", code), node(MONDAY + hours(1), "transit", "0"))
    assert not Case.objects.filter(incident__parcel=gone_on).exists()
    assert gone_on.facts.get().name == "doubtful"


# L2.2 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L2.2")
def test_a_silent_courier_is_asked_again_after_a_day(agent):
    case = a_doubtful(agent, "asked")
    fire_deadlines(at=MONDAY + hours(24) - SECOND)
    assert state_of(case) == "asked"
    fire_deadlines(at=MONDAY + hours(24))
    assert state_of(case) == "to_ask"


@pytest.mark.rule("L2.2")
@pytest.mark.parametrize("step", ["address_corrected", "phone_corrected"])
def test_only_the_customer_says_what_is_right(agent, step):
    case = a_doubtful(agent, "to_settle")
    with pytest.raises(StepRefused) as refused:
        taken(case, step, agent, **TALK)
    assert [each.code for each in refused.value.reasons] == ["customer_answered"]
    record_contact(case.pk, channel="phone", outcome="answered", by=acts(agent), at=MONDAY)
    taken(case, step, agent, **TALK)
    assert (state_of(case), running(case, "redelivery").due_at) == ("redelivery", MONDAY + hours(48))


@pytest.mark.rule("L2.2")
def test_a_second_delivery_that_does_not_come_is_asked_for_again(agent):
    case = a_doubtful(agent, "redelivery")
    tell(parcel_of(case), node(MONDAY + hours(5), "delivering", "5"))
    assert (state_of(case), fresh(case).news) == ("redelivery", {}), "that it moves is what was agreed"
    fire_deadlines(at=MONDAY + hours(48) - SECOND)
    assert state_of(case) == "redelivery"
    fire_deadlines(at=MONDAY + hours(48))
    assert state_of(case) == "to_ask"


@pytest.mark.rule("L2.2")
def test_the_courier_that_pays_owes_the_full_price_until_it_is_claimed(agent):
    case = a_doubtful(agent, "lost")
    loss = Loss.objects.standing().get(case=case)
    assert (loss.cause, loss.amount, facts_of(case).fault) == ("lost", Decimal("100.00"), "courier")
    assert running(case, "tell").due_at == MONDAY + hours(24)
    with pytest.raises(StepRefused):
        sent_again(case, agent)
    taken(case, "loss_explained", agent, wish="resend")
    sent_again(fresh(case), agent)
    assert state_of(case) == "mending"
    assert verify_invariants() == []


@pytest.mark.rule("L2.2")
def test_it_goes_back_to_us_and_is_awaited(agent):
    case = a_doubtful(agent, "to_settle")
    taken(case, "turned_back", agent)
    assert (state_of(case), fresh(case).category) == ("returning", "courier")
    taken(case, "came_back", agent, at=MONDAY + hours(9))
    assert (state_of(case), parcel_of(case).back_at) == ("back", MONDAY + hours(9))
    assert Case.objects.open().get().kind == "returned_to_sender", "the customer has neither goods nor money yet"
    with pytest.raises(StepRefused):
        reopen(case.pk, note="点错了", by=acts(agent), at=MONDAY + hours(10))


@pytest.mark.rule("L3.3")
def test_what_cannot_follow_is_told_once_and_stands_in_the_timeline(agent):
    case = a_doubtful(agent, "to_settle")
    Task.objects.create(case=case, kind="write_memo", title="备注", role="agent", created_at=MONDAY)
    parcel = tell(parcel_of(case), node(MONDAY + hours(5), "returning", "6"))
    assert (state_of(case), fresh(case).news, last_entry(case).step) == ("to_settle", {"returning": 1}, "parcel_told")
    tell(parcel, at=MONDAY + hours(6))
    assert fresh(case).news == {"returning": 1}


@pytest.mark.fault("Z1")
def test_packers_settle_nothing(agent, warehouse):
    case = a_doubtful(agent, "to_settle")
    with pytest.raises(NotAllowed):
        taken(case, "courier_pays", warehouse, **SAID)


# Tracking ------------------------------------------------------------------------------------------


@pytest.mark.rule("L3.3")
def test_a_parcel_that_goes_on_closes_the_case_that_nobody_touched(shop):
    parcel = trouble(a_parcel_of(shop))
    tell(parcel, node(MONDAY + hours(6), "problem", "204", "再次派送不成功"))
    assert of_parcel(parcel).state == "to_ask"
    tell(parcel, node(MONDAY + hours(7), "delivering", "5", "再次派送"))
    assert of_parcel(parcel).state == "moved_on"
    assert verify_invariants() == []


@pytest.mark.rule("L3.3")
def test_a_parcel_that_goes_on_tells_the_owner_who_tells_the_customer(agent):
    case = a_doubtful(agent, "asked")
    again = node(MONDAY + hours(5), "transit", "0", "离开网点")
    tell(parcel_of(case), again)
    tell(parcel_of(case), again)
    assert (state_of(case), fresh(case).news) == ("moves_again", {"moves_again": 1})
    taken(case, "stuck_again", agent, at=MONDAY + hours(6))
    tell(parcel_of(case), again, at=MONDAY + hours(7))
    assert state_of(case) == "to_ask", "what was told once is no news"
    tell(parcel_of(case), node(MONDAY + hours(8), "transit", "0", "到达"))
    taken(case, "told_it_moves", agent, at=MONDAY + hours(9))
    assert state_of(case) == "moved_on"


@pytest.mark.rule("L6.2")
def test_its_delivery_ends_the_case(agent):
    case = a_doubtful(agent, "to_settle")
    tell(parcel_of(case), node(MONDAY + hours(5), "signed", "301"))
    assert (type(fresh(case)), state_of(case)) == (Doubtful, "delivered")


@pytest.mark.rule("L0.2")
@pytest.mark.parametrize("state", WALK)
def test_every_state_has_words_for_the_customer(agent, state):
    case = a_doubtful(agent, state)
    assert case.subject_label in message_of(case, agent)
