"""L3 Tracking not updating: what is looked at, what the courier must say, and what becomes of a loss."""

import datetime as dt

import pytest
from django.db import IntegrityError
from django.utils import translation

from casework.actions.deeds import finish_task
from casework.actions.open_case import open_case
from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.lists.queues import counts
from casework.situation import read_situations
from logistics.models import Courier, Loss, Stalled
from orders.errors import NotAllowed, Refused, StepRefused
from refunds.actions.ask import ask_refund
from tests.builders import a_refund, a_wish, an_order
from tests.cast import MONDAY, acts
from tests.logistics.incidents import (
    SAID,
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
    to_mend,
)
from tests.page import browser_of, text_of

SECOND = dt.timedelta(seconds=1)
PICKED_UP = MONDAY - hours(40)


def a_stalled(agent, **parcel):
    return an_incident("stalled", agent, **{"picked_up": PICKED_UP, **parcel})


# L3.1 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L3.1")
def test_the_customer_is_told_and_the_courier_urged_within_a_day(agent):
    case = a_stalled(agent)
    assert running(case, "reply").due_at == MONDAY + hours(24)
    taken(case, "explained_and_urged", agent, said="今天催")
    assert state_of(case) == "urged"
    assert running(case, "courier_answers").due_at == MONDAY + hours(24)
    entry = last_entry(case)
    assert (entry.step, entry.from_state, entry.to_state, entry.actor) == ("explained_and_urged", "to_check", "urged", agent)
    assert entry.facts == {"said": "今天催"}


@pytest.mark.rule("L3.1")
def test_a_parcel_nobody_picked_up_is_looked_for_in_the_warehouse_before_the_courier_is_urged(agent):
    case = a_stalled(agent, picked_up=None, finding="not_picked_up")
    with pytest.raises(StepRefused) as refused:
        taken(case, "explained_and_urged", agent)
    assert [each.code for each in refused.value.reasons] == ["is_with_the_courier"]
    taken(case, "ask_the_warehouse", agent)
    assert state_of(case) == "at_warehouse"
    assert [(each.kind, each.role) for each in case.tasks.all()] == [("did_it_leave", "warehouse")]


@pytest.mark.rule("L3.1")
def test_the_warehouse_is_not_asked_for_what_the_courier_has(agent):
    with pytest.raises(StepRefused) as refused:
        taken(a_stalled(agent), "ask_the_warehouse", agent)
    assert [each.code for each in refused.value.reasons] == ["may_still_be_here"]


@pytest.mark.rule("L3.1")
@pytest.mark.parametrize("who", ["finance", "warehouse", "printclerk", "auditor", "admin"])
def test_only_agents_and_leads_explain_and_urge(agent, who, request):
    case = a_stalled(agent)
    with pytest.raises(NotAllowed):
        taken(case, "explained_and_urged", request.getfixturevalue(who))
    assert state_of(case) == "to_check"


# L3.2 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L3.2")
@pytest.mark.parametrize(
    ("region", "normal"),
    [("east", 96), ("remote", 96 + 144)],
)
def test_within_the_normal_time_the_case_waits_and_comes_back_when_it_is_over(agent, region, normal):
    case = a_stalled(agent, region=region)
    over = parcel_of(case).shipped_at + hours(normal)
    taken(case, "wait_on", agent)
    assert running(case, "normal_time").due_at == over
    assert fire_deadlines(at=over - SECOND) == 0
    assert state_of(case) == "watched"
    assert fire_deadlines(at=over) == 1
    assert state_of(case) == "to_confirm"


@pytest.mark.rule("L3.2")
def test_the_normal_time_of_sf_counts_from_the_pick_up(agent):
    case = a_stalled(agent, courier=Courier.objects.get(code="shunfeng"), picked_up=MONDAY - hours(47))
    taken(case, "wait_on", agent)
    assert running(case, "normal_time").due_at == MONDAY + hours(1)


@pytest.mark.rule("L3.2")
@pytest.mark.parametrize(("left", "allowed"), [(SECOND, True), (dt.timedelta(), False), (-SECOND, False)])
def test_beyond_the_normal_time_waiting_on_is_refused_with_the_day_it_was_over(agent, left, allowed):
    case = a_stalled(agent, shipped=MONDAY - hours(96) + left)
    if allowed:
        taken(case, "wait_on", agent)
        return
    with pytest.raises(StepRefused) as refused:
        taken(case, "wait_on", agent)
    (reason,) = refused.value.reasons
    assert (reason.code, reason.rule) == ("is_within_normal_time", "L3.2")
    assert f"{MONDAY + left:%m-%d %H:%M}" in str(reason.text)


@pytest.mark.rule("L3.2")
def test_what_nobody_knows_the_beginning_of_cannot_be_waited_for(agent):
    case = a_stalled(agent, courier=Courier.objects.get(code="shunfeng"), picked_up=None)
    with pytest.raises(StepRefused) as refused:
        taken(case, "wait_on", agent)
    assert [each.code for each in refused.value.reasons] == ["is_within_normal_time"]


@pytest.mark.rule("L3.2")
def test_a_silent_courier_brings_the_case_back_to_its_owner(agent):
    case = a_stalled(agent)
    taken(case, "explained_and_urged", agent)
    assert fire_deadlines(at=MONDAY + hours(24) - SECOND) == 0
    assert fire_deadlines(at=MONDAY + hours(24)) == 1
    assert state_of(case) == "to_confirm"
    assert (last_entry(case).step, last_entry(case).actor_name) == ("courier_is_silent", "clock")


@pytest.mark.rule("L3.2")
def test_a_courier_that_says_moving_is_believed_for_two_days(agent):
    case = a_stalled(agent)
    taken(case, "explained_and_urged", agent)
    taken(case, "courier_says_moving", agent, said="明天到")
    assert fire_deadlines(at=MONDAY + hours(48) - SECOND) == 0
    assert fire_deadlines(at=MONDAY + hours(48)) == 1
    assert state_of(case) == "to_confirm"


@pytest.mark.rule("L3.2")
@pytest.mark.rule("L13.1")
def test_a_loss_that_the_courier_confirms_is_owed_at_the_full_price_of_the_orders(agent):
    case = a_stalled(agent, lines=("60.00", "39.90"))
    taken(case, "explained_and_urged", agent)
    taken(case, "courier_says_lost", agent, **SAID)
    loss = Loss.objects.get(case=case)
    assert (str(loss.amount), loss.rule, loss.cause, loss.courier_id) == ("99.90", "L13.1", "lost", parcel_of(case).courier_id)
    assert (facts_of(case).fault, facts_of(case).fault_rule, facts_of(case).lost_at) == ("courier", "L3.2", MONDAY)
    assert last_entry(case).facts == {
        "said": "客服小王：丢件",
        "fault": "courier",
        "fault_rule": "L3.2",
        "rules": ["L3.2", "R3.2"],
        "freight_payer": "courier",
        "freight_rule": "R3.2",
        "loss": "99.90",
        "loss_rule": "L13.1",
    }
    assert running(case, "tell").due_at == MONDAY + hours(24)
    assert list(Loss.objects.standing()) == [loss]


@pytest.mark.rule("L3.2")
def test_a_courier_that_was_not_asked_confirms_nothing(agent):
    with pytest.raises(StepRefused):
        taken(a_stalled(agent), "courier_says_lost", agent, **SAID)


@pytest.mark.rule("L3.2")
def test_only_a_lead_treats_a_parcel_as_lost_without_the_couriers_word_and_only_beyond_the_normal_time(agent, supervisor):
    case = a_stalled(agent)
    taken(case, "explained_and_urged", agent)
    fire_deadlines(at=MONDAY + hours(24))
    with pytest.raises(NotAllowed):
        taken(case, "taken_as_lost", agent, at=MONDAY + hours(49), note="没答复")
    with pytest.raises(StepRefused) as refused:
        taken(case, "taken_as_lost", supervisor, at=MONDAY + hours(47), note="没答复")
    assert [each.code for each in refused.value.reasons] == ["is_beyond_normal_time"]
    taken(case, "taken_as_lost", supervisor, at=MONDAY + hours(48), note="没答复")
    assert state_of(case) == "lost"
    assert Loss.objects.standing().count() == 1


# L3.3 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L3.3")
@pytest.mark.parametrize(("step", "state"), [("moved_by_itself", "moved_on"), ("moves_again", "moves_again"), ("delivered", "delivered")])
def test_tracking_moves_an_open_case_and_people_cannot_say_so_for_it(agent, step, state):
    case = a_stalled(agent)
    with pytest.raises(NotAllowed):
        taken(case, step, agent)
    taken(case, step, None)
    assert state_of(case) == state


@pytest.mark.rule("L3.3")
def test_every_open_state_can_move_on_arrive_and_come_back(agent):
    still_open = {each.value for each in Stalled.STATES if not each.is_end}
    sources = {each.name: {state.value for state in each.source} for each in Stalled.steps()}
    for name in ("moved_by_itself", "delivered", "customer_has_it"):
        assert sources[name] == still_open
    assert sources["came_back"] == still_open - {"to_mend", "mending"}, "what is to be made good ends by that"
    assert sources["moves_again"] == still_open - {"moves_again"}


@pytest.mark.rule("L3.3")
def test_a_lost_parcel_that_moves_again_is_no_loss(agent):
    case = a_stalled(agent)
    taken(case, "explained_and_urged", agent)
    taken(case, "courier_says_lost", agent, **SAID)
    taken(case, "moves_again", None)
    assert fresh(case).category == "open"
    taken(case, "told_it_moves", agent)
    assert state_of(case) == "moved_on"
    assert not Loss.objects.standing().exists()
    assert (facts_of(case).lost_at, facts_of(case).fault) == (None, "")


@pytest.mark.rule("L13.1")
def test_a_parcel_that_is_lost_moves_and_is_lost_again_is_owed_once(agent):
    case = a_stalled(agent)
    taken(case, "explained_and_urged", agent)
    taken(case, "courier_says_lost", agent, **SAID)
    taken(case, "moves_again", None)
    taken(case, "stands_still_again", agent)
    taken(case, "explained_and_urged", agent)
    taken(case, "courier_says_lost", agent, at=MONDAY + hours(1), **SAID)
    assert (state_of(case), facts_of(case).lost_at) == ("lost", MONDAY + hours(1))
    assert Loss.objects.filter(case=case).count() == 1
    taken(case, "moves_again", None)
    taken(case, "told_it_moves", agent)
    assert not Loss.objects.standing().exists()


def lost_once_more(agent, supervisor, finance):
    """A case whose lost parcel was refunded, and a second one that hears of the same loss."""
    first = to_mend(agent)
    refund = a_refund(agent, order=first.order, amount="100.00", case=first.pk, approved_by=supervisor, paid_by=finance)
    for task in refund.tasks.all():
        finish_task(refund.pk, task.pk, by=acts(agent), at=MONDAY)
    taken(refund, "customer_told", agent)
    second = a_stalled(agent, order=first.order)
    taken(second, "explained_and_urged", agent)
    taken(second, "courier_says_lost", agent, **SAID)
    return first, second


@pytest.mark.rule("L13.1")
def test_a_parcel_is_owed_once_whichever_case_hears_of_its_loss(agent, supervisor, finance):
    first, second = lost_once_more(agent, supervisor, finance)
    assert state_of(second) == "lost"
    assert [each.case_id for each in Loss.objects.standing()] == [first.pk]
    taken(second, "moves_again", None)
    taken(second, "told_it_moves", agent)
    assert not Loss.objects.standing().exists()


@pytest.mark.rule("L13.1")
@pytest.mark.parametrize("step", ["customer_has_it", "came_back"])
def test_for_what_turned_up_nothing_is_owed(agent, supervisor, finance, step):
    _first, second = lost_once_more(agent, supervisor, finance)
    assert Loss.objects.standing().exists()
    taken(second, step, agent)
    assert not Loss.objects.standing().exists()


@pytest.mark.rule("L3.1")
def test_what_proves_to_be_lost_with_us_no_courier_owes_any_more(agent, warehouse):
    case = a_stalled(agent)
    taken(case, "explained_and_urged", agent)
    taken(case, "courier_says_lost", agent, **SAID)
    taken(case, "moves_again", None)
    taken(case, "stands_still_again", agent)
    parcel = parcel_of(case)
    parcel.picked_up_at = None
    parcel.save()
    taken(case, "ask_the_warehouse", agent)
    answered(case, "not_found", warehouse)
    assert (state_of(case), facts_of(case).fault) == ("lost", "warehouse")
    assert not Loss.objects.standing().exists()
    assert not verify_invariants()


@pytest.mark.rule("L13.1")
def test_the_database_keeps_no_second_loss_of_one_parcel(agent):
    loss = Loss.objects.get(case=to_mend(agent))
    other = a_stalled(agent)
    loss.pk, loss.case_id = None, other.pk
    with pytest.raises(IntegrityError, match="one_standing_loss_per_lost_parcel"):
        loss.save()


@pytest.mark.rule("L3.3")
def test_who_learns_that_it_arrived_marks_the_parcel(agent, warehouse):
    case = a_stalled(agent)
    taken(case, "customer_has_it", agent)
    assert (state_of(case), parcel_of(case).delivered_at) == ("delivered", MONDAY)
    other = a_stalled(agent)
    taken(other, "came_back", warehouse)
    assert (state_of(other), parcel_of(other).back_at) == ("back", MONDAY)


# Made good -----------------------------------------------------------------------------------------


@pytest.mark.rule("L3.2")
def test_nothing_is_sent_again_or_refunded_before_the_loss_is_confirmed_and_explained(agent):
    case = a_stalled(agent)
    for attempt in (
        lambda: sent_again(case, agent),
        lambda: ask_refund(a_wish(case.order) | {"case": case.pk}, by=acts(agent), at=MONDAY),
    ):
        with pytest.raises(StepRefused) as refused:
            attempt()
        assert [(each.code, each.rule) for each in refused.value.reasons] == [("loss_not_confirmed", "L3.2")]
    taken(case, "explained_and_urged", agent)
    taken(case, "courier_says_lost", agent, **SAID)
    with pytest.raises(StepRefused):
        sent_again(case, agent)
    taken(case, "loss_explained", agent, wish="resend")
    sent_again(case, agent)
    assert state_of(case) == "mending"


@pytest.mark.rule("L3.2")
def test_a_refund_that_is_paid_and_told_ends_the_case(agent, supervisor, finance):
    case = to_mend(agent)
    refund = a_refund(agent, order=case.order, amount="100.00", case=case.pk, approved_by=supervisor, paid_by=finance)
    for task in refund.tasks.all():
        finish_task(refund.pk, task.pk, by=acts(agent), at=MONDAY)
    taken(refund, "customer_told", agent)
    assert state_of(case) == "refunded"


@pytest.mark.rule("L3.2")
def test_a_refund_that_a_lead_rejects_puts_the_case_back_to_work(agent, supervisor):
    case = to_mend(agent)
    refund = a_refund(agent, order=case.order, case=case.pk)
    assert state_of(case) == "mending"
    taken(refund, "reject", supervisor, reason="先补发")
    assert state_of(case) == "to_mend"
    assert running(case, "mend").due_at == MONDAY + hours(24)


@pytest.mark.rule("L3.2")
def test_a_case_whose_remedy_is_under_way_waits_and_one_to_be_made_good_says_so(agent):
    case = to_mend(agent)
    page = browser_of(agent)
    assert "Next step: Resend or refund" in text_of(page.get(f"/cases/{case.pk}/"))
    assert "Resend or refund" in text_of(page.get("/cases/?tab=mine"))
    assert counts(acts(agent), MONDAY)["turn"] == 1
    sent_again(case, agent)
    found = counts(acts(agent), MONDAY)
    assert (found["turn"], found["waiting"]) == (0, 1)


# Words ---------------------------------------------------------------------------------------------


@pytest.mark.rule("L3.1")
@pytest.mark.parametrize(
    ("finding", "told"),
    [
        ("not_picked_up", "The courier has not scanned it since 11-21 08:00."),
        ("not_moving", "There has been no news of it since 11-21 08:00."),
        ("delivering", "It has been out for delivery since 11-21 08:00."),
        ("at_station", "It has been waiting at a parcel locker or station since 11-21 08:00."),
        ("returning", "It has been on its way back to us since 11-21 08:00."),
        ("", "There has been no news of it for a while."),
    ],
)
def test_the_customer_reads_what_was_found_and_what_is_normal(agent, finding, told):
    case = a_stalled(agent, finding=finding)
    at = read_situations([fresh(case)], now=MONDAY, actor=acts(agent))[case.pk]
    with translation.override("en"):
        case = fresh(case)
        case.facts = facts_of(case)
        message, why = case.contact_message(at), case.why_here(at)
    assert told in message
    assert "Deliveries to your region normally take until 11-25 10:00." in message
    assert "Normal until 11-25 10:00." in why
    assert ("48 h are normal" in why) is bool(finding)


@pytest.mark.rule("L3.4")
def test_the_normal_time_counts_from_the_first_scan_when_a_list_showed_the_parcel_later(agent):
    case = a_stalled(agent, picked_up=MONDAY - hours(60), shipped=MONDAY - hours(12))
    at = read_situations([fresh(case)], now=MONDAY, actor=acts(agent))[case.pk]
    assert at.more["parcel"].normal_until == MONDAY + hours(36)


@pytest.mark.rule("L3.1")
@pytest.mark.parametrize("kind", ["stalled", "no_record"])
@pytest.mark.parametrize("column", ["delivered_at", "back_at"])
def test_no_standstill_is_opened_by_hand_on_a_parcel_that_has_arrived(agent, kind, column):
    order = an_order(agent.memberships.get().shop, waybill="73000000009960")
    order.parcels.update(**{column: MONDAY - hours(3)})
    for given in ({"order": order.number}, {"waybill": "73000000009960"}):
        with pytest.raises(Refused) as refused:
            open_case(kind, by=acts(agent), at=MONDAY, **given)
        assert refused.value.code == "parcel_has_arrived"
    assert open_case("missing_items", by=acts(agent), at=MONDAY, order=order.number).is_open


@pytest.mark.rule("L3.1")
@pytest.mark.parametrize(("region", "is_said"), [("east", False), ("remote", True)])
def test_only_of_a_remote_region_it_is_said_that_it_takes_longer(agent, region, is_said):
    case = fresh(a_stalled(agent, region=region))
    at = read_situations([case], now=MONDAY, actor=acts(agent))[case.pk]
    with translation.override("en"):
        case.facts = facts_of(case)
        assert ("A remote region" in case.why_here(at)) is is_said
        assert not any("Remote" in str(each.hint) for each in case.steps())


@pytest.mark.rule("L3.1")
def test_what_the_warehouse_cannot_find_is_owed_by_no_courier_whatever_was_said_before(agent, warehouse):
    case = a_stalled(agent, picked_up=None)
    taken(case, "explained_and_urged", agent)
    taken(case, "courier_says_lost", agent, **SAID)
    taken(case, "moves_again", None)
    taken(case, "stands_still_again", agent)
    taken(case, "ask_the_warehouse", agent)
    answered(case, "not_found", warehouse)
    assert not Loss.objects.standing().exists()
