"""What the customer is told of a parcel that comes back, by state of its case. Facts and offers; what needs a lead's yes is not promised (R1.1)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from logistics.freight import Party
from logistics.kinds.incident import Incident
from logistics.kinds.postage import is_for_nothing
from logistics.messages import LOST, MENDING
from logistics.models.incident import Choice, SentBackFor
from logistics.words import joined
from orders.errors import Text

COMES_BACK: Mapping[str, Text] = {
    "": _("Hello, your parcel ({parcel}) is on its way back to us."),
    SentBackFor.REFUSED: _("Hello, your parcel ({parcel}) comes back to us: the courier says that it was refused."),
    SentBackFor.NOT_COLLECTED: _("Hello, your parcel ({parcel}) comes back to us: it was not collected in time."),
    SentBackFor.NOT_REACHED: _("Hello, your parcel ({parcel}) comes back to us: the courier could not reach you."),
    SentBackFor.ADDRESS_WRONG: _(
        "Hello, your parcel ({parcel}) comes back to us: the courier could not deliver it to the address on the order."
    ),
    SentBackFor.RECALLED: _("Hello, we have called your parcel ({parcel}) back."),
    SentBackFor.COURIER: _("Hello, we are sorry: the courier sends your parcel ({parcel}) back to us by mistake."),
}
# The three offers, by who bears the postage.
THEIRS = _(
    "What would you like? 1. We send it again, and you pay the postage. 2. We ask for a refund for you, less one postage. 3. You place a new order, and "
    "we ship both together."
)
OURS = _(
    "What would you like? 1. We send it again at our cost. 2. We ask for a refund for you. 3. You place a new order, and we ship both together."
)
HALF = _(
    "What would you like? 1. We send it again, and each of us pays half of the postage. 2. We ask for a refund for you. 3. You place a new order, and "
    "we ship both together."
)
BOTH_WAYS = _("For Hong Kong, Macau and Taiwan a refused parcel costs the postage of both ways.")
PAID = _(
    "You have paid {postage} yuan of postage: if it is not sent again for that, you get it back, or it counts for the postage that is yours."
)
WE_DECIDE = _("A colleague in charge looks at it, and we tell you the result.")
IS_HERE = _("It is here by now.")
# What was chosen, until it is done: while it travels, and once it is here.
CHOSEN: Mapping[str, Text] = {
    Choice.RESEND: _("Hello, we send your parcel ({parcel}) again once it is back with us."),
    Choice.REFUND: _(
        "Hello, we ask for your refund once your parcel ({parcel}) is back with us and was looked at. We tell you the result."
    ),
    Choice.NEW_ORDER: _("Hello, please place the new order; we ship the goods of your parcel ({parcel}) with it."),
}
CHOSEN_HERE: Mapping[str, Text] = {
    **CHOSEN,
    Choice.RESEND: _("Hello, your parcel ({parcel}) is back with us and is to be sent again."),
    Choice.REFUND: _("Hello, your parcel ({parcel}) is back with us. We look at it, ask for your refund, and tell you the result."),
}
# Who pays for sending it again (N3).
POSTAGE_FIRST = _("The postage is yours; please pay it first.")
HALF_FIRST = _("Half of the postage is yours; please pay it first.")
PAID_FOR = _("We have received your postage of {postage} yuan.")
LESS_ONE = _("One postage is taken off it.")
LESS_BOTH = _("The postage of both ways is taken off it.")
AT_OUR_COST = _("This costs you nothing.")
TOGETHER = _("Hello, the goods of your parcel ({parcel}) are shipped together with your new order.")


def returned_message(case: Incident, at: Situation) -> str:
    """The text for the state of the case; "" where there is nothing to say."""
    return joined(str(each).format(parcel=case.subject_label, postage=case.facts.postage) for each in _told(case, at))


def _told(case: Incident, at: Situation) -> list[Text]:
    facts = case.facts
    if case.state in ("to_tell", "offered"):
        return [*_why(case), *_offers(case), *([PAID] if is_for_nothing(case) else [])]
    if case.state == "at_lead":
        return [*_why(case), WE_DECIDE]
    if case.state == "mending":
        return [MENDING[each.kind] for each in at.open_children if each.kind in MENDING][:1]
    if case.state == "lost" or facts.lost_at is not None:
        return [LOST]
    return [TOGETHER] if case.state == "with_order" else _chosen(case)


def _why(case: Incident) -> list[Text]:
    """Why it comes back, and whether it is here."""
    return [COMES_BACK.get(case.facts.sent_back_for, COMES_BACK[""]), *([IS_HERE] if case.facts.here_at is not None else [])]


def _chosen(case: Incident) -> list[Text]:
    """What the customer chose and who pays for it, until it is done."""
    facts = case.facts
    if not facts.choice:
        return []
    chosen = (CHOSEN_HERE if facts.here_at is not None else CHOSEN)[facts.choice]
    return [chosen, *([_cost(case)] if facts.choice == Choice.RESEND else _taken_off(case) if facts.choice == Choice.REFUND else [])]


def _cost(case: Incident) -> Text:
    if case.facts.postage_paid_at is not None:
        return PAID_FOR
    return {Party.CUSTOMER: POSTAGE_FIRST, Party.SPLIT: HALF_FIRST, "": WE_DECIDE}.get(case.facts.freight_payer, AT_OUR_COST)


def _taken_off(case: Incident) -> list[Text]:
    """What a refund is less by (L10.1, L10.2); nothing where a postage was kept for that."""
    if case.facts.freight_payer != Party.CUSTOMER or case.facts.postage_kept:
        return []
    return [LESS_BOTH if "L10.2" in case.facts.rules else LESS_ONE]


def _offers(case: Incident) -> list[Text]:
    """Before it is known who bears the postage nothing is offered (L0.2)."""
    if not case.facts.freight_payer:
        return [WE_DECIDE] if case.facts.sent_back_for else []
    if case.facts.freight_payer != Party.CUSTOMER:
        return [HALF if case.facts.freight_payer == Party.SPLIT else OURS]
    return [THEIRS, *([BOTH_WAYS] if "L10.2" in case.facts.rules else [])]
