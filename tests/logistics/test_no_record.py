"""L4 No tracking record: the right number, the print clerk, the courier, the warehouse."""

import datetime as dt

import pytest

from casework.actions.sweep import fire_deadlines
from casework.actions.verify import verify_invariants
from casework.situation import read_situations
from logistics.actions.flag_stalled import flag_stalled
from logistics.models import Loss, NoRecord, Parcel
from orders.errors import Malformed, NotAllowed, StepRefused
from refunds.actions.ask import ask_refund
from tests.builders import a_parcel, a_wish, an_order
from tests.cast import MONDAY, acts
from tests.logistics.incidents import (
    SAID,
    SYSTEM,
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
from tests.logistics.nodes import node, tell

SECOND = dt.timedelta(seconds=1)
NEW = {"waybill": "SF1234567890123", "courier": "shunfeng"}
WALK = {
    "to_check": [],
    "at_print": ["ask_the_print_clerk"],
    "to_ask": ["ask_the_print_clerk", "courier_was_not_changed"],
    "asked": ["ask_the_print_clerk", "courier_was_not_changed", "pickup_record_asked"],
    "traced": ["ask_the_print_clerk", "courier_was_not_changed", "pickup_record_asked", "pickup_record_exists"],
    "at_warehouse": ["ask_the_print_clerk", "courier_was_not_changed", "pickup_record_asked", "no_pickup_record"],
}
NEEDS_WORDS = ("pickup_record_exists", "no_pickup_record")


def a_no_record(agent, printclerk=None, state="to_check", **parcel):
    case = an_incident("no_record", agent, finding="no_record", **parcel)
    for step in WALK[state]:
        if step == "courier_was_not_changed":
            answered(case, "not_changed", printclerk)
        else:
            taken(case, step, agent, **(SAID if step in NEEDS_WORDS else {}))
    assert state_of(case) == state
    return fresh(case)


def message_of(case, agent):
    return case.contact_message(read_situations([case], now=MONDAY, actor=acts(agent))[case.pk])


# L4.1 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L4.1")
def test_number_and_time_are_compared_within_a_day_and_the_print_clerk_is_asked(agent):
    case = a_no_record(agent)
    assert running(case, "reply").due_at == MONDAY + hours(24)
    taken(case, "ask_the_print_clerk", agent, given="7300000000000")
    task = case.tasks.get()
    assert (state_of(case), task.kind, task.role, task.rule) == ("at_print", "courier_changed", "print_clerk", "L4.1")
    assert last_entry(case).facts == {"given": "7300000000000"}


@pytest.mark.rule("L4.1")
def test_a_changed_courier_means_a_new_number_for_the_customer_and_the_end(agent, printclerk):
    case = a_no_record(agent, state="at_print")
    answered(case, "changed", printclerk, **NEW)
    case = fresh(case)
    assert (case.state, facts_of(case).new_number) == ("new_number", NEW["waybill"])
    assert running(case, "tell").due_at == MONDAY + hours(24)
    assert NEW["waybill"] in message_of(case, agent)
    assert parcel_of(case).stage == "voided"
    assert set(case.order.parcels.all()) == {parcel_of(case), Parcel.objects.get(waybill=NEW["waybill"])}
    taken(case, "new_number_told", agent)
    assert state_of(case) == "renumbered"


# L4.2 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L4.1")
def test_a_number_under_which_another_order_travels_is_not_this_parcels(agent, printclerk, shop):
    case = a_no_record(agent, state="at_print")
    stranger = an_order(shop, waybill=NEW["waybill"])
    with pytest.raises(Malformed) as refused:
        answered(case, "changed", printclerk, **NEW)
    assert (refused.value.code, refused.value.field) == ("waybill_taken", "waybill")
    assert (state_of(case), parcel_of(case).stage) == ("at_print", "")
    assert list(Parcel.objects.get(waybill=NEW["waybill"]).orders.all()) == [stranger]


@pytest.mark.rule("L4.1")
def test_a_new_number_that_the_list_brought_first_is_this_parcels(agent, printclerk):
    case = a_no_record(agent, state="at_print")
    known = a_parcel(case.order, NEW["waybill"])
    answered(case, "changed", printclerk, waybill=NEW["waybill"], courier=known.courier.code)
    assert state_of(case) == "new_number"
    assert Parcel.objects.get(waybill=NEW["waybill"]) == known


@pytest.mark.rule("L4.2")
def test_not_changed_the_courier_is_asked_and_asked_again_when_it_is_silent(agent, printclerk):
    case = a_no_record(agent, printclerk, "asked")
    fire_deadlines(at=MONDAY + hours(24) - SECOND)
    assert state_of(case) == "asked"
    fire_deadlines(at=MONDAY + hours(24))
    assert state_of(case) == "to_ask"


@pytest.mark.rule("L4.1")
def test_the_old_number_stays_void_whatever_is_told_of_it_but_its_arrival(shop, agent, printclerk):
    case = a_no_record(agent, state="at_print")
    answered(case, "changed", printclerk, **NEW)
    parcel = tell(parcel_of(case), node(MONDAY + hours(3), "ordered", "102"))
    assert (parcel.stage, parcel.stage_since, parcel.last_event_at) == ("voided", MONDAY, MONDAY + hours(3))
    run = flag_stalled(shop, at=MONDAY + hours(200), by=SYSTEM)
    assert [each.waybill for each in Parcel.objects.filter(findings__isnull=False)] == [NEW["waybill"]]
    assert (run.opened, verify_invariants()) == (1, [])
    assert tell(parcel, node(MONDAY + hours(210), "signed", "3")).delivered_at == MONDAY + hours(210)
    assert verify_invariants() == []


@pytest.mark.rule("L4.2")
def test_without_a_pickup_record_the_warehouse_says_whether_it_left(agent, printclerk, warehouse):
    for answer, state, whereabouts in (
        ("left", "traced", "left"),
        ("still_here", "to_ship", "still_here"),
        ("not_found", "lost", "not_found"),
    ):
        case = a_no_record(agent, printclerk, "at_warehouse")
        assert case.tasks.get(done_at=None).kind == "did_it_leave"
        answered(case, answer, warehouse)
        assert (state_of(case), facts_of(case).whereabouts) == (state, whereabouts)


@pytest.mark.rule("L4.2")
def test_what_lay_with_us_is_shipped_now_and_a_record_waited_for(agent, printclerk, warehouse):
    case = a_no_record(agent, printclerk, "at_warehouse")
    answered(case, "still_here", warehouse)
    answered(case, "shipped", warehouse)
    assert state_of(case) == "shipped"
    fire_deadlines(at=MONDAY + hours(48) - SECOND)
    assert state_of(case) == "shipped"
    fire_deadlines(at=MONDAY + hours(48))
    assert state_of(case) == "to_confirm"


@pytest.mark.rule("L4.2")
def test_what_the_warehouse_lost_no_courier_owes(agent, printclerk, warehouse):
    case = a_no_record(agent, printclerk, "at_warehouse")
    answered(case, "not_found", warehouse)
    assert (facts_of(case).fault, facts_of(case).fault_rule) == ("warehouse", "L4.2")
    assert not Loss.objects.exists()


@pytest.mark.rule("L4.2")
@pytest.mark.rule("L1.3")
def test_a_record_without_data_gives_the_courier_two_days_to_say_goes_on_or_lost(agent, printclerk):
    case = a_no_record(agent, printclerk, "traced")
    assert running(case, "courier_trace").due_at == MONDAY + hours(48)
    fire_deadlines(at=MONDAY + hours(48) - SECOND)
    assert state_of(case) == "traced"
    fire_deadlines(at=MONDAY + hours(48))
    assert state_of(case) == "to_confirm"


@pytest.mark.rule("L4.2")
def test_it_goes_on_the_customer_is_told_and_the_case_ends(agent, printclerk):
    case = a_no_record(agent, printclerk, "traced")
    taken(case, "courier_says_moving", agent, said="在转运中心")
    assert "on its way now" in message_of(fresh(case), agent) or "已在途" in message_of(fresh(case), agent)
    taken(case, "told_it_moves", agent)
    assert state_of(case) == "moved_on"


@pytest.mark.rule("L4.2")
def test_lost_it_is_explained_then_made_good_and_the_courier_owes_it(agent, printclerk):
    case = a_no_record(agent, printclerk, "traced", lines=("60.00", "39.90"))
    with pytest.raises(StepRefused) as refused:
        sent_again(case, agent)
    assert [each.code for each in refused.value.reasons] == ["loss_not_confirmed"]
    taken(case, "courier_says_lost", agent, **SAID)
    assert str(Loss.objects.standing().get(case=case).amount) == "99.90"
    with pytest.raises(StepRefused):
        ask_refund(a_wish(case.order) | {"case": case.pk}, by=acts(agent), at=MONDAY)
    taken(case, "loss_explained", agent, wish="refund")
    case = fresh(case)
    assert message_of(case, agent).endswith("您希望退款，我们马上为您登记，有结果第一时间告诉您。")
    assert list(case.remedies_offered()) == ["refund", "reshipment"]
    ask_refund(a_wish(case.order) | {"case": case.pk}, by=acts(agent), at=MONDAY)
    assert state_of(case) == "mending"


# L4.3 ----------------------------------------------------------------------------------------------


@pytest.mark.rule("L4.3")
def test_a_wrong_number_is_an_innocent_cause_and_ends_the_case(agent):
    case = a_no_record(agent)
    taken(case, "wrong_number_mended", agent, given="7300000000000")
    assert state_of(case) == "renumbered"
    assert last_entry(case).facts == {"given": "7300000000000"}


@pytest.mark.rule("L4.3")
def test_the_customer_reads_the_usual_innocent_causes(agent):
    message = message_of(a_no_record(agent), agent)
    assert any(words in message for words in ("waits for pick-up", "待揽收"))
    assert any(words in message for words in ("data come late", "数据延迟"))
    assert any(words in message for words in ("another number", "别的单号"))


# Who -----------------------------------------------------------------------------------------------


@pytest.mark.rule("L4.1")
@pytest.mark.parametrize("who", ["warehouse", "printclerk", "finance", "auditor", "admin"])
def test_agents_and_leads_work_the_case(agent, who, request):
    case = a_no_record(agent)
    with pytest.raises(NotAllowed):
        taken(case, "ask_the_print_clerk", request.getfixturevalue(who))


@pytest.mark.rule("L4.2")
def test_each_step_belongs_to_its_states(agent, printclerk, warehouse):
    case = a_no_record(agent)
    for step in (each for each in NoRecord.steps() if not each.hidden and "agent" in each.by and case.state not in each.source):
        with pytest.raises(StepRefused):
            taken(case, step.name, agent, **({"said": "说", "wish": "refund"} if step.facts.base_fields else {}))
    assert state_of(case) == "to_check"
