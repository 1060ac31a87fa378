"""Parcels that were signed for and have not arrived, for the tests: the case of L1, walked on by real steps."""

from casework.actions.open_case import open_case
from logistics.models import Parcel
from tests.builders import an_order, numbers
from tests.cast import MONDAY, acts
from tests.logistics.incidents import SAID, fresh, hours, taken
from tests.logistics.nodes import merge, node

SIGNED_AT = MONDAY - hours(20)
TALK = {"whom": "courier", "way": "phone"}
NOWHERE = dict.fromkeys(("gatehouse", "colleague", "property_office", "parcel_shop"), "not_there") | {"neighbour": "none_such"}
RIGHT = {"address": "right", "lives_at": "home", **NOWHERE}
WRONG = RIGHT | {"address": "wrong"}
WALK = {
    "to_check": [],
    "to_inquire": [("address_checked", RIGHT)],
    "inquired": [("address_checked", RIGHT), ("signer_asked", TALK)],
    "tell_signer": [("address_checked", RIGHT), ("signer_asked", TALK), ("signer_named", TALK | {"signer": "门卫老李"})],
}
WALK["traced"] = [*WALK["tell_signer"], ("signer_told", {})]
WALK["to_offer"] = [*WALK["traced"], ("delivered_wrongly", SAID)]
WALK["fetched"] = [*WALK["to_offer"], ("original_wanted", {})]
WALK["to_mend"] = [*WALK["to_offer"], ("original_declined", {"wish": "resend"})]
WALK["wrong"] = [("address_checked", WRONG), ("signer_asked", TALK)]
WALK["getting_back"] = [*WALK["wrong"], ("written_wrongly", SAID)]


def a_signed_parcel(shop, *, at=SIGNED_AT, **order):
    parcel = an_order(shop, waybill=f"7377777777{next(numbers):04d}", **order).parcels.get()
    merge(parcel, node(at - hours(4), "delivering", "5"), node(at, "signed", "303", "签收人：门卫代签"))
    return Parcel.objects.get(pk=parcel.pk)


def a_signed(agent, state="to_check", at=MONDAY, **order):
    shop = agent.memberships.get().shop
    case = open_case("signed_not_received", by=acts(agent), at=at, waybill=a_signed_parcel(shop, **order).waybill)
    for step, facts in WALK[state]:
        taken(case, step, agent, at=at, **facts)
    return fresh(case)
