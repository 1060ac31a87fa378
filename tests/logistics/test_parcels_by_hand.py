"""Parcels that people enter, correct and weigh: each deed journalled, nothing refused for the look of a waybill."""

import pytest

from casework.actions.open_case import open_case
from casework.actions.verify import verify_invariants
from casework.models import Journal
from logistics.actions.add_parcel import add_parcel
from logistics.actions.correct_parcel import correct_parcel
from logistics.actions.weigh import weigh
from logistics.models import Parcel, WeighedBy, Weight
from orders.access import Actor
from orders.errors import DeskError, Malformed, NotAllowed, NotFound
from orders.models import Order
from tests.builders import a_parcel, an_order, an_unreachable
from tests.cast import MONDAY, acts
from tests.logistics.nodes import merge, node, tell
from tests.orders.lists import HOUR

WAYBILL = "73000000000001"


@pytest.fixture
def order(shop):
    return an_order(shop)


def add(order, by, waybill=WAYBILL, courier="zhongtong", **changes):
    return add_parcel([order.number], courier, waybill, by=acts(by), at=MONDAY, **changes)


def of_the_same_buyer(shop, order):
    other = an_order(shop)
    Order.objects.filter(pk=other.pk).update(buyer=order.buyer)
    return other


def entries(step):
    return list(Journal.objects.filter(step=step))


@pytest.mark.parametrize("who", ["printclerk", "warehouse", "agent", "supervisor", "manager"])
def test_whoever_handles_parcels_enters_one(request, who, order):
    person = request.getfixturevalue(who)
    added = add(order, person)
    parcel = Parcel.objects.get()
    assert (added.parcel, added.is_new, added.warnings) == (parcel, True, [])
    assert (list(parcel.orders.all()), parcel.first_seen_at, parcel.shipped_at, parcel.region.code) == (
        [order],
        MONDAY,
        order.shipped_at,
        "jiangzhehu",
    )
    (entry,) = entries("parcel_added")
    assert (entry.object_type, entry.object_id, entry.actor, entry.shop) == ("parcel", str(parcel.pk), person, order.shop)
    assert entry.facts == {"waybill": WAYBILL, "courier": "zhongtong", "orders": [order.number]}
    assert not verify_invariants()


@pytest.mark.fault("Z4")
@pytest.mark.parametrize("who", ["auditor", "finance", "admin"])
def test_nobody_else_does(request, who, order):
    with pytest.raises(NotAllowed):
        add(order, request.getfixturevalue(who))
    assert not Parcel.objects.exists()


def test_an_order_of_another_shop_is_not_found(outsider, order):
    with pytest.raises(NotFound) as caught:
        add(order, outsider)
    assert caught.value.field == "orders"


def test_adding_it_again_changes_nothing_and_is_not_journalled_twice(agent, order):
    add(order, agent)
    assert not add(order, agent, waybill=f" {WAYBILL[:7]} {WAYBILL[7:]}").is_new
    assert Parcel.objects.count() == 1
    assert len(entries("parcel_added")) == 1


def test_merged_orders_travel_in_one_parcel(agent, order, shop):
    other = of_the_same_buyer(shop, order)
    assert add_parcel([order.number, other.number], "zhongtong", WAYBILL, by=acts(agent), at=MONDAY).warnings == []
    assert Parcel.objects.get().orders.count() == 2


def test_an_order_that_joins_later_is_journalled_by_itself(agent, order, shop):
    add(order, agent)
    other = of_the_same_buyer(shop, order)
    add(other, agent)
    assert Parcel.objects.get().orders.count() == 2
    assert entries("orders_added")[0].facts["orders"] == [other.number]


def codes(added):
    return [each.code for each in added.warnings]


@pytest.mark.rule("L4.3")
def test_what_looks_like_a_slip_is_kept_and_warned_of(agent, order, shop):
    assert codes(add(order, agent, waybill="ABC-12345")) == ["odd_waybill"]
    assert Parcel.objects.get().waybill == "ABC-12345"
    assert codes(add(order, agent, waybill="7300000000123", courier="yunda")) == []
    assert codes(add(order, agent, waybill="ABC-12345", courier="unknown")) == ["waybill_of_another_courier"]
    assert codes(add(an_order(shop), agent, waybill="7300000000123", courier="yunda")) == ["orders_of_several_buyers"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"waybill": ""}, "waybill"),
        ({"waybill": "<script>alert(1)</script>"}, "waybill"),
        ({"waybill": "1" * 65}, "waybill"),
        ({"waybill": "\x00\x00\x00\x00\x00"}, "waybill"),
        ({"courier": "nobody"}, "courier"),
        ({"courier": ""}, "courier"),
    ],
)
def test_what_cannot_be_a_parcel_is_named(agent, order, changes, field):
    with pytest.raises(Malformed) as caught:
        add(order, agent, **changes)
    assert caught.value.field == field
    assert not Parcel.objects.exists()


@pytest.mark.parametrize("numbers", [[], [""], [str(n) for n in range(60)], ["1"]])
def test_a_parcel_holds_orders(agent, order, numbers):
    with pytest.raises(DeskError) as caught:
        add_parcel(numbers, "zhongtong", WAYBILL, by=acts(agent), at=MONDAY)
    assert caught.value.field == "orders"


def test_orders_of_two_shops_never_travel_together(order, other_shop):
    with pytest.raises(Malformed):
        add_parcel([order.number, an_order(other_shop).number], "zhongtong", WAYBILL, by=Actor.system(), at=MONDAY)


# Corrected ----------------------------------------------------------------------------------------------


def test_a_corrected_courier_is_the_parcels_from_now_on(agent, printclerk):
    case = an_unreachable(agent)
    parcel = case.incident.parcel
    assert correct_parcel(parcel.pk, "yunda", by=acts(printclerk), at=MONDAY).parcel == parcel
    parcel.refresh_from_db()
    assert parcel.courier.code == "yunda"
    about = {(entry.object_type, entry.case_id) for entry in entries("courier_corrected")}
    assert about == {("parcel", None), ("case", case.pk)}
    assert entries("courier_corrected")[0].before["courier"] == "zhongtong"
    case.refresh_from_db()
    assert case.subject_label.startswith("韵达")
    assert not verify_invariants()


def test_correcting_to_what_it_is_changes_nothing(agent, order):
    parcel = a_parcel(order, WAYBILL)
    correct_parcel(parcel.pk, "zhongtong", by=acts(agent), at=MONDAY)
    assert entries("courier_corrected") == []


def test_two_parcels_of_one_number_become_one(agent, order, shop):
    parcel, twin = a_parcel(order, WAYBILL), add(an_order(shop), agent, courier="yunda").parcel
    weigh(parcel.pk, source="warehouse", grams=500, by=acts(agent), at=MONDAY)
    assert correct_parcel(parcel.pk, "yunda", by=acts(agent), at=MONDAY).parcel == twin
    assert (Parcel.objects.get(), twin.orders.count(), twin.weights.count()) == (twin, 2, 1)


def test_what_both_were_told_is_one_story_afterwards(agent, order, shop):
    """Joined by hand as by the provider: the sum of the events, what was sent again, when it was asked, and a case that ends with it."""
    parcel, twin = a_parcel(order, WAYBILL), add(an_order(shop), agent, courier="yunda").parcel
    Parcel.objects.filter(pk=parcel.pk).update(sent_again_at=MONDAY, asked_at=MONDAY, ask_wanted=True)
    parcel.refresh_from_db()
    case = open_case("stalled", by=acts(agent), at=MONDAY, order=order.number)
    tell(twin, node(MONDAY, "transit", "0"))
    merge(parcel, node(MONDAY, "picked_up", "103"), node(MONDAY + HOUR, "signed", "3"))
    found = correct_parcel(parcel.pk, "yunda", by=acts(agent), at=MONDAY + 2 * HOUR).parcel
    assert found == twin
    assert (found.stage, found.delivered_at, found.events.count()) == ("signed", MONDAY + HOUR, 3)
    assert (found.sent_again_at, found.asked_at, found.ask_wanted) == (MONDAY, MONDAY, True)
    case.refresh_from_db()
    assert case.state == "delivered"
    assert case.journal.filter(step="delivered").get().actor is None
    assert not verify_invariants()


@pytest.mark.fault("Z4")
def test_a_courier_is_corrected_in_ones_own_shop_by_those_who_handle_parcels(agent, auditor, outsider, order):
    parcel = a_parcel(order, WAYBILL)
    with pytest.raises(NotAllowed):
        correct_parcel(parcel.pk, "yunda", by=acts(auditor), at=MONDAY)
    with pytest.raises(NotFound):
        correct_parcel(parcel.pk, "yunda", by=acts(outsider), at=MONDAY)
    with pytest.raises(Malformed):
        correct_parcel(parcel.pk, "nobody", by=acts(agent), at=MONDAY)
    assert [entry.object_type for entry in entries("refused:correct_parcel")] == ["parcel"]


# Weighed ------------------------------------------------------------------------------------------------


@pytest.mark.rule("L5.2")
@pytest.mark.parametrize("source", WeighedBy.values)
def test_each_side_weighs_and_none_replaces_another(warehouse, order, source):
    parcel = a_parcel(order, WAYBILL)
    weigh(parcel.pk, source=source, grams=1200, by=acts(warehouse), at=MONDAY)
    weigh(parcel.pk, source=source, grams=1250, by=acts(warehouse), at=MONDAY, packed_by="小王 13800001234")
    first, second = parcel.weights.all()
    assert (first.grams, second.grams, second.packed_by, second.entered_by) == (1200, 1250, "小王 [电话]", warehouse)
    assert first.weighed_at == (MONDAY if source == "warehouse" else None)
    assert [entry.facts["grams"] for entry in entries("weighed")] == [1200, 1250]


def test_a_weighing_stands_in_the_timeline_of_the_case_about_the_parcel(agent, warehouse):
    case = an_unreachable(agent)
    weigh(case.incident.parcel_id, source="warehouse", grams=1200, by=acts(warehouse), at=MONDAY)
    assert case.journal.filter(step="weighed").get().facts["grams"] == 1200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"grams": 0}, "grams"),
        ({"grams": -5}, "grams"),
        ({"grams": 1_000_001}, "grams"),
        ({"source": "guess"}, "source"),
        ({"packed_by": "长" * 61}, "packed_by"),
        ({"weighed_at": MONDAY.replace(year=2027)}, "weighed_at"),
    ],
)
def test_a_weight_that_cannot_be_is_named(warehouse, order, changes, field):
    parcel = a_parcel(order, WAYBILL)
    with pytest.raises(Malformed) as caught:
        weigh(parcel.pk, **{"source": "warehouse", "grams": 1200} | changes, by=acts(warehouse), at=MONDAY)
    assert caught.value.field == field
    assert not Weight.objects.exists()


@pytest.mark.fault("Z4")
def test_weights_are_entered_by_those_who_handle_parcels(auditor, outsider, order):
    parcel = a_parcel(order, WAYBILL)
    with pytest.raises(NotAllowed):
        weigh(parcel.pk, source="warehouse", grams=1200, by=acts(auditor), at=MONDAY)
    with pytest.raises(NotFound):
        weigh(parcel.pk, source="warehouse", grams=1200, by=acts(outsider), at=MONDAY)
