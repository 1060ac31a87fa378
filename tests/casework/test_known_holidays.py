import datetime as dt
import logging

import pytest
import time_machine
from django.core import checks

from casework import calendars
from casework.calendars import SHOP_TIME, Calendar
from casework.checks import check_holidays
from casework.models import Holiday
from casework.policies import Policies, Span

pytestmark = pytest.mark.django_db
# The table that a new desk has ends with 2026.
LAST_QUIET_DAY = dt.datetime(2026, 10, 31, 23, 59, 59, tzinfo=SHOP_TIME)
WORKDAY = Span(8, working=True)


def warned():
    return [each.id for each in check_holidays(databases=["default"])]


@pytest.mark.parametrize(("after", "found"), [(0, []), (1, ["casework.W001"]), (86_400 * 365, ["casework.W001"])])
def test_sixty_days_before_the_known_holidays_end_somebody_is_told(after, found):
    with time_machine.travel(LAST_QUIET_DAY + dt.timedelta(seconds=after), tick=False):
        assert warned() == found


def test_the_next_years_days_are_what_it_asks_for():
    with time_machine.travel(LAST_QUIET_DAY + dt.timedelta(days=30), tick=False):
        Holiday.objects.create(day=dt.date(2027, 1, 1), working=False, name="元旦")
        assert warned() == []


def test_a_table_without_rows_is_told_of():
    Holiday.objects.all().delete()
    assert warned() == ["casework.W001"]


def test_it_is_no_error_and_waits_for_a_database():
    with time_machine.travel(LAST_QUIET_DAY + dt.timedelta(days=30), tick=False):
        found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
        assert [each.level for each in found if each.id == "casework.W001"] == [checks.WARNING]
        assert [each.id for each in checks.run_checks() if each.id == "casework.W001"] == []


@pytest.fixture
def said(caplog):
    calendars._say_once.cache_clear()
    caplog.set_level(logging.WARNING, "casework.calendars")
    return caplog


@pytest.mark.parametrize(("start", "times"), [((2026, 12, 31, 10), 0), ((2026, 12, 31, 10, 0, 1), 1)])
def test_a_clock_that_runs_past_the_known_holidays_is_logged_once(said, start, times):
    timetable = Policies(LAST_QUIET_DAY).value("working_hours", None)
    for _ in range(3):
        Calendar().after(dt.datetime(*start, tzinfo=SHOP_TIME), WORKDAY, timetable)
    assert [record.message.endswith("(casework.W001)") for record in said.records] == [True] * times


def test_calendar_time_needs_no_holidays(said):
    Calendar().after(dt.datetime(2027, 5, 1, tzinfo=SHOP_TIME), Span(72), {})
    assert said.records == []
