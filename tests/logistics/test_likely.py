"""Which kinds are likely when somebody asks about an order, and why: a pure function of what the data know (L0.1)."""

import datetime as dt

import pytest
from django.utils import translation

from casework.likely import Seen, day_words, rank
from casework.registry import KINDS, SUBJECTS
from logistics.models import Courier, Finding, Parcel, ParcelFact
from logistics.signs import LATELY, ParcelSeen
from orders.models import Order
from tests.cast import MONDAY

HOUR = dt.timedelta(hours=1)
SHIPPED, WAITS = Order(status="shipped"), Order(status="wait_ship")
pytestmark = pytest.mark.rule("L0.1")


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def a_seen(*, facts=(), findings=(), order=SHIPPED, now=MONDAY, **parcel):
    found = Parcel(courier=Courier(name="中通"), waybill="W", **parcel) if parcel else None
    facts = [ParcelFact(name=name, at=at) for name, at in facts]
    findings = [Finding(kind=kind, since=now - 60 * HOUR) for kind in findings]
    return Seen(now, order, "", {"parcel": ParcelSeen(found, facts, findings)})


def likely(seen):
    """The kinds that something speaks for, in their order."""
    return [each.kind.KIND for each in rank([KINDS[name] for name in SUBJECTS if name in KINDS], seen) if each.is_likely]


def reason(seen, kind):
    return rank([KINDS[kind]], seen)[0].reason


MOVING = {"stage": "transit", "last_event_at": MONDAY - HOUR, "moved_at": MONDAY - HOUR}
SIGNED = {"stage": "signed", "delivered_at": MONDAY - 20 * HOUR, "moved_at": MONDAY - 20 * HOUR}


def test_what_was_signed_for_yesterday_was_not_received_or_is_not_complete():
    seen = a_seen(**SIGNED, signed_by="self")
    assert likely(seen)[:1] == ["signed_not_received"]
    assert "missing_items" in likely(seen)
    assert "stalled" not in likely(seen)
    assert reason(seen, "signed_not_received") == "Signed for: yesterday."


@pytest.mark.parametrize("signer", ["other", "station"])
def test_signed_for_by_somebody_else_comes_before_all(signer):
    seen = a_seen(**SIGNED, signed_by=signer)
    assert likely(seen)[0] == "signed_not_received"
    assert "somebody else" in reason(seen, "signed_not_received")


@pytest.mark.parametrize(("seconds", "weight"), [(-1, 2), (0, 2), (1, 1)])
def test_lately_ends_to_the_second(seconds, weight):
    seen = a_seen(stage="signed", signed_by="self", delivered_at=MONDAY - LATELY - dt.timedelta(seconds=seconds))
    assert rank([KINDS["missing_items"]], seen)[0].weight == weight


def test_what_the_night_has_found_stands_still_or_has_no_record():
    assert likely(a_seen(**MOVING, findings=["not_moving"]))[0] == "stalled"
    assert likely(a_seen(shipped_at=MONDAY - 80 * HOUR, findings=["no_record"]))[0] == "no_record"


def test_a_parcel_on_its_way_may_stand_still_and_one_without_a_node_has_no_record():
    assert likely(a_seen(**MOVING))[0] == "stalled"
    assert likely(a_seen(shipped_at=MONDAY - HOUR))[0] == "no_record"


def test_the_couriers_last_word_comes_first_until_the_parcel_moves_on():
    told = {**MOVING, "stage": "problem", "last_text": "联系不上收件人"}
    assert likely(a_seen(**told, facts=[("unreachable", MONDAY - HOUR)]))[:2] == ["doubtful", "unreachable"]
    assert "unreachable" not in likely(a_seen(**MOVING, facts=[("unreachable", MONDAY - 2 * HOUR)]))


def test_each_kind_that_tracking_opens_is_likely_by_that_alone():
    """A kind that declares nothing joins by the rule of detection that opens it."""
    for kind in ("unreachable", "doubtful"):
        assert kind in likely(a_seen(**MOVING, facts=[(kind, MONDAY)]))


def test_not_shipped_yet_is_a_complaint_and_nothing_about_a_parcel():
    seen = a_seen(order=WAITS)
    assert likely(seen)[0] == "logistics_complaint"
    assert not {"stalled", "no_record", "signed_not_received", "missing_items"} & set(likely(seen))
    assert reason(seen, "logistics_complaint") == "Not shipped yet."


def test_every_kind_stays_within_reach_in_the_handbooks_order():
    ranked = [each.kind for each in rank([KINDS[name] for name in SUBJECTS if name in KINDS], Seen(MONDAY))]
    assert {each.KIND for each in ranked} == set(SUBJECTS) & set(KINDS)
    chapters = [each.CHAPTER for each in ranked if each.CHAPTER.startswith("L")]
    assert chapters == sorted(chapters, key=lambda each: int(each[1:].split(".")[0]))


def test_every_sign_of_every_kind_can_be_asked_of_nothing_at_all():
    for order in (None, SHIPPED):
        seen = Seen(MONDAY, order)
        assert all(isinstance(each.test(seen), bool) for kind in KINDS.values() for each in kind.signs())


def test_days_are_those_of_the_shop():
    assert day_words(MONDAY.replace(hour=0), MONDAY) == "today"
    assert day_words(MONDAY.replace(hour=0) - dt.timedelta(seconds=1), MONDAY) == "yesterday"
    assert day_words(MONDAY - dt.timedelta(days=2), MONDAY) == "11-21"
    assert day_words(MONDAY - dt.timedelta(days=400), MONDAY) == "2025-10-19"
