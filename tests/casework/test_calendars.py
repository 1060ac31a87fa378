"""S1.1 Working time: shifts, nights, week-ends, Chinese holidays and make-up days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendars import SHOP_TIME, Calendar, NoWorkingTime, WorkingTime
from casework.policies import KNOWN, Span
from tests.cast import MONDAY

pytestmark = pytest.mark.rule("S1.1")

OFFICE = {day: [(dt.time(9), dt.time(18))] for day in range(5)}
# The three timetables of the documents.
TWO_SHIFTS = {day: [(dt.time(9), dt.time(17, 30)), (dt.time(17, 30), dt.time(22, 30))] for day in range(7)}
PAST_MIDNIGHT = {day: [(dt.time(8, 30), dt.time(17, 30)), (dt.time(17, 30), dt.time(1))] for day in range(7)}
OVERLAPPING = {day: [(dt.time(8, 30), dt.time(17, 30)), (dt.time(9), dt.time(18))] for day in range(5)}
NIGHTS = {4: [(dt.time(22), dt.time(6))], 5: [(dt.time(5), dt.time(7))]}
ALL = {"office": OFFICE, "two shifts": TWO_SHIFTS, "past midnight": PAST_MIDNIGHT, "overlapping": OVERLAPPING, "nights": NIGHTS}
GOLDEN_WEEK = {dt.date(2026, 10, day): False for day in range(1, 8)} | {dt.date(2026, 10, 10): True}


def on(text):
    return dt.datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHOP_TIME)


def hours(number):
    return dt.timedelta(hours=number)


INSTANTS = st.integers(0, 540 * 86400).map(lambda seconds: dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds))
LENGTHS = st.integers(1, 200 * 3600).map(lambda seconds: dt.timedelta(seconds=seconds))


@given(start=INSTANTS, length=LENGTHS, name=st.sampled_from(sorted(ALL)))
def test_adding_and_measuring_are_inverse(start, length, name):
    time = WorkingTime(ALL[name], GOLDEN_WEEK)
    end = time.add(start, length)
    assert time.between(start, end) == length
    assert end > start


@given(start=INSTANTS, first=LENGTHS, second=LENGTHS, name=st.sampled_from(sorted(ALL)))
def test_two_spans_one_after_the_other_are_one(start, first, second, name):
    time = WorkingTime(ALL[name], GOLDEN_WEEK)
    assert time.add(time.add(start, first), second) == time.add(start, first + second)


@given(start=INSTANTS, end=INSTANTS, name=st.sampled_from(sorted(ALL)))
def test_working_time_is_never_more_than_time_and_never_less_than_none(start, end, name):
    measured = WorkingTime(ALL[name], GOLDEN_WEEK).between(start, end)
    assert dt.timedelta() <= measured <= max(end - start, dt.timedelta())


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("11-23 09:00", 9, "11-23 18:00"),
        ("11-23 08:00", 1, "11-23 10:00"),
        ("11-23 17:59", 1, "11-24 09:59"),
        ("11-27 18:00", 1, "11-30 10:00"),
        ("09-30 17:00", 2, "10-08 10:00"),
        ("10-09 17:00", 10, "10-10 18:00"),
        ("10-10 18:00", 1, "10-12 10:00"),
    ],
)
def test_office_hours_know_evenings_week_ends_national_day_and_the_saturday_that_makes_up(start, length, end):
    assert WorkingTime(OFFICE, GOLDEN_WEEK).add(on(start), hours(length)) == on(end)


def test_a_shift_past_midnight_belongs_to_the_day_on_which_it_begins():
    time = WorkingTime(PAST_MIDNIGHT, {dt.date(2026, 10, 1): False})
    assert time.between(on("09-30 17:30"), on("10-01 12:00")) == hours(7.5)
    assert time.between(on("10-01 12:00"), on("10-02 08:00")) == hours(0)
    assert time.add(on("11-24 00:30"), hours(1)) == on("11-24 09:00")


def test_two_shifts_at_once_count_once():
    time = WorkingTime(OVERLAPPING, {})
    assert time.between(on("11-23 00:00"), on("11-24 00:00")) == hours(9.5)
    assert time.add(on("11-23 08:30"), hours(9.5)) == on("11-23 18:00")


def test_a_night_that_runs_into_the_next_days_shift_counts_once():
    assert WorkingTime(NIGHTS, {}).between(on("11-27 00:00"), on("11-29 00:00")) == hours(9)


def test_a_make_up_day_of_a_shop_without_saturdays_follows_its_first_working_day():
    frames = WorkingTime(OFFICE, GOLDEN_WEEK).frames(dt.date(2026, 10, 10))
    assert frames == [(on("10-10 09:00"), on("10-10 18:00"))]


def test_working_time_after_the_published_years_falls_back_to_the_week():
    assert WorkingTime(OFFICE, {}).frames(dt.date(2031, 10, 1)) != []


def test_a_timetable_without_an_hour_is_a_mistake_and_not_an_endless_search():
    with pytest.raises(NoWorkingTime):
        WorkingTime({0: []}, {}).add(MONDAY, hours(1))


def test_calendar_time_needs_no_timetable():
    assert Calendar().after(on("10-01 03:00"), Span(72), {}) == on("10-04 03:00")


@pytest.mark.django_db
def test_the_seeded_holidays_of_2026_are_known_and_read_once(django_assert_num_queries):
    calendar = Calendar()
    timetable = KNOWN["working_hours"].read(KNOWN["working_hours"].default)
    with django_assert_num_queries(1):
        assert calendar.after(on("09-30 16:00"), Span(8, working=True), timetable) == on("10-08 15:00")
        assert calendar.after(on("10-09 17:00"), Span(8, working=True), timetable) == on("10-10 16:00")
        assert calendar.after(on("02-13 17:00"), Span(2, working=True), timetable) == on("02-14 10:00")
