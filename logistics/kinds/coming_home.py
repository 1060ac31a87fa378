"""A parcel of ours on its way back to us, whoever sent it back: what the chapters L7.5 and L10 share, from the last node to the shelf.

Each function makes a step for the states of one kind, as endings.py does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import EvidenceKind
from casework.photos.checklist import Wanted
from casework.situation import Situation
from casework.workflow import States, guard, step
from logistics.kinds.incident import Incident, Part
from logistics.models.incident import CameBackAs
from logistics.standing import standing
from logistics.task_kinds import LOOK_AT_IT, LookedAt
from orders.errors import Reason
from orders.roles import AGENTS, SYSTEM, Role

Sources = Sequence[States]
Made = Callable[..., None]
# Who has parcels in hand, and the programme that hears of it.
RECEIVERS = AGENTS | {Role.WAREHOUSE, SYSTEM}
INSPECTED = Wanted(
    EvidenceKind.PHOTO_INSPECTION,
    _("What came back, as the warehouse unpacked it, before anybody repairs or repacks it."),
    "R5.2",
    from_customer=False,
)


def back_until(case: Incident, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """Until when a parcel on its way back is with us (L3.4); None once it is here, or known as lost."""
    if case.facts.here_at is not None or case.facts.lost_at is not None:
        return None
    parcel = standing(at).parcel
    since = parcel.returning_at if parcel is not None and parcel.returning_at is not None else start
    return at.after(since, at.policy("returning_within"))


@guard(_("The parcel is here already."), rule="L3.4", otherwise=_("The parcel is not back yet."))
def is_away(case: Incident, at: Situation) -> bool:
    """Whether nobody has said yet that it is here."""
    return bool(case.facts.here_at is None)


class ComesHome(Part):
    """What is known of a parcel that came back, and what has to be known before anything is made good."""

    def facts_shown(self) -> dict[str, Any]:
        """And why it comes back, since when it is here, and what was in it."""
        facts = self.facts
        here_at = facts.here_at and facts.here_at.isoformat()
        return super().facts_shown() | {
            "sent_back_for": facts.sent_back_for,
            "seen_as": facts.seen_as,
            "here_at": here_at,
            "came_back_as": facts.came_back_as,
            "choice": facts.choice,
        }

    def step_after_task(self, task: str, answer: str) -> str:
        """The warehouse has looked at it."""
        return "looked_at" if task == LOOK_AT_IT.name else ""

    def it_is_here(self, since: dt.datetime) -> None:
        """Keep that it is here, and ask the warehouse what came back."""
        self.facts.here_at, self.facts.lost_at = since, None
        self.effects.ask(LOOK_AT_IT.asked(self.subject_label, rule="R5.4"))

    def when_looked_at(self) -> None:
        """What follows from what the warehouse found (kinds override)."""

    def not_looked_at(self, kind: str, at: Situation) -> list[Reason]:
        """Why nothing is made good yet: it is not here, nobody has looked into it, or money would move without a picture of it (R5.2)."""
        if self.facts.lost_at is not None:
            return []
        if self.facts.here_at is None:
            return [Reason("not_here", _("The parcel is not back yet."), "L3.4")]
        if not self.facts.came_back_as:
            return [Reason("not_looked_at", _("First the warehouse says what came back."), "R5.4")]
        # What an earlier case of the parcel brought along was photographed there.
        is_pictured = EvidenceKind.PHOTO_INSPECTION in at.evidence_kinds or self.facts.here_at < self.opened_at
        if kind == "refund" and not is_pictured:
            return [Reason("no_picture", _("Before money moves the warehouse's photo of it is on the case."), "R5.2")]
        return []

    def found_words(self) -> str:
        """What came back, for those who go on from here."""
        if not self.facts.came_back_as:
            return ""
        return str(_("It came back: {what}.")).format(what=CameBackAs(self.facts.came_back_as).label)


def came_back(sources: Sources, target: States) -> Made:
    """L3.4: the parcel is with us again, and the case waited for that."""

    @step(sources, target, label=_("The parcel is back"), rule="L3.4", by=RECEIVERS, event=True)
    def came_back(self: ComesHome) -> None:
        """The warehouse has it in hand."""
        arrive(self)

    return came_back


def is_back(sources: Sources) -> Made:
    """L3.4: the parcel is with us while the case waits for somebody."""

    @step(sources, None, label=_("The parcel is back"), rule="L3.4", by=RECEIVERS, only=[is_away], event=True)
    def is_back(self: ComesHome) -> None:
        """The warehouse has it in hand; the case goes on where it stands."""
        arrive(self)

    return is_back


def arrive(case: ComesHome) -> None:
    """Keep on case and parcel that it is here; what the returns desk has kept already stays."""
    assert case.at is not None  # steps run with a situation
    parcel = standing(case.at).parcel
    known = parcel.back_at if parcel is not None else None
    case.it_is_here(known or case.at.now)
    if known is None:
        case.parcel_is_back()


def looked_at(sources: Sources) -> Made:
    """R5.4: what the warehouse found in it."""

    @step(sources, None, label=_("Looked at it"), rule="R5.4", by=SYSTEM, facts=LookedAt, hidden=True)
    def looked_at(self: ComesHome, facts: dict[str, Any]) -> None:
        """Complete or not, damaged or not."""
        self.facts.came_back_as = facts["came_back_as"]
        self.when_looked_at()

    return looked_at
