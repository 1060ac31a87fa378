"""DESIGN 4 Firing deadlines: each once, whatever happens to those who sweep."""

import datetime as dt
import logging
import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from casework.actions import sweep
from casework.actions.advance import advance
from casework.actions.sweep import fire_deadlines
from casework.models import Case, Deadline, Heartbeat, Journal, Policy
from casework.models.case import Case as CaseModel
from logistics.models import IncidentFacts
from orders.errors import NotFound
from tests.builders import an_unreachable
from tests.cast import MONDAY, acts

SECOND = dt.timedelta(seconds=1)
DUE = MONDAY + dt.timedelta(hours=8)


def many(agent, number, prefix="X"):
    """Cases beside a real one, written at once: each waits for its first attempt."""
    real = an_unreachable(agent)
    facts = Case.objects.get(pk=real.pk).incident
    rows = [
        CaseModel(
            number=f"{prefix}{n}",
            kind="unreachable",
            shop=real.shop,
            order=real.order,
            subject=f"{prefix}:{n}",
            state="to_contact",
            category="open",
            queue="agents",
            owner=agent,
            opened_at=MONDAY,
            changed_at=MONDAY,
        )
        for n in range(number - 1)
    ]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('casework.door', 'on', true)")
        made = Case.objects.bulk_create(rows)
        IncidentFacts.objects.bulk_create(IncidentFacts(case_id=each.pk, parcel=facts.parcel) for each in made)
        Deadline.objects.bulk_create(
            Deadline(case_id=each.pk, kind="first_attempt", started_at=MONDAY, due_at=DUE, wake_at=DUE) for each in made
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('casework.door', '', true)")
    return [real.pk, *(each.pk for each in made)]


def fired_rows():
    return Journal.objects.filter(step="first_attempt_missed")


def test_nothing_fires_before_its_time_everything_at_it_and_nothing_twice(agent):
    case = an_unreachable(agent)
    assert fire_deadlines(at=DUE - SECOND) == 0
    assert fire_deadlines(at=DUE) == 1
    assert [fire_deadlines(at=DUE + n * SECOND) for n in range(3)] == [0, 0, 0]
    assert fired_rows().count() == 1
    ended = Deadline.objects.get(case=case, kind="first_attempt")
    assert (ended.status, ended.ended_at, ended.late) == ("fired", DUE, False)


@pytest.mark.fault("T9")
def test_a_clock_that_steps_back_an_hour_fires_nothing_a_second_time(agent):
    an_unreachable(agent)
    fire_deadlines(at=DUE)
    assert fire_deadlines(at=DUE - dt.timedelta(hours=1)) == 0
    assert fire_deadlines(at=DUE) == 0
    assert fired_rows().count() == 1


@pytest.mark.fault("T1")
@pytest.mark.parametrize(
    ("away", "late"), [(dt.timedelta(minutes=5), False), (dt.timedelta(minutes=5, seconds=1), True), (dt.timedelta(days=3), True)]
)
def test_after_an_outage_a_deadline_fires_once_marked_late_with_its_original_time(agent, away, late):
    case = an_unreachable(agent)
    fire_deadlines(at=DUE + away)
    ended = Deadline.objects.get(case=case, kind="first_attempt")
    assert (ended.due_at, ended.ended_at, ended.late) == (DUE, DUE + away, late)
    assert fired_rows().get().facts["due_at"] == DUE.astimezone(dt.UTC).isoformat()


def test_a_step_taken_after_the_time_but_before_the_sweep_saw_it_comes_after_the_clock(agent):
    case = an_unreachable(agent)
    advance(case.pk, "customer_answered", by=acts(agent), at=DUE + SECOND)
    assert list(Journal.objects.filter(case=case).order_by("pk").values_list("step", "actor_name")) == [
        ("open", agent.shown_name),
        ("first_attempt_missed", "clock"),
        ("customer_answered", agent.shown_name),
    ]
    assert fire_deadlines(at=DUE + SECOND) == 0


def test_a_step_at_the_very_instant_is_in_time(agent):
    case = an_unreachable(agent)
    advance(case.pk, "customer_answered", by=acts(agent), at=DUE)
    assert Deadline.objects.filter(case=case, kind="first_attempt").values_list("status", "late").get() == ("met", False)


def test_who_does_not_see_a_case_wakes_no_clock_of_it(agent, outsider):
    case = an_unreachable(agent)
    with pytest.raises(NotFound):
        advance(case.pk, "customer_answered", by=acts(outsider), at=DUE + SECOND)
    assert fired_rows().count() == 0


@pytest.mark.fault("T10")
def test_a_clock_that_cannot_fire_keeps_nobody_from_working(agent, poison):
    case = an_unreachable(agent)
    poison.add(case.pk)
    assert advance(case.pk, "customer_answered", by=acts(agent), at=DUE + SECOND).state == "answered"
    assert Deadline.objects.filter(case=case, kind="first_attempt").values_list("status", "attempts").get() == ("met", 1)


def test_a_batch_has_five_hundred_and_what_is_left_comes_in_the_next(agent, monkeypatch):
    many(agent, 505)
    sizes = []
    real = sweep._fire
    monkeypatch.setattr(sweep, "_fire", lambda ids, now, **options: sizes.append(len(ids)) or real(ids, now, **options))
    assert fire_deadlines(at=DUE) == 505
    assert sizes == [500, 5]
    assert Case.objects.filter(state="rule_not_kept").count() == fired_rows().count() == 505
    assert set(Case.objects.values_list("version", flat=True)) == {2}
    assert Deadline.objects.filter(kind="lead_decides", status="open").count() == 505


def test_a_batch_costs_the_same_queries_for_ten_and_for_two_hundred(agent):
    fire_deadlines(at=MONDAY)
    counts = []
    for number in (10, 200):
        many(agent, number, prefix=f"N{number}-")
        with CaptureQueriesContext(connection) as seen:
            assert fire_deadlines(at=DUE) == number
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_several_deadlines_of_one_case_fire_each_once(agent):
    case = an_unreachable(agent, state="answered")
    later = MONDAY + dt.timedelta(days=2)
    Deadline.objects.create(case=case, kind="task_999", started_at=MONDAY, due_at=later, wake_at=later)
    assert fire_deadlines(at=later) == 2
    assert list(Journal.objects.filter(step="overdue").order_by("pk").values_list("facts__clock", flat=True)) == ["reply", "task_999"]


def test_the_round_that_ran_says_so(agent):
    fire_deadlines(at=MONDAY)
    assert Heartbeat.objects.get(name="fire_deadlines").at == MONDAY


# Poison --------------------------------------------------------------------------------------------


@pytest.fixture
def poison(monkeypatch, caplog):
    """Cases whose step always raises."""
    from logistics.models import Unreachable

    caplog.set_level(logging.CRITICAL)
    bad = set()
    transition = Unreachable.first_attempt_missed

    def raises(case):
        if case.pk in bad:
            raise ZeroDivisionError
        transition(case)

    raises._django_fsm = transition._django_fsm
    monkeypatch.setattr(Unreachable, "first_attempt_missed", raises)
    return bad


@pytest.mark.fault("T10")
def test_one_deadline_that_always_raises_does_not_keep_the_others_from_firing(agent, poison):
    ids = many(agent, 40)
    poison.add(ids[17])
    fire_deadlines(at=DUE)
    assert Case.objects.filter(state="rule_not_kept").count() == 39
    row = Deadline.objects.get(case=ids[17])
    assert (row.status, row.attempts, row.last_error, row.wake_at, row.due_at) == (
        "open",
        1,
        "ZeroDivisionError",
        DUE + dt.timedelta(minutes=2),
        DUE,
    )


@pytest.mark.fault("T10")
def test_it_backs_off_and_after_five_tries_is_parked_for_a_person(agent, poison):
    case = an_unreachable(agent)
    poison.add(case.pk)
    now, waits = DUE, []
    for _ in range(5):
        assert fire_deadlines(at=now - SECOND) == 0
        fire_deadlines(at=now)
        row = Deadline.objects.get(case=case)
        waits.append((row.wake_at - now) // dt.timedelta(minutes=1))
        now = row.wake_at
    assert waits == [2, 4, 8, 16, 32]
    assert (row.status, row.attempts, row.due_at) == ("parked", 5, DUE)
    assert Journal.objects.get(step="deadline_parked").facts == {"clock": "first_attempt"}
    poison.clear()
    assert fire_deadlines(at=now + dt.timedelta(days=9)) == 0
    assert Case.objects.get().state == "to_contact"


def test_what_was_parked_ends_when_the_case_moves_on(agent, poison, shop):
    Policy.objects.create(name="deadline_tries", shop=shop, value=1, valid_from=MONDAY - dt.timedelta(days=1))
    case = an_unreachable(agent)
    poison.add(case.pk)
    fire_deadlines(at=DUE)
    assert Deadline.objects.get(case=case).status == "parked"
    advance(case.pk, "customer_answered", by=acts(agent), at=DUE + SECOND)
    assert Deadline.objects.get(case=case, kind="first_attempt").status == "met"


@pytest.mark.fault("T10")
def test_poison_in_what_is_read_about_a_case_is_put_off_as_well(agent, monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL)
    ids = many(agent, 5)
    real = sweep.read_situations

    def reads(cases, **options):
        if ids[2] in {case.pk for case in cases}:
            raise KeyError("facts")
        return real(cases, **options)

    monkeypatch.setattr(sweep, "read_situations", reads)
    fire_deadlines(at=DUE)
    assert Case.objects.filter(state="rule_not_kept").count() == 4
    assert Deadline.objects.get(case=ids[2]).attempts == 1


def test_a_database_that_is_away_is_no_fault_of_the_row(agent, monkeypatch):
    case = an_unreachable(agent)

    def away(*args, **options):
        raise OperationalError

    monkeypatch.setattr(sweep, "lock_cases", away)
    with pytest.raises(OperationalError):
        fire_deadlines(at=DUE)
    monkeypatch.undo()
    assert Deadline.objects.get(case=case).attempts == 0
    assert fire_deadlines(at=DUE) == 1


@pytest.mark.fault("T10")
def test_a_clock_that_finds_no_step_is_put_off_and_not_lost(agent, monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL)
    case = an_unreachable(agent)
    monkeypatch.setattr(sweep, "reasons_of_rules", lambda *args: ["no"])
    fire_deadlines(at=DUE)
    row = Deadline.objects.get(case=case)
    assert (row.status, row.attempts, row.last_error) == ("open", 1, "NoWayOut")


# Two at once ---------------------------------------------------------------------------------------


@pytest.mark.fault("T3")
@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_fire_each_deadline_once(agent):
    many(agent, 60)
    counts, errors = [], []
    start = threading.Barrier(4)

    def work():
        try:
            start.wait()
            counts.append(fire_deadlines(at=DUE, batch=7))
        except Exception as error:  # noqa: BLE001  shown by the assertion below
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    fire_deadlines(at=DUE)
    assert errors == []
    assert fired_rows().count() == Case.objects.filter(state="rule_not_kept", version=2).count() == 60
    assert Deadline.objects.filter(kind="first_attempt", status="fired").count() == 60
    assert sum(counts) <= 60


@pytest.mark.django_db(transaction=True)
def test_a_case_that_somebody_works_on_is_left_for_the_next_round(agent, other_cursor):
    busy, idle = many(agent, 2)
    other_cursor.execute("BEGIN; SELECT 1 FROM casework_case WHERE id = %s FOR NO KEY UPDATE", [busy])
    assert fire_deadlines(at=DUE) == 1
    assert Case.objects.get(pk=idle).state == "rule_not_kept"
    other_cursor.execute("COMMIT")
    assert fire_deadlines(at=DUE) == 1
    assert Case.objects.get(pk=busy).state == "rule_not_kept"


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_is_busy_keeps_no_later_one_from_firing(agent, other_cursor):
    ids = many(agent, 6)
    other_cursor.execute("BEGIN; SELECT 1 FROM casework_case WHERE id = ANY(%s) FOR NO KEY UPDATE", [ids[:4]])
    assert fire_deadlines(at=DUE, batch=2) == 2
    assert set(Case.objects.filter(state="rule_not_kept").values_list("pk", flat=True)) == set(ids[4:])
    other_cursor.execute("COMMIT")
    assert fire_deadlines(at=DUE, batch=2) == 4


@pytest.mark.fault("T3")
@pytest.mark.django_db(transaction=True)
def test_the_victim_of_a_deadlock_begins_anew_and_blames_no_row(agent, other_cursor):
    first, _second = many(agent, 2)

    def work():
        fire_deadlines(at=DUE)
        connection.close()

    other_cursor.execute("BEGIN; SELECT 1 FROM casework_deadline WHERE case_id = %s FOR UPDATE", [first])
    thread = threading.Thread(target=work)
    thread.start()
    # The sweep holds both cases and waits for the row; asking for a case now is a deadlock, which the sweep finds first.
    while True:
        other_cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        if other_cursor.fetchone()[0]:
            break
    other_cursor.execute("SELECT 1 FROM casework_case WHERE id = %s FOR UPDATE", [first])
    other_cursor.execute("COMMIT")
    thread.join()
    fire_deadlines(at=DUE)
    assert Case.objects.filter(state="rule_not_kept", version=2).count() == fired_rows().count() == 2
    assert set(Deadline.objects.filter(kind="first_attempt").values_list("status", "attempts")) == {("fired", 0)}


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_the_clock_at_once_are_one_of_the_two(agent):
    for number in range(8):
        case = an_unreachable(agent, at=MONDAY)
        start = threading.Barrier(2)

        def answer(case=case, start=start):
            start.wait()
            advance(case.pk, "customer_answered", by=acts(agent), at=DUE)
            connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        start.wait()
        fire_deadlines(at=DUE)
        thread.join()
        found = Case.objects.get(pk=case.pk)
        # The answer may also follow the clock; it never comes to nothing and the clock never follows the answer.
        steps = list(Journal.objects.filter(case=case).order_by("pk").values_list("step", flat=True))
        assert found.state == "answered", number
        assert steps in (["open", "customer_answered"], ["open", "first_attempt_missed", "customer_answered"])
        assert Deadline.objects.filter(case=case, kind="first_attempt").count() == 1
