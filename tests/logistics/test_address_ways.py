"""How an address can still be changed, part by part: the table of L9.2 to L9.8."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.addresses.ways import REASONS, RULES, Part, PrintSays, Way, decide
from orders.models import OrderStatus
from tests.cast import MONDAY

FIVE = dt.timedelta(minutes=5)
SECOND = dt.timedelta(seconds=1)
PAID = {"status": "wait_ship", "paid_at": MONDAY, "collected": False}


def way(now=MONDAY, memo_only=FIVE, **facts):
    found = decide(Part(**facts), now, memo_only)
    return found.way, found.reason.rule


@pytest.mark.rule("L9.2")
def test_an_unpaid_order_is_closed_and_ordered_again():
    assert way(status="wait_pay") == (Way.REORDER, "L9.2")


@pytest.mark.rule("L9.3")
@pytest.mark.parametrize(
    ("after", "found"), [(FIVE - SECOND, (Way.MEMO, "L9.3")), (FIVE, (Way.MEMO, "L9.3")), (FIVE + SECOND, (Way.EDIT, "L9.4"))]
)
def test_a_memo_is_enough_for_five_minutes_after_payment(after, found):
    assert way(MONDAY + after, **PAID) == found


@pytest.mark.rule("L9.3")
def test_zero_minutes_mean_never_and_an_unknown_payment_is_not_recent():
    assert way(memo_only=dt.timedelta(), **PAID) == (Way.EDIT, "L9.4")
    assert way(**(PAID | {"paid_at": None})) == (Way.EDIT, "L9.4")


@pytest.mark.rule("L9.8")
@pytest.mark.parametrize("collected", [True, None])
@pytest.mark.parametrize("minutes", [0, 1, 600])
def test_purple_or_unknown_is_asked_about_first_whatever_the_minutes(collected, minutes):
    facts = PAID | {"collected": collected}
    now = MONDAY + dt.timedelta(minutes=minutes)
    assert way(now, **facts) == (Way.ASK, "L9.8")
    assert way(now, print_says="held", **facts) == (Way.EDIT, "L9.4")
    assert way(now, print_says="too_late", **facts) == (Way.LEAVES, "L9.6")


@pytest.mark.rule("L9.8")
def test_who_says_that_it_is_not_collected_leaves_the_rest_to_the_minutes():
    facts = PAID | {"collected": None, "print_says": "not_collected"}
    assert way(MONDAY + FIVE, **facts) == (Way.MEMO, "L9.3")
    assert way(MONDAY + FIVE + SECOND, **facts) == (Way.EDIT, "L9.4")


@pytest.mark.rule("L9.5", "L9.6", "L9.7")
def test_a_waybill_then_the_courier_then_the_signature():
    printed = PAID | {"has_waybill": True}
    assert way(**printed) == (Way.PULL, "L9.5")
    assert way(**(printed | {"collected": True})) == (Way.PULL, "L9.5")
    assert way(has_left=True, **printed) == (Way.COURIER, "L9.6")
    assert way(has_left=True, is_signed=True, **printed) == (Way.GET_BACK, "L9.7")
    assert way(has_left=True, comes_back=True, **printed) == (Way.NOTHING, "L10.1")


PARTS = st.builds(
    Part,
    status=st.sampled_from(OrderStatus.values),
    paid_at=st.none() | st.integers(-10_000, 10_000).map(lambda seconds: MONDAY + dt.timedelta(seconds=seconds)),
    collected=st.sampled_from([True, False, None]),
    print_says=st.sampled_from(["", *PrintSays.values]),
    has_waybill=st.booleans(),
    has_left=st.booleans(),
    is_signed=st.booleans(),
    comes_back=st.booleans(),
)


@pytest.mark.rule("L9.1")
@given(part=PARTS, minutes=st.integers(0, 60))
def test_every_part_gets_one_way_with_its_rule_and_reason(part, minutes):
    found = decide(part, MONDAY, dt.timedelta(minutes=minutes))
    assert found == decide(part, MONDAY, dt.timedelta(minutes=minutes))
    assert found.reason == REASONS[found.reason.code]
    assert str(found.reason.text)
    assert found.reason.rule in ("L10.1", *(f"L9.{number}" for number in range(1, 9)))


@pytest.mark.rule("L9.8")
@given(part=PARTS)
def test_nothing_that_may_be_in_print_is_touched_unasked(part):
    found = decide(part, MONDAY, FIVE)
    if found.way in (Way.MEMO, Way.EDIT) and part.collected is not False:
        assert part.print_says in PrintSays.values
    if found.way == Way.MEMO:
        assert part.collected is not True or part.print_says == PrintSays.NOT_COLLECTED


@pytest.mark.rule("L9.1")
def test_every_rule_of_the_table_can_be_the_one_that_counts():
    met = {decide(Part(**facts), MONDAY, FIVE).reason.code for facts in MEETS}
    assert met == {each.name for each in RULES}


MEETS = [
    {"status": "closed"},
    {"status": "shipped", "comes_back": True},
    {"status": "finished", "is_signed": True},
    {"status": "shipped", "has_left": True},
    {"status": "wait_pay"},
    {"status": "wait_ship", "print_says": "too_late"},
    {"status": "wait_ship", "has_waybill": True},
    {"status": "wait_ship"},
    {"status": "wait_ship", "collected": True},
    PAID,
    PAID | {"print_says": "held"},
]
