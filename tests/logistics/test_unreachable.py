"""L6 The customer cannot be reached: every step, clock and refusal of the chapter."""

import datetime as dt

import pytest
from django.utils import translation

from casework.actions.advance import advance
from casework.actions.deeds import record_contact
from casework.actions.open_case import open_case
from casework.actions.sweep import fire_deadlines
from casework.models import Case, Deadline, Outbox, Policy
from casework.reading import timeline
from casework.situation import read_situations
from logistics.models import Unreachable
from orders.errors import Malformed, NotAllowed, NotFound, Refused, Stale, StepRefused
from orders.roles import Role
from tests.builders import WALKS, a_parcel, an_order, an_unreachable
from tests.cast import MONDAY, acts

SECOND = dt.timedelta(seconds=1)
PLUS_8 = dt.timezone(dt.timedelta(hours=8))
FACTS = {
    "courier_names_return": {"returns_at": "2026-11-25T10:00:00+08:00"},
    "passed_on": {"agreed": "改约周六"},
}
PEOPLE = ["agent", "supervisor", "manager", "finance", "warehouse", "printclerk", "auditor", "admin"]


def hours(number):
    return dt.timedelta(hours=number)


def on(text):
    """An instant of 2026 in shop time: "11-23 10:00"."""
    return dt.datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=PLUS_8)


def tried(case, channel, by, at, outcome="no_answer"):
    record_contact(case.pk, channel=channel, outcome=outcome, by=acts(by), at=at)


def state_of(case):
    return Case.objects.get(pk=case.pk).state


def running(case, kind):
    return Deadline.objects.get(case=case, kind=kind, status="open")


def last_entry(case):
    return timeline(case).last()


def visible_steps():
    return [each for each in Unreachable.steps() if not each.hidden]


# The first attempt ---------------------------------------------------------------------------------


@pytest.mark.rule("L6.1")
@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("11-23 10:00", "11-23 18:00"),  # a Monday
        ("11-23 09:00", "11-23 17:00"),
        ("11-23 10:01", "11-24 09:01"),  # passes the evening
        ("11-23 23:30", "11-24 17:00"),  # at night
        ("11-27 17:00", "11-30 16:00"),  # over the week-end
        ("11-28 12:00", "11-30 17:00"),  # on a Saturday
        ("09-30 16:00", "10-08 15:00"),  # over National Day, 1 to 7 October
        ("10-09 17:00", "10-10 16:00"),  # the Saturday after it is worked
    ],
)
def test_the_first_attempt_is_made_within_eight_working_hours(agent, opened, due):
    case = an_unreachable(agent, at=on(opened))
    assert running(case, "first_attempt").due_at == on(due)
    assert fire_deadlines(at=on(due) - SECOND) == 0
    assert state_of(case) == "to_contact"
    assert fire_deadlines(at=on(due)) == 1
    assert state_of(case) == "rule_not_kept"


@pytest.mark.rule("L6.1")
def test_the_time_for_the_first_attempt_is_the_shops_own(agent, shop, other_shop):
    Policy.objects.create(name="first_attempt_within", shop=other_shop, value={"hours": 1}, valid_from=MONDAY)
    Policy.objects.create(name="first_attempt_within", shop=shop, value={"hours": 2, "working": False}, valid_from=MONDAY)
    assert running(an_unreachable(agent), "first_attempt").due_at == MONDAY + hours(2)


@pytest.mark.rule("L6.1")
@pytest.mark.parametrize("channel", ["chat", "phone", "email"])
def test_the_first_attempt_on_any_channel_opens_the_window_of_three_days(agent, channel):
    case = an_unreachable(agent)
    later = MONDAY + hours(3)
    tried(case, channel, agent, later)
    assert state_of(case) == "trying"
    assert Case.objects.get(pk=case.pk).incident.first_attempt_at == later
    assert Deadline.objects.get(case=case, kind="first_attempt").status == "met"
    assert running(case, "contact_window").due_at == later + hours(72)
    entry = last_entry(case)
    assert (entry.step, entry.from_state, entry.to_state, entry.role) == ("first_attempt_made", "to_contact", "trying", "agent")
    assert entry.facts == {"deed": "contact", "channel": channel, "outcome": "no_answer"}


@pytest.mark.rule("L6.1")
def test_the_window_opens_by_an_attempt_and_by_nothing_else(agent):
    case = an_unreachable(agent)
    with pytest.raises(NotFound) as refused:
        advance(case.pk, "first_attempt_made", by=acts(agent), at=MONDAY)
    assert refused.value.code == "unknown_step"
    assert state_of(case) == "to_contact"


@pytest.mark.rule("L6.1")
def test_the_window_is_calendar_time_and_counts_the_week_end(agent):
    friday = on("11-27 17:30")
    case = an_unreachable(agent, at=friday, state="trying")
    assert running(case, "contact_window").due_at == on("11-30 17:30")


# Silence -------------------------------------------------------------------------------------------


@pytest.mark.rule("L6.3")
def test_silence_on_every_channel_sends_the_parcel_home_at_the_customers_cost(agent):
    case = an_unreachable(agent, state="trying")
    tried(case, "phone", agent, MONDAY + hours(5))
    tried(case, "email", agent, MONDAY + hours(71))
    assert fire_deadlines(at=MONDAY + hours(72) - SECOND) == 0
    assert fire_deadlines(at=MONDAY + hours(72)) == 1
    case = Case.objects.get(pk=case.pk)
    assert case.state == "returning"
    assert (case.incident.freight_payer, case.incident.freight_rule) == ("customer", "L6.3")
    assert case.incident.freight_decided_at == MONDAY + hours(72)
    entry = last_entry(case)
    assert (entry.step, entry.actor, entry.actor_name, entry.role) == ("give_up", None, "clock", "clock")
    assert entry.facts == {
        "fault": "customer",
        "fault_rule": "L6.3",
        "rules": ["L6.3", "R3.4"],
        "freight_payer": "customer",
        "freight_rule": "L6.3",
        "clock": "contact_window",
        "due_at": (MONDAY + hours(72)).astimezone(dt.UTC).isoformat(),
    }
    assert running(case, "parcel_back").due_at == MONDAY + hours(72 + 7 * 24)


@pytest.mark.rule("L3.4", "L6.3")
def test_a_parcel_that_is_not_back_in_seven_days_is_overdue_until_it_is(agent, warehouse):
    case = an_unreachable(agent, state="returning")
    late = MONDAY + hours(72 + 7 * 24)
    assert fire_deadlines(at=late - SECOND) == 0
    assert fire_deadlines(at=late) == 1
    assert (state_of(case), last_entry(case).step) == ("returning", "overdue")
    advance(case.pk, "parcel_back", by=acts(warehouse), at=late + hours(1))
    assert Deadline.objects.get(case=case, kind="parcel_back").status == "fired"


@pytest.mark.rule("L6.1", "L6.3")
def test_three_times_no_address_opens_no_window_and_goes_to_the_lead(agent):
    case = an_unreachable(agent)
    for channel in ("chat", "phone", "email"):
        tried(case, channel, agent, MONDAY + hours(1), "not_available")
    assert state_of(case) == "to_contact"
    fire_deadlines(at=MONDAY + hours(8))
    assert (state_of(case), last_entry(case).step) == ("rule_not_kept", "first_attempt_missed")


@pytest.mark.rule("L6.3", "L6.4")
@pytest.mark.parametrize(("outcome", "state"), [("not_available", "rule_not_kept"), ("no_answer", "returning")])
def test_without_one_true_attempt_in_time_the_customer_is_not_charged(agent, supervisor, outcome, state):
    case = an_unreachable(agent)
    fire_deadlines(at=MONDAY + hours(8))
    advance(case.pk, "grant_one_more_day", by=acts(supervisor), at=MONDAY + hours(9))
    for channel, came in (("chat", "not_available"), ("phone", "not_available"), ("email", outcome)):
        tried(case, channel, agent, MONDAY + hours(10), came)
    fire_deadlines(at=MONDAY + hours(33))
    assert state_of(case) == state
    assert Case.objects.get(pk=case.pk).incident.freight_payer == ("customer" if state == "returning" else "")


@pytest.mark.rule("L6.1", "L6.3")
def test_a_channel_without_an_address_counts_as_tried(agent):
    case = an_unreachable(agent, state="trying")
    tried(case, "phone", agent, MONDAY + hours(1))
    tried(case, "email", agent, MONDAY + hours(1), "not_available")
    fire_deadlines(at=MONDAY + hours(72))
    assert state_of(case) == "returning"


@pytest.mark.rule("L6.4")
@pytest.mark.parametrize("missing", ["phone", "email"])
def test_silence_with_a_channel_untried_goes_to_the_lead_and_charges_nothing(agent, missing):
    case = an_unreachable(agent, state="trying")
    tried(case, {"phone": "email", "email": "phone"}[missing], agent, MONDAY + hours(1))
    fire_deadlines(at=MONDAY + hours(72))
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.category, case.queue) == ("rule_not_kept", "lead", "leads")
    assert (case.incident.freight_payer, case.incident.freight_rule) == ("", "")
    assert last_entry(case).step == "escalate"
    assert Outbox.objects.get().payload == {"to": "leads", "about": "rule_not_kept", "case": case.pk}
    assert running(case, "lead_decides").due_at == MONDAY + hours(96)


@pytest.mark.rule("L6.4")
def test_the_same_channel_twice_is_one_channel(agent):
    case = an_unreachable(agent, state="trying")
    for number in range(5):
        tried(case, "chat", agent, MONDAY + hours(number))
    fire_deadlines(at=MONDAY + hours(72))
    assert state_of(case) == "rule_not_kept"


@pytest.mark.rule("L6.3", "L6.4")
@pytest.mark.fault("T1")
def test_an_attempt_after_the_window_does_not_count_when_the_sweep_comes_late(agent):
    case = an_unreachable(agent, state="trying")
    tried(case, "phone", agent, MONDAY + hours(2))
    tried(case, "email", agent, MONDAY + hours(72) + SECOND)
    assert state_of(case) == "rule_not_kept"
    fired = Deadline.objects.get(case=case, kind="contact_window")
    assert (fired.due_at, fired.ended_at) == (MONDAY + hours(72), MONDAY + hours(72) + SECOND - dt.timedelta.resolution)
    assert list(timeline(case).values_list("step", "actor_name", "from_state"))[-2:] == [
        ("escalate", "clock", "trying"),
        ("contact", agent.shown_name, "rule_not_kept"),
    ]
    assert fire_deadlines(at=MONDAY + hours(80)) == 0


@pytest.mark.rule("L6.1", "L6.2")
@pytest.mark.parametrize("swept", [True, False])
def test_a_first_attempt_that_came_late_is_late_whether_the_sweep_ran_or_not(agent, swept):
    case = an_unreachable(agent)
    if swept:
        fire_deadlines(at=MONDAY + hours(8))
    tried(case, "phone", agent, MONDAY + hours(9))
    assert state_of(case) == "rule_not_kept"
    assert not Deadline.objects.filter(case=case, kind="contact_window").exists()


@pytest.mark.rule("L6.2", "L6.3")
@pytest.mark.parametrize("swept", [True, False])
def test_an_answer_after_the_window_is_too_late_whether_the_sweep_ran_or_not(agent, swept):
    case = an_unreachable(agent, state="trying")
    for channel in ("phone", "email"):
        tried(case, channel, agent, MONDAY + hours(1))
    if swept:
        fire_deadlines(at=MONDAY + hours(72))
    tried(case, "phone", agent, MONDAY + hours(73), "answered")
    assert state_of(case) == "returning"
    with pytest.raises(StepRefused):
        advance(case.pk, "customer_answered", by=acts(agent), at=MONDAY + hours(73), facts={})


@pytest.mark.rule("L6.2")
def test_who_answers_for_a_window_that_ran_out_is_told_that_the_case_moved(agent):
    case = an_unreachable(agent, state="trying")
    with pytest.raises(Stale) as stale:
        advance(case.pk, "customer_answered", by=acts(agent), at=MONDAY + hours(73), version=case.version, facts={})
    # The clock's step stays, so that the page then shows what is.
    found = Case.objects.get(pk=case.pk)
    assert (found.state, found.version) == ("rule_not_kept", case.version + 1)
    assert stale.value.extra == {"version": found.version}
    assert advance(case.pk, "customer_answered", by=acts(agent), at=MONDAY + hours(73), version=found.version, facts={}).state == "answered"


@pytest.mark.rule("L0.3", "L6.2")
def test_a_clock_that_only_marks_the_case_overdue_makes_nobody_stale(agent):
    case = an_unreachable(agent, state="answered")
    advance(case.pk, "passed_on", by=acts(agent), at=MONDAY + hours(30), version=case.version, facts={"agreed": "改约周六"})
    assert Deadline.objects.get(case=case, kind="reply").status == "fired"
    assert list(timeline(case).values_list("step", flat=True))[-2:] == ["overdue", "passed_on"]


@pytest.mark.rule("L6.3")
def test_an_attempt_at_the_last_instant_counts(agent):
    case = an_unreachable(agent, state="trying")
    tried(case, "phone", agent, MONDAY + hours(2))
    tried(case, "email", agent, MONDAY + hours(72))
    fire_deadlines(at=MONDAY + hours(72))
    assert state_of(case) == "returning"


# Read as every day ---------------------------------------------------------------------------------


@pytest.fixture
def every_day(shop):
    Policy.objects.create(name="contact_each_day", shop=shop, value=True, valid_from=MONDAY - hours(1))


@pytest.mark.rule("L6.1")
@pytest.mark.parametrize(("tries", "state"), [((0, 25, 49), "returning"), ((0, 25, 47), "rule_not_kept"), ((0, 1, 71), "rule_not_kept")])
def test_a_shop_may_read_the_rule_as_every_day(agent, every_day, tries, state):
    case = an_unreachable(agent)
    for channel, hour in zip(("chat", "phone", "email"), tries, strict=True):
        tried(case, channel, agent, MONDAY + hours(hour))
    fire_deadlines(at=MONDAY + hours(72))
    assert state_of(case) == state


@pytest.mark.rule("L6.1")
def test_a_window_that_the_courier_cut_short_has_fewer_days(agent, every_day):
    case = an_unreachable(agent)
    for channel in ("chat", "phone", "email"):
        tried(case, channel, agent, MONDAY)
    advance(case.pk, "courier_names_return", by=acts(agent), at=MONDAY, facts={"returns_at": (MONDAY + hours(24)).isoformat()})
    fire_deadlines(at=MONDAY + hours(24))
    assert state_of(case) == "returning"


# The courier's own time ----------------------------------------------------------------------------


@pytest.mark.rule("L6.1")
@pytest.mark.parametrize(("named", "due"), [(24, 24), (71, 71), (72, 72), (100, 72)])
def test_an_earlier_return_time_named_by_the_courier_ends_the_window_earlier(agent, named, due):
    case = an_unreachable(agent, state="trying")
    facts = {"returns_at": (MONDAY + hours(named)).isoformat()}
    case = advance(case.pk, "courier_names_return", by=acts(agent), at=MONDAY + hours(1), facts=facts)
    assert case.state == "trying"
    assert running(case, "contact_window").due_at == MONDAY + hours(due)
    assert last_entry(case).facts["returns_at"].startswith("2026-11-2")
    assert fire_deadlines(at=MONDAY + hours(due) - SECOND) == 0
    assert fire_deadlines(at=MONDAY + hours(due)) == 1


@pytest.mark.rule("L6.1")
def test_a_return_time_named_before_the_first_attempt_holds_for_the_window(agent):
    case = an_unreachable(agent)
    facts = {"returns_at": (MONDAY + hours(30)).isoformat()}
    advance(case.pk, "courier_names_return", by=acts(agent), at=MONDAY, facts=facts)
    assert running(case, "first_attempt").due_at == on("11-23 18:00")
    tried(case, "chat", agent, MONDAY + hours(1))
    assert running(case, "contact_window").due_at == MONDAY + hours(30)


@pytest.mark.rule("L6.1", "L6.4")
def test_the_day_that_a_lead_granted_is_not_cut_short_by_the_courier(agent, supervisor):
    case = an_unreachable(agent, state="trying")
    advance(case.pk, "courier_names_return", by=acts(agent), at=MONDAY, facts={"returns_at": (MONDAY + hours(20)).isoformat()})
    fire_deadlines(at=MONDAY + hours(20))
    advance(case.pk, "grant_one_more_day", by=acts(supervisor), at=MONDAY + hours(21))
    assert running(case, "contact_window").due_at == MONDAY + hours(45)
    facts = {"returns_at": (MONDAY + hours(30)).isoformat()}
    with pytest.raises(StepRefused) as refused:
        advance(case.pk, "courier_names_return", by=acts(agent), at=MONDAY + hours(22), facts=facts)
    assert [reason.code for reason in refused.value.reasons] == ["no_day_was_granted"]
    assert running(case, "contact_window").due_at == MONDAY + hours(45)


@pytest.mark.rule("L6.1")
@pytest.mark.parametrize("before", [dt.timedelta(), SECOND, hours(48)])
def test_a_return_time_lies_ahead(agent, before):
    case = an_unreachable(agent, state="trying")
    facts = {"returns_at": (MONDAY + hours(1) - before).isoformat()}
    with pytest.raises(Malformed) as refused:
        advance(case.pk, "courier_names_return", by=acts(agent), at=MONDAY + hours(1), facts=facts)
    assert (refused.value.field, refused.value.code) == ("returns_at", "past")
    assert running(case, "contact_window").due_at == MONDAY + hours(72)


@pytest.mark.rule("L6.1")
@pytest.mark.parametrize("value", ["", "tomorrow", "2026-13-01", 20261124, True, "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-12:00"])
def test_a_return_time_that_is_none_is_refused_by_name(agent, value):
    case = an_unreachable(agent, state="trying")
    with pytest.raises(Malformed) as refused:
        advance(case.pk, "courier_names_return", by=acts(agent), at=MONDAY, facts={"returns_at": value})
    assert refused.value.field == "returns_at"


# An answer -----------------------------------------------------------------------------------------


@pytest.mark.rule("L6.2")
@pytest.mark.parametrize("state", ["to_contact", "trying", "rule_not_kept"])
@pytest.mark.parametrize("how", ["contact", "step"])
def test_any_answer_stops_the_clock_and_the_case_goes_on(agent, state, how):
    case = an_unreachable(agent, state=state)
    later = MONDAY + hours(73)
    if how == "contact":
        tried(case, "phone", agent, later, "answered")
    else:
        advance(case.pk, "customer_answered", by=acts(agent), at=later, facts={"answer": "在家"})
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.category) == ("answered", "open")
    assert set(Deadline.objects.filter(case=case, status="open").values_list("kind", flat=True)) == {"reply"}
    assert running(case, "reply").due_at == later + hours(24)
    assert last_entry(case).step == "customer_answered"


@pytest.mark.rule("L6.2")
@pytest.mark.parametrize("state", ["answered", "returning"])
def test_an_attempt_in_another_state_is_an_entry_and_no_step(agent, state):
    case = an_unreachable(agent, state=state)
    tried(case, "phone", agent, MONDAY + hours(80), "answered")
    assert state_of(case) == state
    assert (last_entry(case).step, last_entry(case).facts["outcome"]) == ("contact", "answered")


@pytest.mark.rule("L6.2")
def test_after_an_answer_the_window_never_fires(agent):
    case = an_unreachable(agent, state="answered")
    fire_deadlines(at=MONDAY + hours(500))
    assert state_of(case) == "answered"
    assert not Deadline.objects.filter(case=case, kind="contact_window", status="fired").exists()


@pytest.mark.rule("L0.3", "L6.2")
def test_an_answer_not_passed_on_in_a_day_is_overdue_until_it_is(agent):
    case = an_unreachable(agent, state="answered")
    assert fire_deadlines(at=MONDAY + hours(24) - SECOND) == 0
    assert fire_deadlines(at=MONDAY + hours(24)) == 1
    assert state_of(case) == "answered"
    assert Deadline.objects.get(case=case, kind="reply").status == "over"
    assert last_entry(case).step == "overdue"
    assert fire_deadlines(at=MONDAY + hours(48)) == 0
    advance(case.pk, "passed_on", by=acts(agent), at=MONDAY + hours(49), facts={"agreed": "改约周六"})
    assert Deadline.objects.get(case=case, kind="reply").status == "fired"


@pytest.mark.rule("L6.2")
def test_what_was_agreed_is_passed_to_the_courier_and_the_case_is_settled(agent):
    case = an_unreachable(agent, state="settled")
    assert (case.category, case.queue, case.closed_at) == ("done", "", MONDAY)
    assert last_entry(case).facts == {"agreed": "改约周六"}


@pytest.mark.rule("L6.2")
def test_passing_on_without_saying_what_was_agreed_is_refused_by_name(agent):
    case = an_unreachable(agent, state="answered")
    with pytest.raises(Malformed) as refused:
        advance(case.pk, "passed_on", by=acts(agent), at=MONDAY, facts={})
    assert refused.value.field == "agreed"


# The lead ------------------------------------------------------------------------------------------


@pytest.mark.rule("L6.4")
def test_a_lead_grants_one_more_day_and_the_missing_channels_count_then(agent, supervisor):
    case = an_unreachable(agent, state="rule_not_kept")
    granted = MONDAY + hours(80)
    advance(case.pk, "grant_one_more_day", by=acts(supervisor), at=granted)
    assert running(case, "contact_window").due_at == granted + hours(24)
    tried(case, "phone", agent, granted + hours(1))
    tried(case, "email", agent, granted + hours(2))
    assert fire_deadlines(at=granted + hours(24) - SECOND) == 0
    assert fire_deadlines(at=granted + hours(24)) == 1
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.incident.freight_payer) == ("returning", "customer")


@pytest.mark.rule("L6.4")
def test_a_day_that_was_granted_and_not_used_goes_to_the_lead_again(agent, supervisor):
    case = an_unreachable(agent, state="rule_not_kept")
    for number in (1, 2, 3):
        advance(case.pk, "grant_one_more_day", by=acts(supervisor), at=MONDAY + hours(72 + 24 * number))
        fire_deadlines(at=MONDAY + hours(96 + 24 * number))
        assert state_of(case) == "rule_not_kept"


@pytest.mark.rule("L6.1", "L6.4")
def test_a_missed_first_attempt_can_be_made_good_on_the_granted_day(agent, supervisor):
    case = an_unreachable(agent)
    fire_deadlines(at=on("11-23 18:00"))
    assert last_entry(case).step == "first_attempt_missed"
    advance(case.pk, "grant_one_more_day", by=acts(supervisor), at=on("11-23 19:00"))
    for channel in ("chat", "phone", "email"):
        tried(case, channel, agent, on("11-24 09:00"))
    fire_deadlines(at=on("11-24 19:00"))
    assert state_of(case) == "returning"


@pytest.mark.rule("L6.4")
def test_a_lead_takes_the_postage_on_the_shop(agent, manager):
    case = an_unreachable(agent, state="rule_not_kept")
    case = advance(case.pk, "return_at_our_cost", by=acts(manager), at=MONDAY + hours(73))
    assert case.state == "returning"
    facts = Case.objects.get(pk=case.pk).incident
    assert (facts.freight_payer, facts.freight_rule) == ("shop", "L6.4")


# The parcel's fate ---------------------------------------------------------------------------------


@pytest.mark.rule("L6.2")
@pytest.mark.parametrize("state", ["to_contact", "trying", "answered", "rule_not_kept", "returning"])
def test_delivery_stops_everything_and_no_freight_is_owed(agent, warehouse, state):
    case = an_unreachable(agent, state=state)
    case = advance(case.pk, "delivered", by=acts(warehouse), at=MONDAY + hours(74))
    assert (case.state, case.category) == ("delivered", "done")
    facts = Case.objects.get(pk=case.pk).incident
    assert (facts.freight_payer, facts.parcel.delivered_at, facts.parcel.back_at) == ("", MONDAY + hours(74), None)
    assert not Deadline.objects.filter(case=case, status__in=Deadline.STANDING).exists()
    assert fire_deadlines(at=MONDAY + hours(1000)) == 0


@pytest.mark.rule("L6.3")
def test_the_warehouse_takes_the_parcel_back_and_the_case_is_done(agent, warehouse):
    case = an_unreachable(agent, state="returning")
    case = advance(case.pk, "parcel_back", by=acts(warehouse), at=MONDAY + hours(200))
    assert (case.state, case.closed_at) == ("back", MONDAY + hours(200))
    facts = Case.objects.get(pk=case.pk).incident
    assert (facts.freight_payer, facts.parcel.back_at, facts.parcel.delivered_at) == ("customer", MONDAY + hours(200), None)


# Who and when --------------------------------------------------------------------------------------


@pytest.mark.rule("L6.1", "L6.2", "L6.3", "L6.4")
@pytest.mark.parametrize("step", visible_steps(), ids=lambda step: step.name)
def test_each_step_is_taken_by_its_roles_and_refused_to_all_others(request, agent, outsider, step):
    state = step.source[0]
    case = an_unreachable(agent, state=state)
    for name in PEOPLE:
        user = request.getfixturevalue(name)
        role = user.memberships.get().role
        if role in step.by:
            continue
        with pytest.raises(NotAllowed):
            advance(case.pk, step.name, by=acts(user), at=case.changed_at, facts=FACTS.get(step.name))
        entry = last_entry(case)
        assert (entry.step, entry.role, entry.facts["code"]) == (f"refused:{step.name}", role, "role")
    with pytest.raises(NotFound):
        advance(case.pk, step.name, by=acts(outsider), at=MONDAY)
    assert state_of(case) == state


@pytest.mark.rule("L6.1", "L6.2", "L6.3", "L6.4")
@pytest.mark.parametrize("state", WALKS)
def test_no_step_is_taken_from_a_state_that_it_does_not_start_at(agent, manager, state):
    case = an_unreachable(agent, state=state)
    for step in visible_steps():
        if state in step.source or not step.by & set(Role):
            continue
        with pytest.raises(StepRefused) as refused:
            advance(case.pk, step.name, by=acts(manager), at=case.changed_at, facts=FACTS.get(step.name))
        assert [reason.code for reason in refused.value.reasons] == ["wrong_state"]
    assert state_of(case) == state


@pytest.mark.rule("L6.1")
@pytest.mark.parametrize("name", ["finance", "warehouse", "printclerk", "auditor", "admin"])
def test_only_those_who_work_cases_call_customers(request, agent, name):
    case = an_unreachable(agent)
    with pytest.raises(NotAllowed):
        tried(case, "phone", request.getfixturevalue(name), MONDAY)
    assert not case.contacts.exists()


@pytest.mark.rule("L6.1")
def test_a_closed_case_takes_no_attempts(agent):
    case = an_unreachable(agent, state="settled")
    with pytest.raises(Refused) as refused:
        tried(case, "phone", agent, MONDAY)
    assert refused.value.code == "case_closed"


@pytest.mark.rule("L6.1")
@pytest.mark.parametrize(
    ("field", "given"), [("channel", "pigeon"), ("channel", None), ("outcome", "maybe"), ("note", 5), ("note", "x" * 4001)]
)
def test_an_attempt_that_says_nothing_known_is_refused_by_name(agent, field, given):
    case = an_unreachable(agent)
    with pytest.raises(Malformed) as refused:
        record_contact(case.pk, **({"channel": "chat", "outcome": "no_answer"} | {field: given}), by=acts(agent), at=MONDAY)
    assert refused.value.field == field


# What the case is about ----------------------------------------------------------------------------


@pytest.mark.rule("L6.1")
def test_the_case_is_about_the_parcel_and_names_courier_and_waybill(agent, shop):
    order = an_order(shop, waybill="73000000009901")
    case = open_case("unreachable", by=acts(agent), at=MONDAY, waybill="73000000009901")
    parcel = order.parcels.get()
    assert (case.subject, case.subject_label, case.order) == (f"parcel:{parcel.pk}", "中通 73000000009901", order)
    assert (case.owner, case.opened_by, case.incident.parcel) == (agent, agent, parcel)


@pytest.mark.rule("L6.1")
def test_a_merged_parcels_case_takes_the_order_paid_first_and_names_the_others(agent, shop):
    later = an_order(shop, waybill="73000000009902", paid_at=MONDAY)
    first = an_order(shop, waybill="73000000009902", paid_at=MONDAY - hours(30))
    case = open_case("unreachable", by=acts(agent), at=MONDAY, waybill="73000000009902")
    assert case.order == first
    assert case.subject_label == f"中通 73000000009902 + {later.number}"
    with pytest.raises(Refused) as refused:
        open_case("unreachable", by=acts(agent), at=MONDAY, order=first.number)
    assert refused.value.code == "already_open"


def test_a_merged_parcels_case_keeps_the_order_that_it_is_opened_for(agent, shop):
    later = an_order(shop, waybill="73000000009905", paid_at=MONDAY)
    first = an_order(shop, waybill="73000000009905", paid_at=MONDAY - hours(30))
    case = open_case("missing_items", by=acts(agent), at=MONDAY, order=later.number)
    assert case.order == later
    assert case.subject_label == f"中通 73000000009905 + {first.number}"


@pytest.mark.rule("L6.1")
def test_an_order_with_several_open_parcels_needs_the_waybill(agent, shop):
    order = an_order(shop, waybill="73000000009903")
    a_parcel(order, "73000000009904")
    with pytest.raises(Malformed) as refused:
        open_case("unreachable", by=acts(agent), at=MONDAY, order=order.number)
    assert refused.value.field == "waybill"
    case = open_case("unreachable", by=acts(agent), at=MONDAY, order=order.number, waybill="73000000009904")
    assert "73000000009904" in case.subject_label


@pytest.mark.rule("L6.1")
def test_a_parcel_that_arrived_does_not_stand_in_the_way(agent, shop):
    order = an_order(shop, waybill="73000000009905")
    a_parcel(order, "73000000009906")
    order.parcels.filter(waybill="73000000009905").update(delivered_at=MONDAY)
    case = open_case("unreachable", by=acts(agent), at=MONDAY, order=order.number)
    assert "73000000009906" in case.subject_label


@pytest.mark.rule("L6.1")
def test_a_parcel_has_one_open_case_of_this_kind_and_a_new_one_after_its_end(agent):
    case = an_unreachable(agent)
    with pytest.raises(Refused) as refused:
        open_case("unreachable", by=acts(agent), at=MONDAY, order=case.order.number)
    assert (refused.value.status, refused.value.code) == (422, "already_open")
    assert refused.value.extra == {"case": case.pk, "number": case.number}
    advance(case.pk, "delivered", by=acts(agent), at=MONDAY)
    assert open_case("unreachable", by=acts(agent), at=MONDAY, order=case.order.number).pk != case.pk


@pytest.mark.rule("L6.1")
@pytest.mark.parametrize("key", [{"order": "999999999999"}, {"waybill": "999999999999"}])
def test_an_unknown_order_or_waybill_is_not_found(agent, key):
    with pytest.raises(NotFound) as refused:
        open_case("unreachable", by=acts(agent), at=MONDAY, **key)
    assert refused.value.field == next(iter(key))


@pytest.mark.rule("L6.1")
def test_another_shops_order_case_and_waybill_do_not_exist_for_an_outsider(agent, outsider):
    case = an_unreachable(agent)
    for attempt in (
        lambda: open_case("unreachable", by=acts(outsider), at=MONDAY, order=case.order.number),
        lambda: open_case("unreachable", by=acts(outsider), at=MONDAY, waybill=case.order.waybills[0]),
        lambda: tried(case, "phone", outsider, MONDAY),
    ):
        with pytest.raises(NotFound):
            attempt()


@pytest.mark.rule("L6.1")
def test_an_order_without_a_parcel_has_nobody_waiting_for_it(agent, shop):
    with pytest.raises(Refused) as refused:
        open_case("unreachable", by=acts(agent), at=MONDAY, order=an_order(shop).number)
    assert refused.value.code == "no_parcel"


@pytest.mark.rule("L6.4")
@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("answered", "thank you for your answer"),
        ("rule_not_kept", "Please answer and confirm recipient, phone and address."),
    ],
)
def test_nobody_is_threatened_with_postage_once_they_answered_or_nothing_may_be_charged(agent, state, said):
    case = an_unreachable(agent, state=state)
    with translation.override("en"):
        message = case.contact_message(read_situations([case], now=MONDAY, actor=acts(agent))[case.pk])
    assert said in message
    assert "postage" not in message


@pytest.mark.rule("L6.3", "N3")
def test_whose_postage_it_is_is_said_while_it_comes_back(agent, supervisor):
    case = an_unreachable(agent, state="returning")
    with translation.override("en"):
        assert "the return postage is yours" in case.contact_message(read_situations([case], now=MONDAY, actor=acts(agent))[case.pk])
    taken_back = an_unreachable(agent, state="rule_not_kept")
    advance(taken_back.pk, "return_at_our_cost", by=acts(supervisor), at=MONDAY + dt.timedelta(hours=73))
    taken_back = type(taken_back).objects.get(pk=taken_back.pk)
    with translation.override("en"):
        told = taken_back.contact_message(read_situations([taken_back], now=MONDAY, actor=acts(agent))[taken_back.pk])
    assert "the return postage is not yours" in told


# What it offers ---------------------------------------------------------------------------------


@pytest.mark.rule("L6.3")
@pytest.mark.parametrize(("state", "codes"), [("trying", ["not_returning_yet"]), ("answered", ["not_returning_yet"]), ("returning", [])])
def test_a_refund_is_offered_once_the_parcel_travels_back_and_said_why_not_before(agent, state, codes):
    case = an_unreachable(agent, state=state)
    situation = read_situations([case], now=MONDAY, actor=acts(agent))[case.pk]
    assert (type(case).REMEDIES, [each.code for each in case.why_no_child("refund", situation)]) == (("refund",), codes)
