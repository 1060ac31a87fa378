"""What the case above a remedy knows already: its form begins with that, and says what has to come first."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from casework.models import Case, Journal
from casework.situation import read_situations
from logistics.models import IncidentFacts
from logistics.models.incident import Whereabouts
from orders.access import Actor
from orders.errors import Reason
from refunds.models import Ground

# By which rule a kind of case ends in a remedy.
RULES = {
    "stalled": "L3.2",
    "no_record": "L4.2",
    "signed_not_received": "L1.4",
    "doubtful": "L2.2",
    "wrong_items": "L5.4",
    "damaged": "L7.4",
    "out_of_area": "L8.2",
    "confiscated": "L11.1",
    "complaint": "S3.2",
    "refused_at_door": "L7.5",
    "returned_to_sender": "L10.1",
}
# The steps that keep a courier's word on the loss.
COURIERS_WORD = ("courier_says_lost", "courier_pays", "delivered_wrongly", "cannot_be_found", "liability_told")


def why_not_yet(above: Case | None, kind: str, by: Actor, now: dt.datetime) -> list[Reason]:
    """What the chapter of the case above wants first; empty when the remedy may be asked for now."""
    if above is None or above.kind == kind:
        return []
    return above.why_no_child(kind, read_situations([above], now=now, actor=by)[above.pk])


def facts_of(above: Case | None) -> IncidentFacts | None:
    """What logistics knows about the case above; None when there is none, or it is about no parcel."""
    return IncidentFacts.objects.filter(case=above).first() if above is not None else None


def why_again(facts: IncidentFacts | None) -> str:
    """Why goods are sent again, as far as the case knows it."""
    if facts is None:
        return ""
    if facts.extent:
        return _("Arrived damaged")
    if facts.fault_rule == "L11.1":
        return _("Taken by security inspection")
    if facts.lost_at is not None:
        return _("Not found in our warehouse") if facts.whereabouts == Whereabouts.NOT_FOUND else _("Lost on the way")
    if facts.here_at is not None:
        return _("Came back to us")
    return _("Missing from the parcel") if facts.items else ""


def ground_of_loss(facts: IncidentFacts) -> str:
    """Who confirmed that the parcel is lost: the warehouse, the courier, or a lead who looked at the record."""
    if facts.whereabouts == Whereabouts.NOT_FOUND:
        return Ground.WAREHOUSE_CONFIRMED
    said = Journal.objects.filter(case=facts.case_id, step__in=COURIERS_WORD).exists()
    return Ground.COURIER_CONFIRMED if said else Ground.RECORD_CHECKED
