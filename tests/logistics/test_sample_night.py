"""The sample pushes, posted to the desk that has the sample orders, and the night as of 2026-11-20 12:00: exactly what they should lead to."""

import datetime as dt

import pytest

from casework.actions.verify import verify_audit, verify_invariants
from casework.models import Case
from casework.registry import KINDS
from logistics.actions.flag_stalled import flag_stalled
from logistics.models import Finding, Parcel
from orders.access import Actor
from tests.logistics.test_sample_pushes import desk, parcel_of, send
from tests.logistics.traces import NOON, SAMPLE_NAMES

__all__ = ["desk"]

SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)
# name: kind of finding, by code, hours stood, hours that are normal, kind of case
FOUND = {
    "02": ("not_picked_up", "", 59, 48, "stalled"),
    "06": ("not_moving", "", 124, 96, "stalled"),
    # The courier says "not updated" in a node of its own, 98 hours ago.
    "07": ("not_moving", "202", 98, 96, "stalled"),
    # In the locker for 140 hours; 205 says so 20 hours ago.
    "10": ("at_station", "205", 140, 48, "stalled"),
    "20": ("no_record", "abort", 0, 72, "no_record"),
}
# Of the 15 more: held by the courier (208), out for delivery for 100 hours and not signed for in time (201), without change for 60 days.
FOUND_MORE = {
    "m02": ("not_moving", "208", 60, 96, "stalled"),
    "m06": ("delivering", "201", 100, 24, "stalled"),
    "m08": ("not_moving", "abort", 1464, 48, "stalled"),
}
# What codes alone open, by name: out of area, damaged, turned back, cancelled waybills, odd signatures.
CODED = {
    "12": "signed_not_received", "13": "signed_not_received", "16": "unreachable", "17": "returned_to_sender", "18": "returned_to_sender",
}  # fmt: skip
CODED_MORE = {"m01": "out_of_area", "m03": "damaged", "m04": "no_record", "m05": "no_record"}
DELIVERED = {"11", "12", "13", "14", "15"}
FACTS = {
    "12": {"signed_by_other", "signed_not_received"}, "13": {"signed_by_other", "signed_not_received"}, "15": {"unreachable"}, "16": {"unreachable"},
    "17": {"refusal_raised", "refused_at_door", "returning", "returned_to_sender"},
    "18": {"refused", "refused_at_door", "returning", "returned", "returned_to_sender"}, "19": {"handed_to_another_courier"},
    "m01": {"out_of_area"}, "m03": {"damaged"}, "m04": {"waybill_cancelled", "no_record"}, "m05": {"waybill_cancelled", "no_record"},
    "m06": {"not_signed_in_time"},
    "m07": {"customs_trouble"}, "m11": {"signed_by_other", "moved_after_signing"},
}  # fmt: skip


def night(shop, at=NOON):
    return flag_stalled(shop, at=at, by=Actor.system("nightly"))


def findings():
    """What stands, by parcel."""
    rows = Finding.objects.filter(ended_at=None).select_related("case")
    return {each.parcel_id: (each.kind, each.code, (NOON - each.since) // (DAY / 24), each.norm_hours, each.case.kind) for each in rows}


def by_parcel(expected):
    return {parcel_of(f"{name}_").pk: what for name, what in expected.items()}


def opened(expected):
    """Of the kinds that there are."""
    return {name: kind for name, kind in expected.items() if kind in KINDS}


@pytest.mark.rule("L3.3")
@pytest.mark.rule("L3.4")
def test_the_night_finds_exactly_what_stands_still_among_the_twenty(client, desk, shop):
    twenty = [name for name in SAMPLE_NAMES if not name.startswith("m")]
    for name in twenty:
        assert send(client, name).status_code == 200
    run = night(shop)
    assert findings() == by_parcel(FOUND)
    # 06 and 02 by the night, 10 by code in the night, 07 and 20 when they were told, 16 as unreachable.
    assert (run.found, run.opened, run.updated, run.closed) == (5, 3, 0, 0)
    cases = {case.incident.parcel_id: case.kind for case in Case.objects.all()}
    assert cases == {pk: what[-1] for pk, what in by_parcel(FOUND).items()} | by_parcel(opened(CODED))
    assert {name[:2] for name in twenty if parcel_of(name).delivered_at} == DELIVERED
    assert [parcel_of(name).stage for name in ("17_", "18_")] == ["returning", "returned"]
    for name in twenty:
        assert {fact.name for fact in parcel_of(name).facts.all()} == FACTS.get(name[:2], set()), name
    assert night(shop).opened == 0
    assert verify_invariants() == verify_audit() == []


@pytest.mark.rule("L3.3")
def test_the_fifteen_more_lead_to_what_is_written_down_for_them(client, desk, shop):
    for name in SAMPLE_NAMES:
        send(client, name)
    run = night(shop)
    assert findings() == by_parcel(FOUND | FOUND_MORE)
    assert run.found == 8
    for name in SAMPLE_NAMES:
        short = name.split("_")[0]
        # m09 and m10, m12 and m13 are about one parcel each; m15 is refused and leaves nothing.
        assert {fact.name for fact in parcel_of(name).facts.all()} == FACTS.get(short, set()), name
    assert Case.objects.count() == len(FOUND | FOUND_MORE) + len(opened(CODED | CODED_MORE))
    assert verify_invariants() == []


@pytest.mark.rule("L3.3")
def test_shipped_orders_without_any_event_are_unknown_until_their_72_hours_are_over(desk, shop):
    silent = Parcel.objects.filter(is_awaited=True, last_event_at=None).count()
    assert silent > 40
    assert (night(shop).unknown, Finding.objects.count()) == (silent, 0)
    # Nobody knows when they were shipped but that it was before the list was made.
    assert night(shop, NOON + 3 * DAY - SECOND).found == 0
    run = night(shop, NOON + 3 * DAY)
    assert (run.found, run.unknown, run.opened) == (silent, 0, silent)
    assert set(Case.objects.values_list("kind", flat=True)) == {"no_record"}
