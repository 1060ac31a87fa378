"""A closed case is opened again with a reason: in the state that it was closed from, with the time that its clocks had left."""

import datetime as dt

import pytest

from casework.actions.advance import advance
from casework.actions.open_case import open_case
from casework.actions.reopen import reopen
from casework.actions.set_policy import set_policy
from casework.actions.step_back import step_back
from casework.actions.verify import verify_invariants
from casework.models import Case, Deadline, Task
from casework.registry import KINDS
from orders.access import Actor
from orders.errors import Malformed, NotAllowed, NotFound, Refused, StepRefused
from orders.models import Membership
from tests.builders import a_refund, an_order, an_unreachable
from tests.callers import program
from tests.cast import MONDAY, acts
from tests.logistics.incidents import an_incident, facts_of, fresh, hours, last_entry, taken, to_mend

WHY = "顾客又来找了"
DAY = dt.timedelta(days=1)


@pytest.fixture
def settled(agent):
    """Closed an hour after its answer, with 23 of the 24 hours left."""
    case = an_unreachable(agent, state="answered")
    return advance(case.pk, "passed_on", by=acts(agent), at=MONDAY + hours(1), facts={"agreed": "改约周六"})


def again(case, by, at=MONDAY + DAY, note=WHY, **given):
    return reopen(case.pk, note=note, by=acts(by), at=at, **given)


def refused(case, by):
    with pytest.raises(StepRefused) as error:
        again(case, by)
    assert not fresh(case).is_open
    return [each.code for each in error.value.reasons]


def standing(case):
    return Deadline.objects.filter(case=case, status__in=Deadline.STANDING)


def test_it_stands_where_it_was_closed_from_and_its_clock_has_what_it_had_left(settled, agent):
    case = again(settled, agent)
    assert (case.state, fresh(case).state, fresh(case).closed_at, fresh(case).category) == ("answered", "answered", None, "open")
    (clock,) = standing(case)
    assert (clock.kind, clock.due_at) == ("reply", MONDAY + DAY + hours(23))
    entry = last_entry(case)
    assert (entry.step, entry.from_state, entry.to_state, entry.note, entry.actor) == ("reopen", "settled", "answered", WHY, agent)
    assert verify_invariants() == []


def test_time_in_working_hours_goes_on_in_working_hours(settled, agent, manager):
    set_policy("reply_within", {"hours": 4, "working": True}, shop_id=settled.shop_id, by=acts(manager), at=MONDAY)
    case = an_unreachable(agent, state="answered")
    advance(case.pk, "passed_on", by=acts(agent), at=MONDAY + hours(1), facts={"agreed": "改约周六"})
    # Three hours are left: two this evening until six, one tomorrow morning.
    again(case, agent, at=MONDAY + hours(6))
    assert standing(case).get().due_at == MONDAY + DAY


def test_what_was_over_is_over_still(agent):
    case = an_unreachable(agent, state="answered")
    advance(case.pk, "passed_on", by=acts(agent), at=MONDAY + hours(26), facts={"agreed": "改约周六"})
    again(case, agent, at=MONDAY + hours(50))
    assert standing(case).get().due_at == MONDAY + hours(48)


def test_an_instant_from_outside_stays_that_instant(agent):
    case = an_unreachable(agent, state="trying")
    taken(case, "delivered", agent, at=MONDAY + hours(1))
    again(case, agent, at=MONDAY + hours(2))
    assert standing(case).get(kind="contact_window").due_at == MONDAY + hours(72)


def test_a_task_that_the_end_made_pointless_is_to_be_done_in_the_time_that_was_left(agent):
    case = an_incident("logistics_complaint", agent)
    task = Task.objects.create(case=case, kind="extend_receipt", title="延长收货", role="agent", created_at=MONDAY)
    Deadline.objects.create(case=case, kind=task.clock_kind, started_at=MONDAY, due_at=MONDAY + hours(3), wake_at=MONDAY + hours(3))
    taken(case, "told_result", agent, at=MONDAY + hours(1), told="今天派送", why_skipped="顾客自己查到了")
    again(case, agent)
    assert (Task.objects.get(pk=task.pk).done_at, facts_of(case).answers["checks"].keys()) == (None, {"told"})
    assert {each.kind: each.due_at for each in standing(case)} == {
        "reply": MONDAY + DAY + hours(23),
        task.clock_kind: MONDAY + DAY + hours(2),
    }


def test_it_wants_a_reason_and_somebody_who_opens_such_cases(settled, agent, warehouse, outsider):
    with pytest.raises(Malformed) as error:
        again(settled, agent, note=" ")
    assert error.value.code == "note_required"
    with pytest.raises(NotAllowed):
        again(settled, warehouse)
    with pytest.raises(NotFound):
        again(settled, outsider)
    again(settled, agent)
    with pytest.raises(StepRefused) as refused_twice:
        again(settled, agent)
    assert [each.code for each in refused_twice.value.reasons] == ["not_closed"]


def test_it_counts_again_as_the_one_open_case_about_its_parcel(settled, agent):
    number = settled.order.number
    second = open_case("unreachable", by=acts(agent), at=MONDAY + hours(2), order=number)
    assert refused(settled, agent) == ["already_open"]
    with pytest.raises(StepRefused) as error:
        step_back(settled.pk, by=acts(agent), at=MONDAY + hours(1))
    assert [each.code for each in error.value.reasons] == ["already_open"]
    advance(second.pk, "delivered", by=acts(agent), at=MONDAY + hours(3))
    again(settled, agent)
    with pytest.raises(Refused) as error:
        open_case("unreachable", by=acts(agent), at=MONDAY + DAY, order=number)
    assert error.value.code == "already_open"


def test_who_had_it_has_it_again_and_is_told(settled, agent, agent2):
    case = fresh(again(settled, agent2))
    assert (case.owner_id, case.news) == (agent.pk, {"reopened": 1})


def test_who_left_gets_nothing_back(settled, agent, agent2):
    Membership.objects.filter(user=agent).delete()
    assert fresh(again(settled, agent2)).owner_id == agent2.pk
    assert verify_invariants() == []


@pytest.mark.rule("R1.1")
def test_what_ended_with_money_stays_closed(agent, supervisor):
    order = an_order(agent.memberships.get().shop)
    refund = a_refund(agent, order=order)
    advance(refund.pk, "reject", by=acts(supervisor), at=MONDAY, facts={"reason": "没有凭据"})
    assert refused(refund, supervisor) == ["stays_closed"]


def test_what_its_remedy_made_good_stays_closed(agent, supervisor, finance):
    case = to_mend(agent)
    refund = a_refund(agent, order=case.order, case=case.pk, approved_by=supervisor, paid_by=finance)
    for task in Task.objects.filter(case=refund, done_at=None):
        Task.objects.filter(pk=task.pk).update(done_at=MONDAY, done_by=agent)
    advance(refund.pk, "customer_told", by=acts(agent), at=MONDAY)
    assert fresh(case).state == "refunded"
    assert refused(case, agent) == ["made_good"]


def test_no_remedy_is_opened_again():
    remedies = {name for kind in KINDS.values() for name in kind.REMEDIES}
    assert {name for name in remedies if KINDS[name].REOPENS} <= {name for name in remedies if not KINDS[name].MADE_GOOD}
    assert {"refund", "compensation", "return_goods", "exchange", "reshipment", "gift"} <= {n for n, k in KINDS.items() if not k.REOPENS}


def test_the_api_offers_it_with_its_reasons_and_does_it(settled, agent, warehouse):
    shown = program(warehouse).get(f"cases/{settled.pk}/").json()["reopening"]
    assert (shown["allowed"], shown["reasons"][0]["code"]) == (False, "role")
    api = program(agent)
    assert api.get(f"cases/{settled.pk}/").json()["reopening"]["allowed"] is True
    assert api.post(f"cases/{settled.pk}/reopen/", {"version": settled.version}).json()["field"] == "note"
    done = api.post(f"cases/{settled.pk}/reopen/", {"version": settled.version, "note": WHY})
    assert (done.status_code, done.json()["state"], done.json()["closed_at"]) == (200, "answered", None)


def test_what_the_programme_closed_can_be_opened_by_people(agent):
    case = an_incident("stalled", agent)
    advance(case.pk, "delivered", by=Actor.system(), at=MONDAY + hours(1))
    again(case, agent)
    assert Case.objects.get(pk=case.pk).state == "to_check"
    assert standing(case).exists()
