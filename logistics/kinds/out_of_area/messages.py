"""What the customer is told of a parcel that is out of its courier's area, by state of the case. Facts only, no promise (L0.2); who pays is said (N3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from logistics.border import is_beyond_the_border
from logistics.freight import Party
from logistics.kinds.incident import Incident
from logistics.kinds.out_of_area.said import Postage
from logistics.messages import LOST, MENDING, WE_ASK_THE_COURIER, WE_LOOK, WE_WATCH, wish_known
from logistics.words import joined
from orders.errors import Text

HELD = _("Hello, the courier does not deliver your parcel ({parcel}) to your address.")
AT_POINT = _("It can be collected at {place}, phone {phone}.")
AS_WISHED = _(
    "As you asked for this courier, please collect it yourself; it is the courier's rule, and sending it again would be at your cost."
)
COLLECT = _("Would you like to collect it there? If not, we hand it over to another courier.")
PLEASE_COLLECT = _("Please collect your parcel ({parcel}) in the next days, else the courier returns it.")
HAND_OVER = _("We are handing it over to another courier and tell you the new number.")
SURCHARGE = _("For Hong Kong, Macau and Taiwan only SF delivers. Its out-of-area surcharge of {fee} yuan is yours; {rest} Do you agree?")
OUR_REST = _("the rest of the postage is ours.")
THEIR_REST = _("so is the rest of the postage, as you asked for the other courier.")
RESEND = _("No other courier goes there from here. May we have it returned and send it again, or would you rather have a refund asked for?")
COST = _("Sending it on: {cost}")
OUR_COST, THEIR_COST = _("this costs you nothing."), _("as you asked for this courier, this is at your cost.")
COLLECTED = _("As you wished, the new courier collects its postage from you.")
NEW_NUMBER = _("Hello, your parcel goes on with another courier under a new number: {new}. The old one shows nothing any more.")
RETURNING = _("Hello, your parcel ({parcel}) is on its way back to us. We tell you once it is here.")
BACK = _(
    "Hello, your parcel ({parcel}) is back with us. Would you like us to send it again, or to ask for a refund for you? We pass your wish on at once."
)
TOLD: Mapping[str, Sequence[Text]] = {
    "to_read": (HELD, WE_LOOK),
    "to_ask": (HELD, WE_ASK_THE_COURIER),
    "asked": (HELD, WE_ASK_THE_COURIER),
    "to_explain": (HELD, AS_WISHED),
    "to_offer": (HELD, AT_POINT, COLLECT, COST),
    "collecting": (HELD, AT_POINT),
    "not_collected": (PLEASE_COLLECT, AT_POINT),
    "to_hand_over": (HELD, HAND_OVER, COST),
    "new_number": (NEW_NUMBER, WE_WATCH),
    "to_consent": (HELD, RESEND, COST),
    "at_lead": (HELD, WE_LOOK),
    "returning": (RETURNING, COST),
    "moves_again": (_("Hello, your parcel ({parcel}) is on its way again."), WE_WATCH),
    "lost": (LOST,),
    "to_mend": (BACK, COST),
}


def area_message(case: Incident, at: Situation) -> str:
    """The text for the state of the case; "" where there is nothing to say."""
    point, is_theirs = case.facts.answers.get("point", {}), case.facts.freight_payer == Party.CUSTOMER
    words = {
        "parcel": case.subject_label,
        "place": point.get("place", ""),
        "phone": point.get("phone", ""),
        "new": case.facts.new_number,
        "cost": THEIR_COST if is_theirs else OUR_COST,
        "rest": THEIR_REST if is_theirs else OUR_REST,
        "fee": at.policy("out_of_area_fee"),
    }
    return joined(str(each).format(**words) for each in _told(case, at) if each is not AT_POINT or point)


def _told(case: Incident, at: Situation) -> Sequence[Text]:
    if case.state == "mending":
        return [MENDING[each.kind] for each in at.open_children if each.kind in MENDING][:1]
    if case.state == "to_mend" and case.facts.lost_at is not None:
        return wish_known(case, case.facts) or (LOST,)
    if case.state == "to_hand_over" and surcharge(at):
        return (HELD, SURCHARGE)
    if case.state == "new_number" and case.facts.answers.get("postage") == Postage.COLLECT:
        return (NEW_NUMBER, COLLECTED, WE_WATCH)
    return TOLD.get(case.state, ())


def surcharge(at: Situation) -> Decimal:
    """Yuan that a prepaid parcel costs the customer beyond the border (L8.3); 0 elsewhere."""
    fee: Decimal = at.policy("out_of_area_fee")
    return fee if is_beyond_the_border(at.order) else Decimal(0)
