"""What follows from the ways: whatever the order and its parcels do, decided again it stays, and what is changed stays changed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.addresses.parts import Known
from logistics.addresses.ways import PrintSays
from logistics.kinds.address_change.plan import BOTH_EDITS, CHANGED, OURS, QUESTIONS, make_plan
from logistics.kinds.address_change.states import State
from logistics.models import Courier, Parcel
from orders.models import Order, OrderStatus
from tests.cast import MONDAY

pytestmark = pytest.mark.rule("L9.1")
TIMES = st.none() | st.just(MONDAY)
PARCELS = st.lists(
    st.builds(
        dict, picked_up_at=TIMES, delivered_at=TIMES, returning_at=TIMES, back_at=TIMES, sent_again_at=TIMES, is_listed=st.booleans()
    ),
    max_size=2,
)
ORDERS = st.builds(
    dict,
    status=st.sampled_from(OrderStatus.values),
    flag=st.sampled_from([None, 0, 5]),
    paid_at=st.none() | st.integers(0, 10).map(lambda minutes: MONDAY - dt.timedelta(minutes=minutes)),
)
DONE = st.sets(st.sampled_from(OURS))
SAYS = st.sampled_from(["", *PrintSays.values])


def planned(order, parcels, done, kept, *, is_told=False):
    rows, listed = [], []
    for number, each in enumerate(parcels, 1):
        columns = {name: value for name, value in each.items() if name != "is_listed"}
        rows.append(Parcel(pk=number, waybill=f"73{number}", courier=Courier(name="中通"), **columns))
        listed += [f"73{number}"] if each["is_listed"] else []
    found = Order(number="5118", waybills=listed, **order)
    return make_plan(found, Known(rows, done), kept, [], now=MONDAY, memo_only=dt.timedelta(minutes=5), is_told=is_told)


@given(order=ORDERS, parcels=PARCELS, done=DONE, says=SAYS)
def test_decided_again_it_stays(order, parcels, done, says):
    first = planned(order, parcels, done, [])
    answered = planned(order, parcels, done, [each | {"says": says, "flag": order["flag"]} for each in first.parts])
    assert planned(order, parcels, done, answered.parts) == answered
    assert set(answered.wanted) <= set(OURS)
    assert answered.parts
    assert (answered.state == State.AT_PRINT) == any(kind in QUESTIONS for kind in answered.wanted)


@given(order=ORDERS, later=ORDERS, parcels=PARCELS, more=PARCELS, done=DONE)
def test_what_is_changed_stays_so_whatever_comes_later(order, later, parcels, more, done):
    first = planned(order, parcels, done, [])
    then = planned(later, parcels + more[: 2 - len(parcels)], done, first.parts)
    changed = {each["parcel"] for each in first.parts if each["end"] == CHANGED and each["way"] != "reorder" and each["parcel"]}
    assert changed <= {each["parcel"] for each in then.parts if each["end"] == CHANGED}


@given(order=ORDERS, parcels=PARCELS, done=DONE)
def test_nothing_is_told_or_followed_while_something_is_wanted(order, parcels, done):
    plan = planned(order, parcels, done, [], is_told=True)
    assert not plan.wanted or plan.state not in (State.TO_TELL, State.FOLLOWED, State.ARRIVED)


@pytest.mark.rule("L9.8")
@given(done=DONE)
def test_one_of_the_two_edits_is_not_enough(done):
    order = {"status": "wait_ship", "flag": 0, "paid_at": MONDAY - dt.timedelta(hours=1)}
    plan = planned(order, [], done, [])
    left = [kind for kind in BOTH_EDITS if kind not in done]
    assert list(plan.wanted) == (left or ["confirm_address"])
    assert plan.state == (State.TO_EDIT if left else State.AT_PRINT)
