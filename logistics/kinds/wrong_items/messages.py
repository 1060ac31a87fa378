"""What the customer is asked and told about wrong goods, by state of the case. Nothing is promised before it is verified (L0.2), no money at all (R1.1)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from logistics.kinds.incident import Incident
from logistics.words import advanced_words
from orders.errors import Text

CHECKED = _("Hello, we are checking with the warehouse what was packed instead of {items} and tell you the result.")
PHOTOS = _(
    "Hello, we are sorry. So that we can settle it at once, please send us a photo of all goods that came, with the label of the wrong one, and "
    "one of the box."
)
TOLD: Mapping[str, Text] = {
    "to_ask": _(
        "Hello, we are sorry that something else came. Which item is it, and what lay there instead? Please look through the whole box once more, "
        "fillings and small bags too."
    ),
    "wait_photos": PHOTOS,
    "no_photos": PHOTOS,
    "to_explain": _(
        "Hello, we have checked order, weights, photos and packing of your parcel ({parcel}) and cannot find that something else was sent. "
        "If you see it otherwise, please tell us; a colleague in charge then looks at it again."
    ),
    "offer_keep": _(
        "Hello, we have checked it: instead of {items} something else was sent, and we are sorry. Would you like to keep it at a lower price? "
        "Then we ask for that for you and tell you the result."
    ),
    "offer_difference": _(
        "Hello, we are sorry for the wrong goods instead of {items}. Shall we ask for a refund of the difference for you, with a gift in your next order?"
    ),
    "offer_return": _(
        "Hello, we are sorry for the wrong goods instead of {items}. Please send them back and we send you the right ones. {postage} Please do not send "
        "them collect-on-delivery or by surface mail."
    ),
    "gift_left": _("Hello, the difference for {items} is refunded. With your next order comes a gift, as offered."),
}
MENDING: Mapping[str, Text] = {
    "compensation": _("Hello, what you get for keeping the goods instead of {items} is asked for. We tell you the result."),
    "refund": _("Hello, the refund about {items} is asked for. We tell you the result."),
    "gift": _("Hello, the gift for your next order is noted. We tell you once it is agreed and on its way."),
    "exchange": _("Hello, once the wrong goods are here and looked at, {items} is sent to you. We keep an eye on it until you have it."),
    "return_goods": _("Hello, once the wrong goods are here and looked at, the refund for {items} is asked for. We tell you the result."),
}


def wrong_message(case: Incident, at: Situation, items: str) -> str:
    """The text for the state of the case, while something is being made good that of the remedy."""
    mending = [MENDING[each.kind] for each in at.open_children if each.kind in MENDING] if case.state == "mending" else []
    text = next(iter(mending), TOLD.get(case.state, CHECKED if case.state != "mending" else ""))
    return str(text).format(parcel=case.subject_label, items=items, postage=advanced_words(case.facts, at.order))
