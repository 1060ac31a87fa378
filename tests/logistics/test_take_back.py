"""Parcels that come home: who has one in hand says so on its page, and none is taken for standing still."""

import pytest

from casework.actions.open_case import open_case
from casework.actions.verify import verify_invariants
from casework.models import Case, Journal
from logistics.actions.flag_stalled import flag_stalled
from logistics.actions.take_back import take_back
from logistics.models import Finding
from orders.access import Actor
from orders.errors import NotAllowed, NotFound, Refused
from orders.models import Order
from tests.builders import an_order
from tests.cast import MONDAY, acts
from tests.logistics.incidents import an_incident, facts_of, fresh, hours, parcel_of, state_of
from tests.logistics.nodes import a_parcel_of, node, tell
from tests.page import browser_of, text_of

CLOCK = Actor.system("clock")
NO_RULE = "999"


@pytest.fixture
def parcel(shop):
    """Signed for by us on Thursday; of codes that no rule makes a case of (test_returned_to_sender.py)."""
    return tell(a_parcel_of(shop), node(MONDAY, "returning", NO_RULE), node(MONDAY + hours(72), "returned", NO_RULE))


@pytest.mark.rule("L3.4")
def test_what_we_signed_for_stands_still_no_more(shop, parcel):
    for days in (7, 30):
        assert flag_stalled(shop, at=MONDAY + hours(24 * days), by=CLOCK).found == 0
    assert not Case.objects.exists()


@pytest.mark.rule("L3.4")
def test_a_way_back_that_took_too_long_ends_its_finding_when_it_arrives(shop):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "returning", NO_RULE))
    assert flag_stalled(shop, at=MONDAY + hours(170), by=CLOCK).opened == 1
    tell(parcel, node(MONDAY + hours(180), "returned", NO_RULE))
    assert Finding.objects.get().ended_at == MONDAY + hours(180)
    assert Case.objects.get(kind="stalled").state == "gone_on"
    assert Case.objects.open().get().kind == "returned_to_sender", "somebody decides what becomes of it"


@pytest.mark.rule("L3.4")
@pytest.mark.parametrize("who", ["warehouse", "agent"])
def test_who_has_it_in_hand_says_so_once(request, parcel, who):
    person = request.getfixturevalue(who)
    for later in (0, 5):
        found = take_back(parcel.pk, by=acts(person), at=MONDAY + hours(80 + later))
    assert found.back_at == MONDAY + hours(80)
    assert Journal.objects.get(step="parcel_back").actor == person
    assert verify_invariants() == []


def test_the_owner_of_a_case_about_it_is_told(agent, warehouse):
    case = an_incident("logistics_complaint", agent)
    take_back(parcel_of(case).pk, by=acts(warehouse), at=MONDAY)
    assert (state_of(case), fresh(case).news) == ("working", {"back": 1})
    assert case.journal.filter(step="parcel_back").get().actor == warehouse


def test_of_a_standstill_that_nobody_touched_the_parcel_goes_on_as_returned(shop, warehouse):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "transit", "0"))
    flag_stalled(shop, at=MONDAY + hours(60), by=CLOCK)
    take_back(parcel.pk, by=acts(warehouse), at=MONDAY + hours(61))
    assert Case.objects.get(kind="stalled").state == "gone_on"
    assert Case.objects.open().get().kind == "returned_to_sender"
    assert verify_invariants() == []


@pytest.mark.rule("L10.1")
def test_what_nobody_sees_to_gets_a_case_when_it_is_in_hand_and_one_alone(shop, agent, warehouse):
    order = an_order(shop, waybill="73050000000001")
    complaint = open_case("logistics_complaint", by=acts(agent), at=MONDAY, order=order.number)
    for _scan in range(2):
        take_back(order.parcels.get().pk, by=acts(warehouse), at=MONDAY)
    case = Case.objects.get(kind="returned_to_sender")
    assert (case.owner_id, facts_of(case).here_at, case.tasks.get().kind) == (None, MONDAY, "look_at_it")
    assert fresh(complaint).is_open
    assert verify_invariants() == []


@pytest.mark.rule("L10.1")
def test_what_was_refunded_needs_no_case_when_it_is_in_hand(shop, warehouse):
    order = an_order(shop, waybill="73050000000002")
    Order.objects.filter(pk=order.pk).update(platform_refunded="100.00")
    take_back(order.parcels.get().pk, by=acts(warehouse), at=MONDAY)
    assert not Case.objects.exists()


@pytest.mark.rule("L10.1")
def test_a_complaint_about_its_way_does_not_see_to_what_turns_back(shop, agent):
    parcel = a_parcel_of(shop)
    open_case("logistics_complaint", by=acts(agent), at=MONDAY, waybill=parcel.waybill)
    tell(parcel, node(MONDAY + hours(3), "returning", "6"))
    assert sorted(Case.objects.values_list("kind", flat=True)) == ["logistics_complaint", "returned_to_sender"]


def test_what_the_customer_has_did_not_come_back(shop, warehouse):
    parcel = tell(a_parcel_of(shop), node(MONDAY, "signed", "3"))
    with pytest.raises(Refused) as refused:
        take_back(parcel.pk, by=acts(warehouse), at=MONDAY)
    assert refused.value.code == "delivered"
    parcel.refresh_from_db()
    assert parcel.back_at is None


@pytest.mark.fault("Z4")
def test_it_is_said_by_those_who_receive_parcels_of_their_shop(parcel, auditor, printclerk, outsider):
    for person, error in ((auditor, NotAllowed), (printclerk, NotAllowed), (outsider, NotFound)):
        with pytest.raises(error):
            take_back(parcel.pk, by=acts(person), at=MONDAY + hours(80))
    parcel.refresh_from_db()
    assert parcel.back_at is None


def test_the_list_of_what_is_at_our_door_gets_shorter_with_each_one(parcel, warehouse, outsider):
    at_warehouse = browser_of(warehouse)
    assert "Signed for by us: is it here?" in text_of(at_warehouse.get("/parcels/"))
    assert parcel.waybill in text_of(at_warehouse.get("/parcels/?door=1"))
    assert parcel.waybill not in text_of(browser_of(outsider).get("/parcels/?door=1"))
    assert "It is back with us" in text_of(at_warehouse.get(f"/parcels/{parcel.pk}/"))
    assert at_warehouse.post(f"/parcels/{parcel.pk}/back/", {"once": "k"}).status_code == 302
    assert "Nothing waits at our door." in text_of(at_warehouse.get("/parcels/?door=1"))
    assert "It is back with us" not in text_of(at_warehouse.get(f"/parcels/{parcel.pk}/"))
