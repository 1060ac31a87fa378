"""What a waybill looks like: a warning, never a refusal (FORMATS 4.1)."""

import pytest
from django.db import connection

from logistics.models import Courier
from logistics.patterns import ODD, folded, is_odd, is_waybill

pytestmark = pytest.mark.django_db
NUMBERS = {
    "zhongtong": ["73000000000001", "75000000000001", "780000000001"],
    "yuantong": ["YT1234567890123", "D12345678901", "123456789012345678"],
    "shentong": ["771234567890123", "1234567890123"],
    "yunda": ["4300000000001", "430000000000001"],
    "shunfeng": ["SF1234567890123", "123456789012"],
    "jtexpress": ["JT1234567890123", "JT123456789012"],
    "ems": ["EA123456789CN", "1012345678901"],
    "youzhengguonei": ["9612345678901", "9912345678901"],
    "jd": ["JDX000012345678", "JDK000012345678", "JDVA12345678901"],
    "debangkuaidi": ["DPK123456789012", "123456789"],
    "tiantian": ["TT6612345678901", "TT5712345678901"],
}


@pytest.mark.parametrize(("courier", "waybill"), [(courier, each) for courier, numbers in NUMBERS.items() for each in numbers])
def test_the_couriers_own_numbers_are_not_odd(courier, waybill):
    assert not is_odd(Courier.objects.get(code=courier), waybill)


@pytest.mark.parametrize(
    ("courier", "waybill"), [("zhongtong", "SF1234567890123"), ("shunfeng", "73000000000001"), ("jtexpress", "JT1"), ("ems", "5")]
)
def test_another_couriers_number_is_odd(courier, waybill):
    assert is_odd(Courier.objects.get(code=courier), waybill)


def test_a_courier_without_patterns_takes_any_number():
    assert not is_odd(Courier.objects.get(code="unknown"), "X")


def test_python_and_the_database_find_the_same_odd():
    numbers = sorted({each for numbers in NUMBERS.values() for each in numbers} | {"X", "73000000000001X", "AB", "1", "SF123"})
    for courier in Courier.objects.all():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT w FROM unnest(%s) AS w WHERE {ODD.format(courier='%s', waybill='w')}", [numbers, courier.pk])
            assert sorted(row[0] for row in cursor.fetchall()) == [each for each in numbers if is_odd(courier, each)], courier


def test_a_waybill_has_one_form():
    assert folded(" sf１２ 34\u3000") == "SF1234"
    assert all(map(is_waybill, ["SF1234", "1-2345"]))
    assert not any(map(is_waybill, ["", "1234", "SF 1234", "单号12345", "<b>12345", "-12345", "1" * 65]))
