"""What must hold between parcels and their events is looked at, and a difference is found."""

import datetime as dt

import pytest
from django.db import connection

from casework.actions.verify import verify_invariants
from logistics.actions.event_partitions import ensure_partitions, forget_unknown
from logistics.actions.take_push import REMEMBER
from logistics.models import Parcel, RefusedPush, TrackingEvent
from tests.builders import an_order
from tests.cast import MONDAY
from tests.logistics.test_take_tracking import take
from tests.logistics.traces import NUMBER, WAY, trace

SUM = "a_parcel_is_the_sum_of_its_events"


@pytest.fixture
def parcel(shop):
    parcel = an_order(shop, waybill=NUMBER).parcels.get()
    take(shop, trace(*WAY, (50, "6"), (80, "4"), state="4"))
    assert verify_invariants() == []
    return parcel


@pytest.mark.parametrize(
    "wrong",
    [
        {"stage": "signed"},
        {"stage": "transit"},
        {"code": "5"},
        {"last_event_at": MONDAY},
        {"last_event_at": None},
        {"picked_up_at": MONDAY},
    ],
)
def test_a_parcel_that_is_not_the_sum_of_its_events_is_found(parcel, wrong):
    Parcel.objects.filter(pk=parcel.pk).update(**wrong)
    assert [(each.rule, each.detail) for each in verify_invariants()] == [(SUM, NUMBER)]


def test_events_that_are_gone_are_missed(parcel):
    TrackingEvent.objects.filter(code="4").delete()
    assert [each.rule for each in verify_invariants()] == [SUM]


def test_an_event_in_no_month_is_found(parcel):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO logistics_trackingevent (parcel_id, at, place, provider, code, stage, signed_by, text, area, digest, received_at)"
            " SELECT parcel_id, '2009-05-01', place, provider, code, '', signed_by, text, area, digest, received_at FROM logistics_trackingevent LIMIT 1"
        )
    assert "no_event_outside_its_month" in [each.rule for each in verify_invariants()]


def test_the_daily_task_makes_the_months_to_come(db):
    later = dt.datetime(2031, 6, 15, tzinfo=dt.UTC)
    assert ensure_partitions(at=later) > 12
    assert ensure_partitions(at=later) == 0


def test_numbers_that_were_refused_long_ago_are_forgotten(shop):
    old, new = MONDAY - dt.timedelta(days=91), MONDAY - dt.timedelta(days=89)
    for number, at, settled in (("1", old, None), ("2", old, MONDAY), ("3", new, None)):
        RefusedPush.objects.create(shop=shop, waybill=number, company="zhongtong", last_at=at, settled_at=settled)
    assert forget_unknown(at=MONDAY) == 2
    assert set(RefusedPush.objects.values_list("waybill", flat=True)) == {"3"}


def test_the_numbers_of_a_shop_that_nobody_knows_are_counted_in_an_index_of_their_own(shop):
    RefusedPush.objects.bulk_create(
        RefusedPush(shop=shop, waybill=f"W{number}", company="zhongtong", last_at=MONDAY, settled_at=MONDAY if number % 50 else None)
        for number in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE logistics_refusedpush")
        cursor.execute("EXPLAIN " + REMEMBER, {"shop": shop.pk, "company": "zhongtong", "waybill": "W", "at": MONDAY, "most": 1000})
        assert "refused_push_unknown" in "\n".join(line for (line,) in cursor.fetchall())
