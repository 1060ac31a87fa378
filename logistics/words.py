"""What is said of a parcel that gives trouble: to colleagues in a line, to the customer in a message. Facts only, no promise (L0.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from logistics.freight import Party
from logistics.models.incident import IncidentFacts
from logistics.models.norm import FindingKind
from orders.errors import Text
from orders.models import Order

# Who pays when the courier brings the parcel back (N3).
RETURN_POSTAGE: Mapping[str, Text] = {
    Party.CUSTOMER: _("the return postage is yours"),
    Party.SPLIT: _("each of us bears half of the return postage"),
}
NO_POSTAGE = _("the return postage is not yours")


# Who pays when the customer sends something back (N3, R3.1).
ADVANCED: Mapping[str, Text] = {
    Party.CUSTOMER: _("The return postage is yours."),
    Party.SPLIT: _("You advance the return postage; when it has arrived we pay half of it back."),
    Party.INSURER: _("You advance the return postage; the freight insurance pays it after the refund."),
}
WE_PAY = _("We pay the return postage: you advance it, and when it has arrived we pay it back.")


def finding_words(facts: IncidentFacts) -> str:
    """What stands out, for colleagues: the finding, since when, and how long is normal. "" when a person opened the case."""
    if not facts.finding:
        return ""
    what = str(FindingKind(facts.finding).label)
    if facts.finding_since is None or facts.norm_hours is None:
        return str(_("{what}.")).format(what=what)
    text = _("{what} since {since}; {hours} h are normal.")
    return str(text).format(what=what, since=moment(facts.finding_since), hours=facts.norm_hours)


def postage_words(payer: str) -> Text:
    """Who bears the way back, as the customer is told."""
    return RETURN_POSTAGE.get(payer, NO_POSTAGE)


def advanced_words(facts: IncidentFacts, order: Order | None) -> Text:
    """Who bears the postage of what the customer sends back, and how they get it, as they are told. Undecided is ours (R3.1), insured the
    insurer's whoever is at fault (R3.5), unless a lead said otherwise."""
    is_insured = order is not None and order.freight_insured and not facts.freight_by_lead
    return ADVANCED.get(Party.INSURER if is_insured else facts.freight_payer, WE_PAY)


def joined(sentences: Iterable[str]) -> str:
    """Sentences one after the other, as the language sets them."""
    return reduce(lambda one, two: str(_("{one} {two}")).format(one=one, two=two), filter(None, sentences), "").strip()


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
    "offer_now": _("Hello, we have checked it: {items} was missing, and we are sorry. Shall we send it to you now, at our cost?"),
    "offer_refund": _("Hello, we have checked it: {items} was missing, and we are sorry. Shall we ask for a refund of it for you?"),
    "promised": _("Hello, {items} goes with your next order, as agreed. Please tell us once you have placed it."),
    "promise_due": _("Hello, {items} goes with your next order, as agreed. Would you like to wait, or shall we send it now?"),
}
CHECKED = _("Hello, we are checking with warehouse and courier what happened to {items} and tell you the result.")


def missing_message(state: str, label: str, items: str) -> str:
    """The text for the customer who misses something. Nothing is promised before it is checked (L0.2), no refund at all (R1.1)."""
    return str(MISSING.get(state, CHECKED)).format(parcel=label, items=items)


def for_the_shop(text: Text, **words: Any) -> str:
    """A text that colleagues read, in the shop's language, whoever's step writes it."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(text).format(**words)


def moment(at: dt.datetime) -> str:
    """Day and time, as the shop's clocks show it."""
    return f"{at.astimezone(SHOP_TIME):%m-%d %H:%M}"
