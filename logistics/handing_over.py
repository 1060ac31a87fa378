"""A parcel that comes back goes on by its own chapter (L6.3, L10): the case that met it first ends, and what it knew goes along."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model

from casework.actions.open_case import open_on
from casework.actions.tell_owner import tell_owner
from casework.models import Case
from casework.registry import Subject, kind_of
from casework.situation import Situation

RETURNED = "returned_to_sender"
# Who is at fault, and who pays, stays as it was found.
CARRIED = (
    "parcel_id",
    "fault",
    "fault_rule",
    "rules",
    "freight_payer",
    "freight_rule",
    "freight_decided_at",
    "freight_by_lead",
    "sent_back_for",
    "here_at",
    "came_back_as",
)


def hand_over(case: Case, at: Situation, *, because: str = "", here_at: dt.datetime | None = None) -> None:
    """Let the step that ends the case open the case of L10 on the same parcel; its number stands in the step's entry. Where one is open
    already, that one goes on."""
    carried = carried_over(case.facts) | ({"sent_back_for": because} if because else {}) | ({"here_at": here_at} if here_at else {})
    case.effects.do(lambda: _go_on(case, at, carried))


def carried_over(facts: Model) -> dict[str, Any]:
    """What the next case begins with."""
    return {name: getattr(facts, name) for name in CARRIED}


def _go_on(case: Case, at: Situation, facts: dict[str, Any]) -> None:
    kind = kind_of(RETURNED)
    found = Case.objects.open().filter(kind=RETURNED, subject=case.subject).first()
    if found is None:
        subject = Subject(case.subject, case.subject_label, case.shop_id, case.order_id, facts)
        found = open_on(kind, subject, by=at.actor, at=at.now)
        # Whoever worked on it goes on.
        if found.owner_id is None and case.owner_id is not None:
            Case.objects.filter(pk=found.pk).update(owner=case.owner_id)
            found.owner_id = case.owner_id
    if not at.actor.is_person:
        tell_owner(found, "returning", at=at.now)
    case.effects.note(goes_on_as=found.number)
