"""What all incidents of chapter L share."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from casework.models import Case
from logistics.models.incident import IncidentFacts, Party
from logistics.models.parcel import Parcel


class Incident(Case):
    """A case about a parcel. Its facts row keeps the parcel and who pays the freight by which rule."""

    FACTS = IncidentFacts
    REMEDIES: ClassVar[tuple[str, ...]] = ("refund",)

    class Meta:
        proxy = True
        verbose_name = "incident"
        verbose_name_plural = "incidents"

    def decide_freight(self, payer: Party, rule: str) -> None:
        """Keep who pays the way back, with the rule that says so (R3)."""
        assert self.at is not None  # steps run with a situation
        self.facts.freight_payer, self.facts.freight_rule, self.facts.freight_decided_at = payer, rule, self.at.now
        self.effects.note(freight_payer=payer, freight_rule=rule)

    def parcel_is(self, **columns: dt.datetime) -> None:
        """Keep on the parcel itself where it is now."""
        if self.facts.parcel_id is not None:
            self.effects.update(Parcel, self.facts.parcel_id, **columns)
