"""L5.2 What three scales say: a verdict for every three numbers, always the same, always with a reason."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from logistics.goods.weighing import Verdict, compare

grams = st.none() | st.integers(1, 1_000_000)
known = st.integers(1_000, 1_000_000)
tolerances = st.integers(0, 500)


@pytest.mark.rule("L5.2")
@given(grams, grams, grams, tolerances)
def test_every_three_numbers_have_one_verdict_and_a_reason(warehouse, waybill, courier, tolerance):
    found = compare(warehouse, waybill, courier, tolerance)
    assert found == compare(warehouse, waybill, courier, tolerance)
    assert found.verdict in Verdict
    assert len(found.reason) > 10
    assert "{" not in found.reason
    assert "None" not in found.reason


@pytest.mark.rule("L5.2")
@given(known, tolerances, st.data())
def test_within_the_tolerance_scales_are_equal(base, tolerance, data):
    low = base - tolerance
    numbers = [data.draw(st.integers(low, base)) for _ in range(3)]
    assert compare(*numbers, tolerance).verdict == Verdict.EQUAL


@pytest.mark.rule("L5.2")
@given(known, tolerances, st.integers(1, 900))
def test_who_is_lighter_by_more_than_the_tolerance_lost_it(base, tolerance, more):
    light = base - tolerance - more
    if light < 1:
        return
    assert compare(base, base, light, tolerance).verdict == Verdict.COURIER
    assert compare(base, None, light, tolerance).verdict == Verdict.COURIER
    assert compare(light, base, light, tolerance).verdict == Verdict.WAREHOUSE
    assert compare(light, base, None, tolerance).verdict == Verdict.WAREHOUSE
    assert compare(None, base, light, tolerance).verdict == Verdict.UNKNOWN


@pytest.mark.rule("L5.2")
@given(grams, tolerances)
def test_fewer_than_two_weights_say_nothing(one, tolerance):
    for numbers in ((one, None, None), (None, one, None), (None, None, one)):
        assert compare(*numbers, tolerance).verdict == Verdict.UNKNOWN


@pytest.mark.rule("L5.2")
@given(grams, grams, grams, tolerances)
def test_the_courier_is_never_blamed_for_what_was_light_with_us(warehouse, waybill, courier, tolerance):
    found = compare(warehouse, waybill, courier, tolerance).verdict
    if found == Verdict.COURIER:
        assert warehouse is not None
        assert courier is not None
        assert warehouse - courier > tolerance
        assert waybill is None or waybill - warehouse <= tolerance


@pytest.mark.rule("L5.2")
@pytest.mark.parametrize(
    ("numbers", "verdict", "reason"),
    [
        ((1250, 1250, 1220), "equal", "No scale differs by more than the 30 g that scales differ anyway."),
        ((1250, 1250, 1219), "courier", "The courier weighed 1219 g, our warehouse 1250 g: 31 g were lost on the way."),
        ((1219, 1250, 1219), "warehouse", "Our warehouse weighed 1219 g, waybill or slip say 1250 g: 31 g were missing before it left us."),
        ((1219, 1250, 900), "warehouse", "Our warehouse weighed 1219 g, waybill or slip say 1250 g: 31 g were missing before it left us."),
        ((900, None, 1250), "unknown", "Our warehouse weighed 900 g, the courier 1250 g, 350 g more: the scales contradict each other."),
        ((1250, 900, 1250), "unknown", "Waybill or slip say 900 g, a scale 1250 g, 350 g more: the number written there is doubtful."),
        ((None, None, 900), "unknown", "Fewer than two weights are known; there is nothing to compare."),
    ],
)
def test_the_difference_is_explained_in_a_sentence(numbers, verdict, reason):
    with translation.override("en"):
        found = compare(*numbers, 30)
    assert (found.verdict, found.reason) == (verdict, reason)
