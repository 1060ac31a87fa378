"""Incidents about a parcel that end in a remedy: what they know, when one may be opened, and who has the word meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from casework.models import Case
from casework.situation import Situation
from logistics.kinds import endings
from logistics.kinds.incident import Part
from logistics.models.incident import DONE_BY
from logistics.standing import ask_standings
from orders.access import Actor
from orders.errors import Reason
from orders.together import Reading


class Mended(Part):
    """A remedy may be opened in MENDS_IN; the case waits for its end in WAITS_IN. Its steps `being_mended`, `fell_through`, `resent`
    and `refunded` come from endings.py."""

    # What has to come first, as the chapter says it.
    FIRST_SETTLED: ClassVar[Reason]

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The parcel with its normal time of delivery and what its courier owes."""
        standings = yield from ask_standings(cases)
        return {case_id: {"parcel": each} for case_id, each in standings.items()}

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """A remedy only once it is settled what became of the parcel, and the customer knows."""
        return [] if self.state in (*self.MENDS_IN, *self.WAITS_IN) else [self.FIRST_SETTLED]

    def remedies_offered(self) -> Sequence[str]:
        """What the customer would like comes first."""
        return sorted(type(self).REMEDIES, key=lambda kind: not self.facts.choice or DONE_BY.get(kind) != self.facts.choice)

    def step_with_child(self, child: Case) -> str:
        """While a remedy is under way it has the word."""
        return "being_mended"

    def step_after_child(self, child: Case) -> str:
        """Made good, or another remedy is to be found."""
        return endings.after_child(child)
