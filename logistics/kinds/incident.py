"""What all incidents of chapter L share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.facts import Facts
from casework.likely import Sign
from casework.models import Case, Journal
from casework.registry import KINDS
from casework.taken_down import TakenDown
from casework.workflow import States, step
from logistics import unsaid
from logistics.fault import decide, reasons_of
from logistics.freight import Circumstances, Decision, Leg, Party
from logistics.inquiring import keep_inquiry
from logistics.models.incident import IncidentFacts
from logistics.models.inquiry import Asked
from logistics.models.loss import Loss
from logistics.models.parcel import Parcel, Stage
from logistics.signals import parcel_came_back
from logistics.signs import told_sign
from logistics.standing import standing
from orders.errors import Malformed
from orders.roles import LEADS

# Where a node tells that a parcel goes on, and that it turns back.
GOES_ON = (Stage.PICKED_UP, Stage.TRANSIT, Stage.CUSTOMS, Stage.DELIVERING, Stage.STATION)
TURNS_BACK = (Stage.RETURNING, Stage.RETURNED)


def blind_kinds() -> list[str]:
    """The kinds whose cases see to no parcel that comes back."""
    return [name for name, kind in KINDS.items() if issubclass(kind, Incident) and not kind.SEES_IT_BACK]


@dataclass(frozen=True)
class After:
    """What follows on a case when its parcel tells of a new last node in one of `stages` (L3.3): its owner reads `news`, and the programme takes the
    step `untouched` where nobody has touched the case, `touched` where somebody has; "" is none. Only in `states`, where it names some."""

    stages: tuple[Stage, ...]
    news: str
    untouched: str = ""
    touched: str = ""
    states: tuple[States, ...] = ()


class Found(StrEnum):
    """Where a parcel must be for a code to open a case about it."""

    TRAVELLING = "travelling"
    TURNED_BACK = "turned_back"
    SIGNED = "signed"


def may_be_found(kind: type[Case] | None) -> bool:
    """Whether detection opens cases of this kind: many at once, each about a parcel."""
    return kind is not None and issubclass(kind, Incident) and kind.IN_BULK


class Incident(Case):
    """A case about a parcel. Its facts row keeps the parcel and who pays the freight by which rule."""

    FACTS = IncidentFacts
    UNSAID = (
        "fault", "fault_rule", "rules", "freight_payer", "freight_rule", "freight_decided_at", "freight_by_lead", "lost_at",
    )  # fmt: skip
    # Each chapter names its own, in its order.
    REMEDIES: ClassVar[tuple[str, ...]] = ()
    # Whether it looks for a parcel: its order must not confirm its receipt by itself meanwhile (L0.4).
    TRACES: ClassVar[bool] = True
    # Whether it sees to a parcel that comes back: where it does not, the chapter of returned parcels begins beside it.
    SEES_IT_BACK: ClassVar[bool] = True
    # What its parcel's further way brings about; of several that fit the first counts (logistics/actions/follow_cases.py).
    AFTER_NODES: ClassVar[Sequence[After]] = ()
    # Whether a node counts that lies before the case and was told after it.
    LATE_NODES: ClassVar[bool] = True
    # Of a kind that codes open (IN_BULK).
    FOUND_WHILE: ClassVar[Found] = Found.TRAVELLING

    class Meta:
        proxy = True
        verbose_name = "incident"
        verbose_name_plural = "incidents"

    @classmethod
    def signs(cls) -> Sequence[Sign]:
        """And that tracking has told what opens such a case by itself (DetectionRule)."""
        return (*cls.LIKELY, told_sign(cls.KIND))

    def keep_taken_down(self, taken: TakenDown, at: dt.datetime) -> None:
        """What happened, what is wanted, and how order and parcel stood when the customer asked (L0.5)."""
        self.facts.taken_down = taken.facts

    def decide_freight(self, circumstances: Circumstances, *, anew: bool = False) -> Decision:
        """Keep who is at fault and who pays the way back, with the rules that say so (R3). A lead's word on the freight stands,
        unless this is a lead's decision as well (`anew`)."""
        assert self.at is not None  # steps run with a situation
        decision = decide(circumstances, self.at.now)
        rules = [each.rule for each in decision.reasons]
        self.facts.fault, self.facts.fault_rule, self.facts.rules = decision.at_fault, decision.fault_rule, rules
        self.effects.note(fault=decision.at_fault, fault_rule=decision.fault_rule, rules=rules)
        if decision.is_decided and (anew or not self.facts.freight_by_lead):
            back = decision.legs[Leg.BACK]
            self.freight_is(back.payer, back.rule)
        return decision

    def freight_is(self, payer: Party, rule: str, *, by_lead: bool = False) -> None:
        """Keep who pays the way back. What was decided before is noted in the journal beside it."""
        assert self.at is not None  # steps run with a situation
        if self.facts.freight_payer:
            self.effects.note(freight_before=self.facts.freight_payer, freight_rule_before=self.facts.freight_rule)
        self.facts.freight_payer, self.facts.freight_rule = payer, rule
        self.facts.freight_decided_at, self.facts.freight_by_lead = self.at.now, by_lead
        self.effects.note(freight_payer=payer, freight_rule=rule)

    def nothing_is_owed(self) -> None:
        """Nobody is at fault any more, and no freight is to be paid: the parcel is found or delivered after all."""
        self.facts.fault, self.facts.fault_rule, self.facts.rules = "", "", []
        self.facts.freight_payer, self.facts.freight_rule = "", ""
        self.facts.freight_decided_at, self.facts.freight_by_lead = None, False

    def facts_shown(self) -> dict[str, Any]:
        """Who is at fault, who pays the way back, the rules that say so, and what was taken down at intake."""
        facts = self.facts
        return {
            "at_fault": facts.fault,
            "fault_rule": facts.fault_rule,
            "freight_payer": facts.freight_payer,
            "freight_rule": facts.freight_rule,
            "freight_decided_at": facts.freight_decided_at and facts.freight_decided_at.astimezone(SHOP_TIME).isoformat(),
            "freight_by_lead": facts.freight_by_lead,
            "reasons": [each.as_dict() for each in reasons_of(facts.rules)],
            "taken_down": facts.taken_down,
        }

    def courier_owes(self, cause: Loss.Cause, amount: Decimal, rule: str) -> None:
        """Keep what the courier owes until a claim is made of it (L3.2, L13.1). Nothing is owed for what nobody paid, nor twice."""
        assert self.at is not None  # steps run with a situation
        found = standing(self.at)
        parcel, stands = found.parcel, any(each.cause == cause for each in found.losses)
        if parcel is None or stands or not amount:
            return
        loss = Loss(case_id=self.pk, parcel=parcel, courier=parcel.courier, cause=cause, amount=amount, rule=rule, at=self.at.now)
        self.effects.write(loss)
        self.effects.note(loss=amount, loss_rule=rule)

    def asked(self, whom: Asked, **talk: Any) -> None:
        """Keep in the log of inquiries what a step knows of a talk (way, answer, promise, promised_until); a promise makes a deadline."""
        at = self.at
        assert at is not None  # steps run with a situation
        self.effects.do(lambda: keep_inquiry(self, at, {"whom": whom, **talk}))

    def parcel_is_delivered(self) -> None:
        """Keep that somebody learnt of its arrival, which tracking has not told yet."""
        assert self.at is not None  # steps run with a situation
        if self.facts.parcel_id is not None:
            self.effects.revise(Parcel, self.facts.parcel_id, **_first(delivered_at=self.at.now, said_delivered_at=self.at.now))

    def stands_as_said(self, entry: Journal) -> bool:
        """Whether parcel and losses are as the step left them."""
        return unsaid.stands(self, entry)

    def unsay(self, entry: Journal) -> dict[str, Any]:
        """The parcel has not arrived by that word, and what the courier seemed not to owe is owed."""
        return {name: str(value) for loss in unsaid.unsay(self, entry) for name, value in (("loss", loss.amount), ("loss_rule", loss.rule))}

    def courier_owes_nothing(self, cause: Loss.Cause) -> None:
        """What seemed to be owed was none: the parcel goes on, or the item turned up."""
        assert self.at is not None  # steps run with a situation
        for loss in standing(self.at).losses:
            if loss.cause == cause:
                self.effects.revise(Loss, loss.pk, ended_at=self.at.now)

    def parcel_is_back(self) -> None:
        """Keep on the parcel itself that it is with us, unless that is known; then whoever waits for it hears of it."""
        assert self.at is not None  # steps run with a situation
        parcel, by, at = self.facts.parcel_id, self.at.actor, self.at.now

        def keep() -> None:
            if Parcel.objects.filter(pk=parcel, back_at=None).update(back_at=at):
                parcel_came_back.send(Parcel, parcel=parcel, case=self.pk, by=by, at=at)

        self.effects.do(keep)


def _first(**columns: dt.datetime) -> dict[str, Any]:
    """The columns with these instants where they have none yet."""
    return {name: Coalesce(name, Value(at)) for name, at in columns.items()}


# A long chapter has its steps on several classes: each an incident to the type checker, none a model to Django.
if TYPE_CHECKING:
    Part = Incident
else:
    Part = object


OVERRIDE = "override_freight"


class PaidBy(Facts):
    """Who pays the freight, as a lead decides."""

    freight_payer = forms.ChoiceField(label=_("Freight is paid by"), choices=Party.choices)


def override_freight(sources: Sequence[States]) -> Callable[..., None]:
    """L10.1: a lead decides the freight otherwise than the handbook, or where it does not decide, and says why."""

    @step(
        sources,
        None,
        label=_("Decide the freight otherwise"),
        rule="L10.1",
        by=LEADS,
        facts=PaidBy,
        needs_note=True,
        event=True,
        hint=_("Your note is the reason; rules and clocks do not change it afterwards."),
    )
    def override_freight(self: Incident, facts: dict[str, Any]) -> None:
        """What was decided before stands in the journal beside it."""
        assert self.at is not None  # steps run with a situation
        payer = Party(facts["freight_payer"])
        if payer == Party.INSURER and self.at.order is not None and self.at.order.freight_insured is False:
            raise Malformed(_("This order has no freight insurance."), code="not_insured", field="freight_payer")
        self.freight_is(payer, "L10.1", by_lead=True)

    return override_freight
