"""What the customer is told of a parcel that gives trouble, by state of its case and by what was found. Facts only, no promise (L0.2).

"" where there is nothing to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from logistics.models.incident import Choice, IncidentFacts, Whereabouts
from logistics.models.norm import FindingKind
from logistics.standing import Standing
from logistics.words import joined, moment
from orders.errors import Text

LOOKED = _("Hello, we looked at your parcel ({parcel}).")
# What was found; {since} is when it began.
FOUND: Mapping[str, Text] = {
    FindingKind.NO_RECORD: _("The courier's system does not show it yet."),
    FindingKind.NOT_PICKED_UP: _("The courier has not scanned it since {since}."),
    FindingKind.NOT_MOVING: _("There has been no news of it since {since}."),
    FindingKind.DELIVERING: _("It has been out for delivery since {since}."),
    FindingKind.AT_STATION: _("It has been waiting at a parcel locker or station since {since}."),
    FindingKind.RETURNING: _("It has been on its way back to us since {since}."),
}
NOTHING_FOUND = _("There has been no news of it for a while.")
COLLECT = _("Please collect it there, or tell us if you cannot.")

WE_LOOK = _("We look into it and tell you what we learn.")
WE_ASK_HERE = _("We are asking our warehouse and tell you what we learn.")
WE_ASK_THE_COURIER = _("We are asking the courier and tell you what we learn.")
WE_WATCH = _("We keep an eye on it until you have it.")
SHIPPED_NOW = _("It has left our warehouse now.")
STILL_HERE = _("It is still in our warehouse and is being shipped.")
# What is being done, by state of a stalled parcel's case, after what was found.
STALLED: Mapping[str, Text] = {
    "to_check": WE_LOOK,
    "at_warehouse": WE_ASK_HERE,
    "urged": _("We have asked the courier to hurry and tell you what we learn."),
    "watched": WE_WATCH,
    "to_confirm": WE_ASK_THE_COURIER,
}
# What is known instead of the finding.
KNOWN: Mapping[str, Sequence[Text]] = {
    "to_ship": (LOOKED, STILL_HERE),
    "said_moving": (LOOKED, _("The courier tells us that it is on its way."), WE_WATCH),
    "moves_again": (_("Hello, your parcel ({parcel}) is on its way again."), WE_WATCH),
}
# L4.3: the usual innocent causes as an explanation.
SHOWS_NOTHING = _(
    "Hello, the number of your parcel ({parcel}) shows nothing yet. Often it has been printed and waits for pick-up, or the courier's data "
    "come late; if you have another number, please send it to us."
)
NO_RECORD: Mapping[str, Sequence[Text]] = {
    "to_check": (SHOWS_NOTHING, WE_LOOK),
    "at_print": (SHOWS_NOTHING, WE_ASK_HERE),
    "to_ask": (SHOWS_NOTHING, WE_LOOK),
    "asked": (SHOWS_NOTHING, WE_ASK_THE_COURIER),
    "at_warehouse": (SHOWS_NOTHING, WE_ASK_HERE),
    "to_ship": (LOOKED, STILL_HERE),
    "shipped": (LOOKED, SHIPPED_NOW, WE_WATCH),
    "traced": (LOOKED, _("The courier has it, but shows no record of it yet."), WE_ASK_THE_COURIER),
    "to_confirm": (LOOKED, _("The courier's system does not show it yet."), WE_ASK_THE_COURIER),
    "new_number": (_("Hello, your parcel travels under a new number now: {new}. The old one shows nothing any more."),),
    "moves_again": (_("Hello, your parcel ({parcel}) is on its way now."), WE_WATCH),
}
# The question what the customer would like; nothing is promised (R1.1).
LOST = _(
    "Hello, we are sorry: your parcel ({parcel}) is lost. Would you like us to send it again at our cost, or to ask for a refund for you? "
    "We pass your wish on at once and tell you the result."
)
NEVER_LEFT = _(
    "Hello, we are sorry: your parcel ({parcel}) was not sent, our warehouse cannot find it. Would you like us to send the goods anew at our cost, or "
    "to ask for a refund for you? We pass your wish on at once and tell you the result."
)
# Once the customer has said it, it is not asked again.
IS_LOST = _("Hello, we are sorry: your parcel ({parcel}) is lost.")
HAS_NOT_LEFT = _("Hello, we are sorry: your parcel ({parcel}) was not sent, our warehouse cannot find it.")
WISHED: Mapping[str, Text] = {
    Choice.RESEND: _("You would like the goods sent again: we pass your wish on at once and tell you the result."),
    Choice.REFUND: _("You would like a refund: we pass your wish on at once and tell you the result."),
}
# What is under way, by kind of the remedy.
MENDING: Mapping[str, Text] = {
    "reshipment": _("Hello, the goods of your parcel ({parcel}) are being sent again. We tell you the new number once they have left."),
    "refund": _("Hello, a refund for your parcel ({parcel}) is asked for. We tell you the result."),
}
SIGNED = _("Hello, your parcel ({parcel}) was signed for on {since}. Please tell us if you do not have it.")
UNREACHABLE: Mapping[str, Text] = {
    "answered": _("Hello, thank you for your answer about your parcel ({parcel}). We pass it on to the courier."),
    "rule_not_kept": _(
        "Hello, the courier could not reach you about your parcel ({parcel}). Please answer and confirm recipient, phone and address."
    ),
    "returning": _(
        "Hello, the courier could not reach you, and your parcel ({parcel}) is on its way back to us; {postage}. Please contact us."
    ),
}


def stalled_message(case: Case, facts: IncidentFacts, found: Standing, now: dt.datetime, under_way: Sequence[Case]) -> str:
    """L3: where the parcel stands and what we do; once it is lost or moves, that."""
    told = _told_of_any(case, facts, found, under_way)
    if not told and case.state == "said_moving" and facts.whereabouts == Whereabouts.STILL_HERE:
        told = (LOOKED, SHIPPED_NOW, WE_WATCH)
    if not told and case.state in KNOWN:
        told = KNOWN[case.state]
    if not told and case.state in STALLED:
        at_station = facts.finding == FindingKind.AT_STATION
        doing = COLLECT if at_station and case.state == "to_check" else STALLED[case.state]
        more = (COLLECT,) if at_station and case.state != "to_check" else ()
        told = (LOOKED, *_found(facts, found), *more, _usual(found, now), doing)
    return _say(told, case, facts, found)


def no_record_message(case: Case, facts: IncidentFacts, found: Standing, under_way: Sequence[Case]) -> str:
    """L4: the innocent causes (L4.3); once known, the new number, that it goes on, or the loss."""
    return _say(_told_of_any(case, facts, found, under_way) or NO_RECORD.get(case.state, ()), case, facts, found)


def _told_of_any(case: Case, facts: IncidentFacts, found: Standing, under_way: Sequence[Case]) -> Sequence[Text]:
    """What is said whatever the chapter: it has arrived, it is lost, or it is being made good."""
    if found.parcel is not None and found.parcel.delivered_at is not None:
        return (SIGNED,)
    if case.state in ("lost", "to_mend"):
        never_left = facts.whereabouts == Whereabouts.NOT_FOUND
        wished = wish_known(case, facts, HAS_NOT_LEFT if never_left else IS_LOST)
        return wished or (NEVER_LEFT if never_left else LOST,)
    if case.state == "mending":
        return [MENDING[each.kind] for each in under_way if each.kind in MENDING][:1]
    return ()


def wish_known(case: Case, facts: IncidentFacts, happened: Text = IS_LOST) -> Sequence[Text]:
    """What became of the parcel and what the customer would like, once they have said it; nothing before."""
    return (happened, WISHED[facts.choice]) if case.state == "to_mend" and facts.choice in WISHED else ()


def _found(facts: IncidentFacts, found: Standing) -> Sequence[Text]:
    if facts.finding == FindingKind.NO_RECORD or (_began(facts, found) and facts.finding):
        return (FOUND[facts.finding],)
    return (NOTHING_FOUND,)


def _began(facts: IncidentFacts, found: Standing) -> dt.datetime | None:
    """Since when it stands, or when it arrived."""
    parcel = found.parcel
    if parcel is not None and parcel.delivered_at is not None:
        return parcel.delivered_at
    return facts.finding_since or (parcel.stage_since or parcel.last_event_at if parcel is not None else None)


def _say(told: Sequence[Text], case: Case, facts: IncidentFacts, found: Standing) -> str:
    began = _began(facts, found)
    words = {"parcel": case.subject_label, "since": moment(began) if began else "", "new": facts.new_number}
    return joined(str(each).format(**words) for each in told)


def _usual(found: Standing, now: dt.datetime) -> str:
    """Until when this courier normally takes to that region, while that is still to come (L3.1)."""
    if found.normal_until is None or now >= found.normal_until:
        return ""
    latest = _("Deliveries to your region normally take until {until} at the latest.")
    text = latest if found.is_latest else _("Deliveries to your region normally take until {until}.")
    return str(text).format(until=moment(found.normal_until))
