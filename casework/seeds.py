"""What an empty database needs: rights, kinds' states, policies, holidays. Filled after every migrate, as owner."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connections

from casework.grants import grant_application_role
from casework.policies import defaults
from casework.registry import KINDS

# Published by the State Council for 2026: (first day, last day, name), then the make-up working days.
OFF = [
    ((1, 1), (1, 3), "元旦"),
    ((2, 15), (2, 23), "春节"),
    ((4, 4), (4, 6), "清明节"),
    ((5, 1), (5, 5), "劳动节"),
    ((6, 19), (6, 21), "端午节"),
    ((9, 25), (9, 27), "中秋节"),
    ((10, 1), (10, 7), "国庆节"),
]
MADE_UP = [((1, 4), "元旦"), ((2, 14), "春节"), ((2, 28), "春节"), ((5, 9), "劳动节"), ((9, 20), "国庆节"), ((10, 10), "国庆节")]
YEAR = 2026
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def seed(sender: Any, using: str = "default", **_: Any) -> None:
    """Fill what is missing; what staff changed stays. Kind states follow the classes and need the owner."""
    connection = connections[using]
    if owns_schema(connection):
        _seed_kind_states(using)
        grant_application_role(connection, settings.APPLICATION_ROLE)
        _set_test_clock(using)
    _seed_policies(using)
    _seed_holidays(using)
    seed_words(using)


def owns_schema(connection: Any) -> bool:
    """Whether the connection works as the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_catalog.pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = 'casework_case'::regclass")
        return bool(cursor.fetchone()[0])


def _seed_kind_states(using: str) -> None:
    from casework.models import KindState

    wanted = {(name, state.value): state.category.value for name, kind in KINDS.items() for state in kind.STATES}
    KindState.objects.using(using).bulk_create(
        [KindState(kind=kind, state=state, category=category) for (kind, state), category in wanted.items()],
        update_conflicts=True,
        unique_fields=["kind", "state"],
        update_fields=["category"],
    )


def _set_test_clock(using: str) -> None:
    from casework.models import TestClock

    TestClock.objects.using(using).update_or_create(pk=1, defaults={"is_on": settings.TEST_CLOCK})
    with connections[using].cursor() as cursor:
        months = settings.MONTHS_AROUND
        cursor.execute("SELECT casework_ensure_partitions((now() - make_interval(months => %s))::date, %s)", [months, 2 * months])


def _seed_policies(using: str) -> None:
    from casework.models import Policy

    known = set(Policy.objects.using(using).filter(shop=None).values_list("name", flat=True))
    Policy.objects.using(using).bulk_create(
        [Policy(name=each.name, value=each.default, valid_from=LONG_AGO) for each in defaults() if each.name not in known]
    )


def _seed_holidays(using: str) -> None:
    from casework.models import Holiday

    days = {}
    for first, last, name in OFF:
        day, end = dt.date(YEAR, *first), dt.date(YEAR, *last)
        while day <= end:
            days[day] = Holiday(day=day, working=False, name=name)
            day += dt.timedelta(days=1)
    days |= {dt.date(YEAR, *day): Holiday(day=dt.date(YEAR, *day), working=True, name=name) for day, name in MADE_UP}
    Holiday.objects.using(using).bulk_create(days.values(), ignore_conflicts=True)


def seed_words(using: str) -> None:
    """Scripts and rules for replies whose code is not there yet: what a shop has worded stays, and what it took away stays away."""
    from casework.models import ReplyRule, Script
    from casework.replies import own_rules
    from casework.scripts import own_words

    for table, written in ((Script, own_words.WRITTEN.values()), (ReplyRule, own_rules.WRITTEN)):
        rows: Any = table._default_manager.using(using)
        known = set(rows.filter(shop=None).values_list("code", flat=True))
        rows.bulk_create([each.row(LONG_AGO) for each in written if each.code not in known])
