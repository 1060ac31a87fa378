"""What all incidents of chapter L share."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from django.db.models import Value
from django.db.models.functions import Coalesce

from casework.models import Case
from logistics.models.incident import Fault, IncidentFacts, Party
from logistics.models.loss import Loss
from logistics.models.parcel import Parcel
from logistics.standing import standing


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

    def blame(self, fault: Fault, rule: str) -> None:
        """Keep with whom the goods were lost, with the rule that says so."""
        self.facts.fault, self.facts.fault_rule = fault, rule
        self.effects.note(fault=fault, fault_rule=rule)

    def courier_owes(self, cause: Loss.Cause, amount: Decimal, rule: str) -> None:
        """Keep what the courier owes until a claim is made of it (L3.2, L13.1). Nothing is owed for what nobody paid."""
        assert self.at is not None  # steps run with a situation
        parcel = standing(self.at).parcel
        if parcel is None or not amount:
            return
        loss = Loss(case_id=self.pk, parcel=parcel, courier=parcel.courier, cause=cause, amount=amount, rule=rule, at=self.at.now)
        self.effects.write(loss)
        self.effects.note(loss=amount, loss_rule=rule)

    def parcel_is_delivered(self) -> None:
        """Keep that somebody learnt of its arrival, which tracking has not told yet."""
        assert self.at is not None  # steps run with a situation
        self.parcel_is(delivered_at=self.at.now, said_delivered_at=self.at.now)

    def parcel_is(self, **columns: dt.datetime) -> None:
        """Keep on the parcel itself where it is now. What tracking has told of it already stays."""
        if self.facts.parcel_id is not None:
            first = {name: Coalesce(name, Value(at)) for name, at in columns.items()}
            self.effects.update(Parcel, self.facts.parcel_id, **first)
