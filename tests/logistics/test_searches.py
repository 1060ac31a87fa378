"""Finding cases by what people read off a label: the waybill, its beginning or its end."""

import datetime as dt

import pytest
from django.db import connection

from casework.searches import find_ids
from logistics.models import Courier, Parcel
from tests.builders import an_order, an_unreachable
from tests.cast import MONDAY, acts


@pytest.fixture
def case(agent, shop):
    return an_unreachable(agent, order=an_order(shop, waybill="SF1234567890X"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SF1234567890X", True),
        ("sf1234567890x", True),
        ("SF123", True),
        ("SF12", False),  # a beginning of four is half the courier's parcels
        ("890X", True),
        ("890x", True),
        ("90X", False),
        ("4567890X", True),
        ("567890", False),
        ("8%0X", False),
        ("_90X", False),
    ],
)
def test_a_waybill_is_found_by_its_beginning_or_its_end(agent, case, text, found):
    assert find_ids(text, acts(agent)) == ({case.pk} if found else set())


def test_another_shops_parcel_is_not_found_by_its_end(outsider, case):
    assert find_ids("890X", acts(outsider)) == set()


def test_each_order_in_a_merged_parcel_is_found_by_the_waybills_end(agent, agent2, shop):
    orders = [an_order(shop, waybill="73000000007788", paid_at=MONDAY + dt.timedelta(hours=hours)) for hours in (0, 1)]
    case = an_unreachable(agent, order=orders[1])
    assert find_ids("7788", acts(agent2)) == {case.pk}


def test_the_end_of_a_waybill_is_looked_up_in_an_index(agent, shop):
    courier = Courier.objects.first()
    Parcel.objects.bulk_create(
        Parcel(shop=shop, courier=courier, waybill=f"7300{number:010d}", first_seen_at=MONDAY) for number in range(3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE logistics_parcel")
        cursor.execute("EXPLAIN SELECT id FROM logistics_parcel WHERE reverse(waybill)::text LIKE '7721%'")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "parcel_by_end_of_waybill" in plan
