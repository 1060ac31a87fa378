"""DESIGN 4 Deadlines of a case: opened, stopped, paused, resumed and moved in the transaction of the step."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from casework.actions.advance import advance
from casework.actions.sweep import fire_deadlines
from casework.models import Deadline, Policy
from casework.reading import list_cases, read_case
from tests.builders import a_refund, an_unreachable
from tests.cast import MONDAY, acts

pytestmark = pytest.mark.usefixtures("database_clock")


def hours(number):
    return dt.timedelta(hours=number)


def standing(case):
    return set(Deadline.objects.filter(case=case, status__in=Deadline.STANDING).values_list("kind", "status"))


def test_a_deadline_is_a_row_in_utc_that_is_opened_with_its_state_and_ends_with_it(agent):
    case = an_unreachable(agent)
    row = Deadline.objects.get(case=case)
    assert (row.kind, row.started_at, row.rule, row.status) == ("first_attempt", MONDAY, "L6.1", "open")
    assert row.due_at.tzinfo is dt.UTC
    assert row.wake_at == row.due_at
    advance(case.pk, "customer_answered", by=acts(agent), at=MONDAY + hours(1))
    row.refresh_from_db()
    assert (row.status, row.ended_at, row.late) == ("met", MONDAY + hours(1), False)
    assert standing(case) == {("reply", "open")}


def test_at_most_one_deadline_of_a_kind_runs_on_a_case(agent):
    case = an_unreachable(agent)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Deadline.objects.create(case=case, kind="first_attempt", started_at=MONDAY, due_at=MONDAY, wake_at=MONDAY)
    assert caught.value.__cause__.diag.constraint_name == "one_running_deadline_per_case_and_kind"


def test_a_running_deadline_has_no_end_yet(agent):
    case = an_unreachable(agent)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Deadline.objects.filter(case=case).update(ended_at=MONDAY)
    assert caught.value.__cause__.diag.constraint_name == "an_ended_deadline_has_one_end"


def test_what_ran_out_without_a_step_stays_on_top_of_the_lists_until_the_case_moves_on(agent):
    case, other = an_unreachable(agent, state="answered"), an_unreachable(agent, state="answered", at=MONDAY + hours(1))
    now = MONDAY + hours(24)
    fire_deadlines(at=now)
    rows = list(list_cases(acts(agent)).order_by("next_due").values_list("pk", "next_due"))
    assert rows == [(case.pk, MONDAY + hours(24)), (other.pk, MONDAY + hours(25))]
    shown = read_case(case.pk, by=acts(agent), now=now).deadlines
    assert [(each.kind, each.status) for each in shown] == [("reply", "over")]
    advance(case.pk, "passed_on", by=acts(agent), at=now, facts={"agreed": "x"})
    assert list_cases(acts(agent)).get(pk=case.pk).next_due is None


def test_the_clock_of_a_step_that_stays_runs_on(agent):
    case = an_unreachable(agent, state="trying")
    before = Deadline.objects.get(case=case, kind="contact_window")
    advance(case.pk, "courier_names_return", by=acts(agent), at=MONDAY, facts={"returns_at": (MONDAY + hours(400)).isoformat()})
    after = Deadline.objects.get(case=case, kind="contact_window")
    assert (after.pk, after.due_at, after.started_at) == (before.pk, before.due_at, before.started_at)


def test_a_clock_whose_instant_was_moved_runs_again_even_when_it_was_parked(agent):
    case = an_unreachable(agent, state="trying")
    Deadline.objects.filter(case=case, kind="contact_window").update(status="parked", attempts=5)
    advance(case.pk, "courier_names_return", by=acts(agent), at=MONDAY, facts={"returns_at": (MONDAY + hours(5)).isoformat()})
    row = Deadline.objects.get(case=case, kind="contact_window")
    assert (row.status, row.attempts, row.due_at, row.wake_at) == ("open", 0, MONDAY + hours(5), MONDAY + hours(5))


def test_a_pause_keeps_what_was_left_however_often(agent, supervisor):
    case = a_refund(agent)
    wish = {"reason": "damaged", "ground": "photo_checked", "payee": {"channel": "platform"}}
    wish["lines"] = [{"line": case.order.lines.get().pk, "amount": "1.00"}]
    now = MONDAY
    for _ in range(3):
        now += hours(4)
        advance(case.pk, "send_back", by=acts(supervisor), at=now, facts={"reason": "x"})
        assert standing(case) == {("answer", "paused"), ("more_evidence", "open")}
        now += hours(50)
        advance(case.pk, "ask_again", by=acts(agent), at=now, facts={"request": wish})
    assert Deadline.objects.get(case=case, kind="answer").due_at == now + hours(12)


def test_a_paused_deadline_never_fires_and_ends_with_the_case(agent, supervisor):
    case = a_refund(agent)
    advance(case.pk, "send_back", by=acts(supervisor), at=MONDAY, facts={"reason": "x"})
    fire_deadlines(at=MONDAY + hours(10_000))
    assert standing(case) == {("answer", "paused"), ("more_evidence", "over")}
    advance(case.pk, "withdraw", by=acts(agent), at=MONDAY + hours(10_000), note="x")
    assert Deadline.objects.filter(case=case, kind="answer").values_list("status", "late").get() == ("met", False)


@pytest.mark.rule("S1.1")
def test_a_new_value_of_a_policy_holds_for_deadlines_that_begin_after_it(agent, shop):
    first = an_unreachable(agent, state="answered")
    Policy.objects.create(name="reply_within", shop=shop, value={"hours": 1}, valid_from=MONDAY + hours(1))
    second = an_unreachable(agent, state="answered", at=MONDAY + hours(1))
    due = dict(Deadline.objects.filter(kind="reply").values_list("case_id", "due_at"))
    assert due == {first.pk: MONDAY + hours(24), second.pk: MONDAY + hours(2)}


@pytest.mark.fault("T8")
def test_seventy_two_hours_are_seventy_two_hours_whatever_the_zone_of_the_caller(agent):
    from zoneinfo import ZoneInfo

    new_york = dt.datetime(2026, 10, 30, 22, 0, tzinfo=ZoneInfo("America/New_York"))  # its clocks go back on 1 November
    case = an_unreachable(agent, at=new_york, state="trying")
    due = Deadline.objects.get(case=case, kind="contact_window").due_at
    assert due.astimezone(dt.UTC) - new_york.astimezone(dt.UTC) == hours(72)
