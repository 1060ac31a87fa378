"""What a step said of the parcel and its losses comes right again: with the step taken back, or with the case opened again."""

import pytest

from casework.actions.reopen import reopen
from casework.actions.step_back import step_back
from casework.actions.verify import verify_invariants
from logistics.models import IncidentFacts, Loss, Parcel
from orders.errors import StepRefused
from refunds.actions.open_claims import open_claims
from refunds.actions.reverse_claims import reverse_claims
from refunds.claims.unclaimed import unclaimed
from tests.builders import an_unreachable
from tests.cast import MONDAY, acts
from tests.logistics.incidents import SAID, SYSTEM, an_incident, facts_of, fresh, hours, last_entry, parcel_of, taken
from tests.logistics.nodes import merge, node
from tests.logistics.signed import a_signed

SAID_AT, AGAIN = MONDAY + hours(1), MONDAY + hours(2)
FOUND = {"with_whom": "neighbour"}
OWED = ("fault", "fault_rule", "rules", "freight_payer", "freight_rule", "freight_decided_at", "lost_at")


def back(case, by, at=SAID_AT):
    return step_back(case.pk, by=acts(by), at=at)


def again(case, by, at=AGAIN):
    return reopen(case.pk, note="顾客又来找了", by=acts(by), at=at)


WAYS = pytest.mark.parametrize("way", [back, again])


@pytest.fixture
def lost(agent):
    case = an_incident("stalled", agent, picked_up=MONDAY - hours(40))
    taken(case, "explained_and_urged", agent)
    taken(case, "courier_says_lost", agent, **SAID)
    return case


@pytest.fixture
def not_found(agent):
    case = a_signed(agent, "traced")
    taken(case, "cannot_be_found", agent, **SAID)
    return case


def arrival(case):
    parcel = parcel_of(case)
    return parcel.delivered_at, parcel.said_delivered_at


def owed(case):
    facts = facts_of(case)
    return [getattr(facts, name) for name in OWED]


def same(loss):
    return loss.case_id, loss.parcel_id, loss.courier_id, loss.cause, loss.amount, loss.rule, loss.at


def to_claim(agent):
    return list(unclaimed(acts(agent)))


@WAYS
def test_a_lost_parcel_that_was_said_to_have_arrived_is_lost_and_owed_again(lost, agent, way):
    (before,) = to_claim(agent)
    taken(lost, "customer_has_it", agent, at=SAID_AT)
    assert (arrival(lost), to_claim(agent)) == ((SAID_AT, SAID_AT), [])
    way(lost, agent)
    assert (fresh(lost).state, arrival(lost)) == ("lost", (None, None))
    (anew,) = to_claim(agent)
    assert same(anew) == same(before)
    assert verify_invariants() == []


@WAYS
@pytest.mark.parametrize(("step", "said"), [("found_with_somebody", FOUND), ("delivered_again", {})])
def test_what_was_not_found_is_owed_again_as_it_was(not_found, agent, way, step, said):
    (loss,), stood = to_claim(agent), owed(not_found)
    taken(not_found, step, agent, at=SAID_AT, **said)
    assert to_claim(agent) == []
    way(not_found, agent)
    (anew,) = to_claim(agent)
    assert fresh(not_found).state == "not_found"
    assert owed(not_found) == stood
    assert same(anew) == same(loss)
    assert last_entry(not_found).facts["loss"] == str(loss.amount)
    assert verify_invariants() == []


def test_whom_it_was_found_with_stays_known_and_it_ends_and_opens_once_more(not_found, agent):
    for hour in (1, 3):
        taken(not_found, "found_with_somebody", agent, at=MONDAY + hours(hour), **FOUND)
        again(not_found, agent, at=MONDAY + hours(hour + 1))
    assert Loss.objects.standing().count() == 1
    assert Loss.objects.count() == 3
    assert verify_invariants() == []


@pytest.mark.rule("L13.1")
@pytest.mark.parametrize(("made", "step", "said"), [("not_found", "found_with_somebody", FOUND), ("lost", "customer_has_it", {})])
def test_a_claim_that_was_called_off_meanwhile_stays_so_and_another_can_be_made(request, agent, made, step, said):
    case = request.getfixturevalue(made)
    (loss,) = to_claim(agent)
    (claim,) = open_claims([loss.pk], by=acts(agent), at=MONDAY)
    taken(case, step, agent, at=SAID_AT, **said)
    assert reverse_claims(by=SYSTEM, at=SAID_AT) == 1
    again(case, agent)
    assert fresh(claim).state == "turned_up"
    (anew,) = to_claim(agent)
    open_claims([anew.pk], by=acts(agent), at=AGAIN)
    assert verify_invariants() == []


def test_what_another_case_has_registered_since_is_not_owed_twice(not_found, agent):
    taken(not_found, "found_with_somebody", agent, at=SAID_AT, **FOUND)
    ended = Loss.objects.get(case=not_found)
    other = an_unreachable(agent)
    Loss.objects.create(case=other, parcel=ended.parcel, courier=ended.courier, cause=ended.cause, amount="1.00", rule="L13.1", at=SAID_AT)
    with pytest.raises(StepRefused) as refused:
        back(not_found, agent)
    assert [each.code for each in refused.value.reasons] == ["beyond_the_case"]
    again(not_found, agent)
    assert [each.case_id for each in Loss.objects.filter(parcel=ended.parcel, ended_at=None)] == [other.pk]


def test_what_tracking_has_told_since_stays(lost, agent):
    taken(lost, "customer_has_it", agent, at=SAID_AT)
    merge(parcel_of(lost), node(SAID_AT + hours(0.5), "signed", "3", "已签收"))
    again(lost, agent)
    parcel = parcel_of(lost)
    assert (parcel.stage, parcel.delivered_at, parcel.said_delivered_at) == ("signed", SAID_AT + hours(0.5), None)
    assert to_claim(agent) == []
    assert verify_invariants() == []


def test_a_mis_click_cannot_be_taken_back_once_tracking_has_told(lost, agent):
    taken(lost, "customer_has_it", agent, at=SAID_AT)
    merge(parcel_of(lost), node(SAID_AT, "signed", "3", "已签收"))
    stood = arrival(lost)
    with pytest.raises(StepRefused) as refused:
        back(lost, agent)
    assert "beyond_the_case" in [each.code for each in refused.value.reasons]
    assert (fresh(lost).state, arrival(lost)) == ("delivered", stood)


def test_what_another_case_was_told_of_the_arrival_stays(lost, agent):
    second = an_incident("doubtful", agent, order=lost.order)
    assert parcel_of(second) == parcel_of(lost)
    taken(lost, "customer_has_it", agent, at=SAID_AT)
    taken(second, "customer_has_it", agent, at=SAID_AT + hours(0.5))
    again(lost, agent)
    assert arrival(lost) == (SAID_AT, SAID_AT)


@pytest.mark.parametrize("kind", ["unreachable", "stalled", "doubtful"])
def test_a_mis_click_is_taken_back_whole(agent, kind):
    case = an_unreachable(agent) if kind == "unreachable" else an_incident(kind, agent)
    step = {"unreachable": "delivered"}.get(kind, "customer_has_it")
    parcels, facts = Parcel.objects.filter(incidents__case=case).values(), IncidentFacts.objects.filter(case=case).values()
    stood = (fresh(case).state, parcels.get(), facts.get())
    taken(case, step, agent)
    assert parcel_of(case).delivered_at == MONDAY
    back(case, agent, at=MONDAY)
    assert (fresh(case).state, parcels.get(), facts.get()) == stood
    assert verify_invariants() == []
