"""What the customer is told of a parcel that was signed for and is not there, by state of its case. Facts only, no promise (L0.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from logistics.kinds.incident import Incident
from logistics.messages import MENDING, wish_known
from logistics.standing import standing
from logistics.words import joined, moment
from orders.errors import Text

WHERE = _(
    "Hello, your parcel ({parcel}) was signed for on {since}. We look into it at once. Please tell us: is the address on the order right, and is it your "
    "home or your workplace? Please also ask at the gatehouse, your colleagues, the property office, the parcel shop and your neighbours."
)
LOOKING = _(
    "Hello, we are asking the courier about your parcel ({parcel}): who signed for it, and where it is now. We tell you what we learn."
)
TOLD: Mapping[str, Text] = {
    "to_tell": _(
        "Hello, the courier says that your parcel ({parcel}) was signed for on {since}. Do you have it? It may be at the gatehouse, with a colleague or a "
        "neighbour. If not, tell us, and we look into it at once."
    ),
    "to_check": WHERE,
    "looking": WHERE,
    "to_inquire": LOOKING,
    "inquired": LOOKING,
    "traced": _("Hello, the courier is still looking for your parcel ({parcel}). We tell you what we learn."),
    "to_decide": _("Hello, the courier has not found your parcel ({parcel}) yet. We are asking once more and tell you what we learn."),
    "at_lead": _(
        "Hello, the courier has not found your parcel ({parcel}) yet. A colleague in charge looks at it and we tell you the result."
    ),
    "to_offer": _(
        "Hello, the courier delivered your parcel ({parcel}) to a wrong place and fetches it back; we are sorry. Would you still like to have it? If so, it is "
        "delivered to you again."
    ),
    "fetched": _(
        "Hello, the courier fetches your parcel ({parcel}) back and delivers it to you again. We keep an eye on it until you have it."
    ),
    "not_found": _(
        "Hello, we are sorry: the courier cannot find your parcel ({parcel}). Would you like us to send it again at our cost, or to ask for a refund for you? "
        "We pass your wish on at once and tell you the result."
    ),
    "getting_back": _(
        "Hello, your parcel ({parcel}) was delivered to the address on the order, which was not right. The courier tries to get it back; what this "
        "costs is yours to pay. We tell you the result."
    ),
    "tell_loss": _(
        "Hello, your parcel ({parcel}) was delivered to the address on the order, which was not right, and the courier could not get it back. "
        "We are sorry that we cannot make up for it."
    ),
}
SIGNER = _(
    "Hello, your parcel ({parcel}) was signed for by: {signer}. Do you know them? The courier goes on looking, and we tell you what we learn."
)
NO_SIGNER = _("Hello, the courier cannot say yet who signed for your parcel ({parcel}). It goes on looking, and we tell you what we learn.")

# What became of it, once the customer has said what they would like.
MISDELIVERED = _("Hello, we are sorry: the courier delivered your parcel ({parcel}) to a wrong place.")
NOT_FOUND = _("Hello, we are sorry: the courier cannot find your parcel ({parcel}).")
IS_BACK = _("Hello, your parcel ({parcel}) is back with us.")


def signed_message(case: Incident, at: Situation) -> str:
    """The text for the state of the case; "" where there is nothing to say."""
    parcel = standing(at).parcel
    since = parcel.delivered_at if parcel is not None else None
    words = {"parcel": case.subject_label, "since": moment(since) if since else "–", "signer": case.facts.signer}
    return joined(str(each).format(**words) for each in _told(case, at))


def _told(case: Incident, at: Situation) -> Sequence[Text]:
    if case.state == "to_mend":
        return _under_way(at) or wish_known(case, case.facts, _became_of_it(case, at)) or (TOLD["not_found"],)
    if case.state == "mending":
        return _under_way(at)
    if case.state == "tell_signer":
        return (SIGNER if case.facts.signer else NO_SIGNER,)
    return (TOLD.get(case.state, ""),)


def _under_way(at: Situation) -> Sequence[Text]:
    return [MENDING[each.kind] for each in at.open_children if each.kind in MENDING][:1]


def _became_of_it(case: Incident, at: Situation) -> Text:
    """How it came to be made good: the parcel is here, it went to a wrong place, or nobody finds it."""
    parcel = standing(at).parcel
    if parcel is not None and parcel.back_at is not None:
        return IS_BACK
    return MISDELIVERED if case.facts.answers.get("original") == "declined" else NOT_FOUND
