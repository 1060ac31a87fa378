"""What the customer is told of a parcel that is refused at the door, by state of its case. Facts only, no promise (L0.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from logistics.kinds.incident import Incident
from logistics.messages import LOST, MENDING
from logistics.models.incident import CameBackAs
from logistics.standing import standing
from logistics.words import joined
from orders.errors import Text

PLEASE_REFUSE = _(
    "Hello, we are sorry for the trouble with your parcel ({parcel}). Please do not sign for it and refuse it at the door; whoever takes it in for you, family "
    "or the gatehouse, may refuse it as well. Please take a photo of it first. The way back costs you nothing if the goods are not in order."
)
# The courier has told that it was refused, or that somebody says so: nobody is asked to do it once more. By provider and its code.
REFUSED = (("kuaidi100", "14"), ("kuaidi100", "203"))
WHY_REFUSED = _(
    "Hello, the courier tells us that your parcel ({parcel}) was refused. May we ask why: was something wrong with the parcel or the goods? If so, please send "
    "us the photos that you have of it. We look into it and tell you the result."
)
TOLD: Mapping[str, Sequence[Text]] = {
    "to_ask": (PLEASE_REFUSE,),
    "asked": (PLEASE_REFUSE,),
    "returning": (
        _("Hello, your parcel ({parcel}) is on its way back to us."),
        _("Once it is here we look into it and tell you at once how it goes on."),
    ),
    "here": (_("Hello, your parcel ({parcel}) is back with us. We look into it and tell you the result."),),
    "to_refund": (_("Hello, your parcel ({parcel}) is back with us. We pass your wish for a refund on and tell you the result."),),
    "lost": (LOST,),
    "signed": (
        _("Hello, your parcel ({parcel}) was signed for all the same."),
        _("Please send us photos of the goods and of the waybill; then we settle it at once."),
    ),
}


# Once the warehouse has found what was seen at the door, or nothing.
IN_ORDER = _(
    "Hello, we have looked into your parcel ({parcel}): nothing is wrong with the goods, so the postage is yours. We settle with you how it goes on."
)
COMPLETE_GOODS = _("Hello, we are sorry: your parcel ({parcel}) was not in order. We send you complete goods at our cost.")


# Back is nothing of a parcel that was lost on its way.
LOST_BEFORE: Mapping[str, Text] = {
    "here": _("Hello, we are sorry: your parcel ({parcel}) was lost on its way back to us. We send you complete goods at our cost."),
    "to_refund": _(
        "Hello, we are sorry: your parcel ({parcel}) was lost on its way back to us. We pass your wish for a refund on and tell you the result."
    ),
}


def refused_message(case: Incident, at: Situation) -> str:
    """The text for the state of the case; "" where there is nothing to say."""
    under_way = [MENDING[each.kind] for each in at.open_children if each.kind in MENDING][:1]
    told = TOLD.get(case.state, ())
    if case.state == "here" and case.facts.came_back_as:
        told = (IN_ORDER if case.facts.came_back_as == CameBackAs.WHOLE else COMPLETE_GOODS,)
    if case.facts.lost_at is not None and case.state in LOST_BEFORE:
        told = (LOST_BEFORE[case.state],)
    if case.state == "to_ask" and is_refused_already(at):
        told = (WHY_REFUSED,)
    return joined(str(each).format(parcel=case.subject_label) for each in under_way or told)


def is_refused_already(at: Situation) -> bool:
    """Whether the courier's last word is that it was refused."""
    parcel = standing(at).parcel
    return parcel is not None and (parcel.provider, parcel.problem) in REFUSED
