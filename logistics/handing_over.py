"""A parcel that comes back goes on by its own chapter (L6.3, L10): the case that met it first ends, and what it knew goes along."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model

from casework.actions.locks import lock_cases
from casework.actions.moves import follow
from casework.actions.open_case import open_on
from casework.actions.tell_owner import tell_owner
from casework.models import Case
from casework.registry import Subject, kind_of
from casework.situation import Situation, read_situations
from logistics.models.incident import IncidentFacts

RETURNED = "returned_to_sender"
# Who is at fault, and who pays, stays as it was found: each a whole, since one without its rule says nothing.
FAULT = ("fault", "fault_rule", "rules")
FREIGHT = ("freight_payer", "freight_rule", "freight_decided_at", "freight_by_lead")
ARRIVAL = ("here_at", "came_back_as")
CARRIED = ("parcel_id", *FAULT, *FREIGHT, "sent_back_for", *ARRIVAL)


def hand_over(case: Case, at: Situation, *, because: str = "", here_at: dt.datetime | None = None) -> None:
    """Let the step that ends the case open the case of L10 on the same parcel; its number stands in the step's entry. Where one is open
    already, that one goes on, and learns what it did not know."""
    carried = carried_over(case.facts) | ({"sent_back_for": because} if because else {}) | ({"here_at": here_at} if here_at else {})
    case.effects.do(lambda: _go_on(case, at, carried))


def carried_over(facts: Model) -> dict[str, Any]:
    """What the next case begins with."""
    return {name: getattr(facts, name) for name in CARRIED}


def news_for(known: IncidentFacts, carried: dict[str, Any]) -> dict[str, Any]:
    """What of `carried` an open case does not know yet. A lead's word on the freight goes before what only followed from a rule."""
    fresh = {name: carried[name] for name in ("sent_back_for", *ARRIVAL) if carried[name] and not getattr(known, name)}
    if carried["fault"] and not known.fault:
        fresh |= {name: carried[name] for name in FAULT}
    is_decided, by_lead = known.freight_payer, known.freight_by_lead
    if carried["freight_payer"] and (not is_decided or (carried["freight_by_lead"] and not by_lead)):
        fresh |= {name: carried[name] for name in FREIGHT}
    return fresh


def _go_on(case: Case, at: Situation, facts: dict[str, Any]) -> None:
    found = Case.objects.open().filter(kind=RETURNED, subject=case.subject).first()
    found = _opened(case, at, facts) if found is None else _told(lock_cases([found.pk])[found.pk], case, at, facts)
    if not at.actor.is_person:
        tell_owner(found, "returning", at=at.now)
    case.effects.note(goes_on_as=found.number)


def _opened(case: Case, at: Situation, facts: dict[str, Any]) -> Case:
    subject = Subject(case.subject, case.subject_label, case.shop_id, case.order_id, facts)
    found = open_on(kind_of(RETURNED), subject, by=at.actor, at=at.now)
    # Whoever worked on it goes on.
    if found.owner_id is None and case.owner_id is not None:
        Case.objects.filter(pk=found.pk).update(owner=case.owner_id)
        found.owner_id = case.owner_id
    return found


def _told(found: Case, case: Case, at: Situation, facts: dict[str, Any]) -> Case:
    """The open case goes on with what the other knew; an entry of its timeline says what that was."""
    known = IncidentFacts.objects.get(case=found)
    fresh = news_for(known, facts)
    IncidentFacts.objects.filter(pk=known.pk).update(**fresh)
    situation = read_situations([found], now=at.now, actor=at.actor)[found.pk]
    told = {name: str(value) for name, value in fresh.items() if name not in ("rules", "freight_by_lead", "freight_decided_at")}
    follow(found, "goes_on_with", "goes_on_with", situation, facts={}, own={"goes_on_from": case.number, **told})
    return found
