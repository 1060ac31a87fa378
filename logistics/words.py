"""What is said of a parcel that gives trouble: to colleagues in a line, to the customer in a message. Facts only, no promise (L0.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import reduce

from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from logistics.freight import Party
from logistics.models.incident import IncidentFacts
from logistics.models.norm import FindingKind
from logistics.standing import Standing
from orders.errors import Text

# What the customer is told of each finding; {since} is when it began.
FOUND: Mapping[str, Text] = {
    FindingKind.NO_RECORD: _("The courier's system does not show it yet."),
    FindingKind.NOT_PICKED_UP: _("The courier has not scanned it since {since}."),
    FindingKind.NOT_MOVING: _("There has been no news of it since {since}."),
    FindingKind.DELIVERING: _("It has been out for delivery since {since}."),
    FindingKind.AT_STATION: _("It has been waiting at a parcel locker or station since {since}."),
    FindingKind.RETURNING: _("It has been on its way back to us since {since}."),
}
# Who pays when the courier brings the parcel back (N3).
RETURN_POSTAGE: Mapping[str, Text] = {
    Party.CUSTOMER: _("the return postage is yours"),
    Party.SPLIT: _("each of us bears half of the return postage"),
}
NO_POSTAGE = _("the return postage is not yours")
NOTHING_FOUND = _("There has been no news of it for a while.")


def finding_words(facts: IncidentFacts) -> str:
    """What stands out, for colleagues: the finding, since when, and how long is normal. "" when a person opened the case."""
    if not facts.finding:
        return ""
    what = str(FindingKind(facts.finding).label)
    if facts.finding_since is None or facts.norm_hours is None:
        return str(_("{what}.")).format(what=what)
    text = _("{what} since {since}; {hours} h are normal.")
    return str(text).format(what=what, since=_moment(facts.finding_since), hours=facts.norm_hours)


def stalled_message(facts: IncidentFacts, found: Standing, label: str, now: dt.datetime, stage: str) -> str:
    """The text for the customer of a parcel that stands still, is lost, or moves again."""
    if stage == "lost":
        return lost_message(label)
    if stage == "moves":
        return str(_("Hello, your parcel ({parcel}) is on its way again. We keep an eye on it until you have it.")).format(parcel=label)
    began = facts.finding_since or (found.parcel.stage_since or found.parcel.last_event_at if found.parcel else None)
    what = FOUND.get(facts.finding, NOTHING_FOUND) if began or facts.finding == FindingKind.NO_RECORD else NOTHING_FOUND
    parts = [
        str(_("Hello, we looked at your parcel ({parcel}).")).format(parcel=label),
        str(what).format(since=_moment(began) if began else ""),
        _usual(found, now),
        str(_("We have asked the courier to hurry and tell you what we learn.")),
    ]
    return joined(parts)


def postage_words(payer: str) -> Text:
    """Who bears the way back, as the customer is told."""
    return RETURN_POSTAGE.get(payer, NO_POSTAGE)


def joined(sentences: Iterable[str]) -> str:
    """Sentences one after the other, as the language sets them."""
    return reduce(lambda one, two: str(_("{one} {two}")).format(one=one, two=two), filter(None, sentences), "").strip()


def lost_message(label: str) -> str:
    """The loss, and the question what the customer would like; nothing is promised (R1.1)."""
    text = _(
        "Hello, we are sorry: your parcel ({parcel}) is lost. Would you like us to send it again, or to ask for a refund for you? "
        "We pass your wish on at once and tell you the result."
    )
    return str(text).format(parcel=label)


def no_record_message(label: str, stage: str, new: str = "") -> str:
    """L4.3: the usual innocent causes as an explanation; once known, the new number or the loss."""
    if stage == "lost":
        return lost_message(label)
    if stage == "moves":
        return str(_("Hello, your parcel ({parcel}) is on its way now. We keep an eye on it until you have it.")).format(parcel=label)
    if stage == "new":
        text = _("Hello, your parcel changed its courier on the way. Its new number is {new}; the old one shows nothing any more.")
        return str(text).format(new=new)
    text = _(
        "Hello, the number of your parcel ({parcel}) shows nothing yet. Often it has been printed and waits for pick-up, or the courier's data "
        "come late; if you have another number, please send it to us. We are asking the courier and tell you what we learn."
    )
    return str(text).format(parcel=label)


# What the customer is asked or told about missing pieces, by state of the case; {items} are the pieces, {parcel} the parcel.
MISSING: Mapping[str, Text] = {
    "to_ask": _(
        "Hello, we are sorry that something is missing. Which item is it? Please look through the whole box once more, fillings and small "
        "bags too: small parts are often packed inside the bigger ones."
    ),
    "wait_photos": _(
        "Hello, so that we can check it at once, please send us photos of: all goods side by side, the box with something that shows its "
        "size, and the waybill on it with number, date and weight legible."
    ),
    "to_explain": _(
        "Hello, we have checked order, weights, photos and packing of your parcel ({parcel}) and cannot find that something was left out. "
        "If you see it otherwise, please tell us; a colleague in charge then looks at it again."
    ),
    "offer_next": _("Hello, we have checked it: {items} was missing, and we are sorry. May we put it into your next order?"),
    "offer_now": _("Hello, we have checked it: {items} was missing, and we are sorry. Shall we send it to you now?"),
    "offer_refund": _("Hello, we have checked it: {items} was missing, and we are sorry. Shall we ask for a refund of it for you?"),
    "promise_due": _("Hello, {items} goes with your next order, as agreed. Would you like to wait, or shall we send it now?"),
}
CHECKED = _("Hello, we are checking with warehouse and courier what happened to {items} and tell you the result.")


def missing_message(state: str, label: str, items: str) -> str:
    """The text for the customer who misses something. Nothing is promised before it is checked (L0.2), no refund at all (R1.1)."""
    return str(MISSING.get(state, CHECKED)).format(parcel=label, items=items)


def _usual(found: Standing, now: dt.datetime) -> str:
    """Until when this courier normally takes to that region, while that is still to come (L3.1)."""
    if found.normal_until is None or now >= found.normal_until:
        return ""
    return str(_("Deliveries to your region normally take until {until}.")).format(until=_moment(found.normal_until))


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(SHOP_TIME):%m-%d %H:%M}"
