"""Where a parcel is follows from its events, whatever the order in which they were told."""

import datetime as dt
import itertools

import pytest
from django.db import connection

from casework.actions.verify import verify_invariants
from logistics.actions.refresh_parcels import REFRESH, refresh_parcels
from logistics.models import Courier, Norm, Parcel, Region, Stage, TrackingEvent
from tests.builders import an_order
from tests.cast import MONDAY
from tests.logistics.incidents import an_incident, parcel_of, taken

HOUR = dt.timedelta(hours=1)
PROBLEMS = {"206"}


@pytest.fixture
def parcel(shop):
    order = an_order(shop, waybill="73000000000001")
    return order.parcels.get()


def told(parcel, *nodes):
    """Events of (hours after Monday, stage, code), one text each."""
    TrackingEvent.objects.bulk_create(
        TrackingEvent(
            parcel=parcel, at=MONDAY + hours * HOUR, place=place, provider="kuaidi100", code=code, stage=stage, text=f"{stage}{code}",
            signed_by="self" if stage == "signed" else "", digest=f"{hours}{stage}{code}".encode(), received_at=MONDAY,
        )
        for place, (hours, stage, code) in enumerate(nodes)
    )  # fmt: skip
    refresh_parcels([parcel.pk], problems=PROBLEMS)
    parcel.refresh_from_db()
    return parcel


WAY = [(0, "ordered", "101"), (2, "picked_up", "103"), (10, "transit", "1002"), (30, "delivering", "5")]


def test_the_stage_is_the_last_node_and_begins_with_the_first_of_its_run(parcel):
    found = told(parcel, *WAY, (40, "delivering", "5"), (44, "", "201"))
    assert found.stage == Stage.DELIVERING
    assert found.stage_since == MONDAY + 30 * HOUR
    assert found.last_event_at == MONDAY + 44 * HOUR
    assert found.picked_up_at == MONDAY + 2 * HOUR
    assert found.code == "201"


def test_trouble_stands_only_while_it_is_the_last_node(parcel):
    assert told(parcel, *WAY, (40, "problem", "206")).problem == "206"
    assert told(parcel, (44, "delivering", "5")).problem == ""


def test_once_signed_for_it_stays_so(parcel):
    found = told(parcel, *WAY, (40, "signed", "301"), (41, "transit", "0"), (60, "returning", "6"))
    assert (found.stage, found.delivered_at, found.returning_at) == (Stage.SIGNED, MONDAY + 40 * HOUR, None)
    assert found.signed_by == "self"


def test_a_signature_after_the_way_back_began_is_ours(parcel):
    found = told(parcel, *WAY, (50, "returning", "6"), (80, "transit", "1002"), (99, "signed", "3"))
    assert found.stage == Stage.RETURNED
    assert found.delivered_at is None
    assert found.returning_at == MONDAY + 50 * HOUR


def test_nodes_on_the_way_back_keep_it_returning(parcel):
    found = told(parcel, *WAY, (50, "returning", "6"), (80, "transit", "1002"))
    assert (found.stage, found.stage_since) == (Stage.RETURNING, MONDAY + 50 * HOUR)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_the_order_of_telling_changes_nothing(parcel, order):
    nodes = [*WAY[1:], (40, "signed", "301")]
    for number in order:
        told(parcel, nodes[number])
    assert (parcel.stage, parcel.delivered_at, parcel.last_event_at) == (Stage.SIGNED, MONDAY + 40 * HOUR, MONDAY + 40 * HOUR)


ENDS = {"signed": (40, "signed", "3"), "returning": (35, "returning", "6"), "moved": (45, "transit", "1002")}


@pytest.mark.fault("W4")
@pytest.mark.parametrize("order", list(itertools.permutations(ENDS)))
def test_a_way_back_that_is_told_late_takes_the_arrival_back(parcel, order):
    for name in order:
        told(parcel, ENDS[name])
    assert (parcel.stage, parcel.delivered_at, parcel.signed_by) == (Stage.RETURNED, None, "")
    assert parcel.returning_at == MONDAY + 35 * HOUR
    assert verify_invariants() == []


def test_what_a_person_said_of_its_arrival_stays_whatever_is_told(agent):
    case = an_incident("stalled", agent)
    taken(case, "customer_has_it", agent)
    parcel = told(parcel_of(case), *WAY)
    assert parcel.delivered_at == MONDAY
    assert told(parcel, (40, "signed", "3")).delivered_at == MONDAY + 40 * HOUR
    assert told(parcel, (35, "returning", "6")).delivered_at == MONDAY
    assert verify_invariants() == []


def test_many_parcels_are_summed_up_in_one_statement(shop, django_assert_num_queries):
    parcels = [an_order(shop, waybill=f"7300000000{number:04d}").parcels.get() for number in range(20)]
    for parcel in parcels:
        told(parcel, *WAY)
    Parcel.objects.update(stage="")
    with django_assert_num_queries(1):
        refresh_parcels([parcel.pk for parcel in parcels], problems=PROBLEMS)
    assert set(Parcel.objects.values_list("stage", flat=True)) == {"delivering"}


def test_no_parcel_is_looked_at_by_itself(db):
    """A sub-plan would run once a parcel over the nodes of all: ten times the parcels, a hundred times as long."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + REFRESH, {"parcels": [1, 2], "problems": []})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "CTE Scan" in plan
    assert "SubPlan" not in plan


@pytest.mark.parametrize(
    ("province", "city", "district", "region"),
    [
        ("新疆维吾尔自治区", "喀什地区", "喀什市", "remote"),
        ("广西壮族自治区", "南宁市", "青秀区", "remote"),
        ("浙江省", "杭州市", "西湖区", "jiangzhehu"),
        ("香港特别行政区", "九龙", "油尖旺区", "overseas"),
        ("", "", "", None),
        ("外星", "", "", None),
    ],
)
@pytest.mark.rule("L3.1")
def test_the_region_is_told_by_the_beginning_of_the_names(db, province, city, district, region):
    assert region_of(province, city, district) == region


@pytest.mark.rule("L3.1")
def test_the_narrowest_place_counts(db):
    Region.objects.get(code="remote").places.create(province="四川", city="甘孜")
    assert region_of("四川省", "甘孜藏族自治州", "康定市") == "remote"
    assert region_of("四川省", "成都市", "武侯区") == "southwest"


def region_of(*place):
    found = Region.objects.raw("SELECT * FROM logistics_region WHERE id = logistics_region_of(%s, %s, %s)", place)
    return next((each.code for each in found), None)


@pytest.mark.rule("L3.4")
def test_of_two_norms_the_one_for_both_comes_first_then_the_longer(db):

    yunda, remote = Courier.objects.get(code="yunda"), Region.objects.get(code="remote")

    def hours(courier, region):
        with connection.cursor() as cursor:
            cursor.execute("SELECT logistics_norm_hours('not_moving', %s, %s)", [courier and courier.pk, region and region.pk])
            return cursor.fetchone()[0]

    assert (hours(yunda, None), hours(yunda, remote)) == (48, 96)
    Norm.objects.create(measure="not_moving", courier=yunda, hours=72)
    assert (hours(yunda, None), hours(yunda, remote)) == (72, 96)
    Norm.objects.create(measure="not_moving", courier=yunda, region=remote, hours=60)
    assert hours(yunda, remote) == 60
