"""What the customer is asked and told about damaged goods, by state of the case. Facts only; no money is promised (L0.2, R1.1), who pays is said (N3)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from logistics.kinds.incident import Incident
from logistics.words import advanced_words
from orders.errors import Text

WARNING = _(
    "Hello, the courier tells us that your parcel ({parcel}) was damaged on the way. Please look at it at the door before you sign, and refuse it if it is "
    "broken: once it is back we send you complete goods. If you have it already, please send us a photo of the damage and one of the waybill."
)
PHOTOS = _(
    "Hello, we are sorry. So that we can settle it at once, please send us two clear, close photos: the damage, and the waybill on the box. Please do not wear "
    "or use the goods before that."
)
SEEN = _("Hello, thank you for the photos of {items}. We are looking at them and tell you the result.")
TOLD: Mapping[str, Text] = {
    "to_warn": WARNING,
    "warned": WARNING,
    "to_ask": _(
        "Hello, we are sorry about your parcel ({parcel}). Which goods are damaged, and how? Please do not wear or use them, and keep the box with its "
        "waybill."
    ),
    "wait_photos": PHOTOS,
    "photos_partly": PHOTOS,
    "no_photos": PHOTOS,
    "to_explain": _(
        "Hello, we have looked at the photos and the order and cannot confirm a damage that we have to answer for ({items}). If you see it otherwise, please "
        "tell us; a colleague in charge then looks at it again."
    ),
    "offer_money": _(
        "Hello, we have seen it and are sorry: {items} is slightly damaged. Would you keep it for a part of the price, or for a gift with your next order? We "
        "ask for it for you and tell you the result."
    ),
    "to_return": _(
        "Hello, we are sorry. You can send {items} back for a refund or an exchange; please tell us which. {postage} Please do not send it collect-on-delivery "
        "or by surface mail."
    ),
    "to_exchange": _(
        "Hello, we have seen the damage of {items} and are sorry. We exchange it: please send it back to us. {postage} Please do not send it "
        "collect-on-delivery or by surface mail."
    ),
    "to_resend": _(
        "Hello, we have seen the damage of {items} and are sorry. You need not send anything back; the goods are sent to you again at once."
    ),
    "to_refund": _("Hello, we are sorry about {items}. You need not send anything back. Shall we ask for a refund for you?"),
}
MENDING: Mapping[str, Text] = {
    "compensation": _("Hello, what you get for the damage of {items} is asked for. We tell you the result."),
    "refund": _("Hello, the refund about {items} is asked for. We tell you the result."),
    "gift": _("Hello, the gift for your next order is noted. We tell you once it is agreed and on its way."),
    "exchange": _("Hello, once {items} is here and looked at, the new goods are sent to you. We keep an eye on it until you have them."),
    "return_goods": _("Hello, once {items} is here and looked at, the refund is asked for. We tell you the result."),
    "reshipment": _("Hello, {items} is being sent to you again. We tell you the new number once it has left."),
}


def damage_message(case: Incident, at: Situation, items: str) -> str:
    """The text for the state of the case, while something is being made good that of the remedy."""
    mending = [MENDING[each.kind] for each in at.open_children if each.kind in MENDING] if case.state == "mending" else []
    text = next(iter(mending), TOLD.get(case.state, SEEN if case.state != "mending" else ""))
    return str(text).format(parcel=case.subject_label, items=items or case.subject_label, postage=advanced_words(case.facts, at.order))
