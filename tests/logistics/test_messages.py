"""What the customer is told follows the state of the case, and nothing is said that is not so (L0.2)."""

import datetime as dt

import pytest
from django.utils import translation

from logistics.kinds import no_record, stalled
from logistics.messages import no_record_message, stalled_message
from logistics.models import Courier, IncidentFacts, NoRecord, Parcel, Stalled
from logistics.standing import Standing
from orders.models import Order
from refunds.models import Refund, Reshipment
from tests.cast import MONDAY

SINCE = MONDAY - dt.timedelta(hours=50)
# The sentences of a stalled parcel that did not move, by state of its case.
NO_NEWS = "Hello, we looked at your parcel (P). There has been no news of it since 11-21 08:00. "
ON_ITS_WAY = "We keep an eye on it until you have it."
LOST = "Hello, we are sorry: your parcel (P) is lost."
NEVER_LEFT = "Hello, we are sorry: your parcel (P) was not sent, our warehouse cannot find it."
STALLED = {
    "to_check": NO_NEWS + "We look into it and tell you what we learn.",
    "at_warehouse": NO_NEWS + "We are asking our warehouse and tell you what we learn.",
    "to_ship": "Hello, we looked at your parcel (P). It is still in our warehouse and is being shipped.",
    "urged": NO_NEWS + "We have asked the courier to hurry and tell you what we learn.",
    "watched": NO_NEWS + ON_ITS_WAY,
    "said_moving": f"Hello, we looked at your parcel (P). The courier tells us that it is on its way. {ON_ITS_WAY}",
    "to_confirm": NO_NEWS + "We are asking the courier and tell you what we learn.",
    "moves_again": f"Hello, your parcel (P) is on its way again. {ON_ITS_WAY}",
    "lost": LOST,
    "to_mend": LOST,
    "mending": "",
}
NOTHING = "Hello, the number of your parcel (P) shows nothing yet."
NO_RECORD = {
    "to_check": (NOTHING, "We look into it and tell you what we learn."),
    "at_print": (NOTHING, "We are asking our warehouse and tell you what we learn."),
    "new_number": ("Hello, your parcel travels under a new number now: N.", "The old one shows nothing any more."),
    "to_ask": (NOTHING, "We look into it and tell you what we learn."),
    "asked": (NOTHING, "We are asking the courier and tell you what we learn."),
    "at_warehouse": (NOTHING, "We are asking our warehouse and tell you what we learn."),
    "to_ship": ("Hello, we looked at your parcel (P).", "It is still in our warehouse and is being shipped."),
    "shipped": ("Hello, we looked at your parcel (P).", f"It has left our warehouse now. {ON_ITS_WAY}"),
    "traced": ("Hello, we looked at your parcel (P).", "no record of it yet. We are asking the courier and tell you what we learn."),
    "to_confirm": ("Hello, we looked at your parcel (P).", "does not show it yet. We are asking the courier and tell you what we learn."),
    "moves_again": ("Hello, your parcel (P) is on its way now.", ON_ITS_WAY),
    "lost": (LOST, "tell you the result."),
    "to_mend": (LOST, "tell you the result."),
    "mending": ("", ""),
}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def told(state, *, under_way=(), kind=Stalled, parcel=None, **facts):
    case = kind(kind=kind.KIND, state=state, subject_label="P")
    known = IncidentFacts(finding="not_moving", finding_since=SINCE, new_number="N")
    for name, value in facts.items():
        setattr(known, name, value)
    found = Standing(parcel)
    if kind is Stalled:
        return stalled_message(case, known, found, MONDAY, under_way)
    return no_record_message(case, known, found, under_way)


@pytest.mark.rule("L0.2")
@pytest.mark.parametrize("state", stalled.OPEN)
def test_a_stalled_parcels_customer_is_told_what_is_being_done(state):
    said = told(state.value)
    assert said.startswith(STALLED[state]) if STALLED[state] == LOST else said == STALLED[state]


@pytest.mark.rule("L0.2")
@pytest.mark.parametrize("state", no_record.OPEN)
def test_the_customer_of_a_number_without_record_is_told_what_is_being_done(state):
    said, (begin, end) = told(state.value, kind=NoRecord), NO_RECORD[state]
    assert said.startswith(begin)
    assert said.endswith(end)
    assert bool(said) is bool(begin)


@pytest.mark.rule("L0.2")
@pytest.mark.parametrize("kind", [Stalled, NoRecord])
def test_what_the_warehouse_cannot_find_was_not_lost_on_the_way(kind):
    for state in ("lost", "to_mend"):
        assert told(state, kind=kind, whereabouts="not_found").startswith(NEVER_LEFT)


@pytest.mark.rule("L0.2")
@pytest.mark.parametrize("kind", [Stalled, NoRecord])
def test_what_is_being_made_good_is_told_by_its_remedy(kind):
    assert "are being sent again" in told("mending", kind=kind, under_way=[Reshipment(kind="reshipment", state="to_ship")])
    assert "a refund for your parcel (P) is asked for" in told("mending", kind=kind, under_way=[Refund(kind="refund", state="asked")])


@pytest.mark.rule("L0.2")
def test_what_left_only_now_is_not_said_to_be_the_couriers_word():
    assert "It has left our warehouse now." in told("said_moving", whereabouts="still_here")


@pytest.mark.rule("L3.1")
@pytest.mark.parametrize("state", ["to_check", "urged", "watched"])
def test_who_has_a_parcel_at_the_station_is_asked_to_collect_it(state):
    assert "Please collect it there, or tell us if you cannot." in told(state, finding="at_station")


@pytest.mark.rule("L0.2")
@pytest.mark.parametrize("kind", [Stalled, NoRecord])
@pytest.mark.parametrize("state", ["to_check", "at_warehouse", "mending"])
def test_of_a_parcel_that_is_signed_for_the_customer_is_asked_whether_they_have_it(kind, state):
    said = told(state, kind=kind, parcel=Parcel(delivered_at=MONDAY))
    assert said == "Hello, your parcel (P) was signed for on 11-23 10:00. Please tell us if you do not have it."


@pytest.mark.rule("L3.4")
@pytest.mark.parametrize("shipped_at", [None, SINCE])
def test_a_time_counted_from_the_list_that_first_showed_it_is_the_latest(shipped_at):
    parcel = Parcel(courier=Courier(code="zhongtong"), shipped_at=SINCE)
    found = Standing(parcel, MONDAY + dt.timedelta(hours=22), [Order(shipped_at=shipped_at, shipped_seen_at=SINCE)])
    said = stalled_message(Stalled(kind="stalled", state="to_check"), IncidentFacts(), found, MONDAY, [])
    assert ("11-24 08:00 at the latest." in said) is (shipped_at is None)
    parcel.picked_up_at = SINCE - dt.timedelta(hours=1)
    assert not found.is_latest
