"""R5, R6 Goods on their way back: what a return and an exchange share, from the customer's parcel to its inspection.

Each function makes a step for the states of one kind, as logistics/kinds/endings.py does for the ends of parcels.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.checklist import Wanted, has_evidence
from casework.facts import Facts
from casework.models import Case, EvidenceKind
from casework.situation import Situation
from casework.workflow import States, step
from logistics.freight import Checked, Circumstances, Happened, Remedy, SentBy
from logistics.kinds.incident import Incident
from logistics.models import Parcel
from logistics.shipping import courier_choices, keep_return
from logistics.standing import standing
from logistics.task_kinds import WaybillField
from orders.access import Actor
from orders.errors import Malformed
from orders.roles import AGENTS, CLOCK, LEADS, SYSTEM, Role
from orders.together import Reading
from refunds.coming import coming, situation_parts
from refunds.findings import FoundField, found_of
from refunds.models.returned import NOT_TAKEN, Return, Why
from refunds.money import YuanField
from refunds.quality import report_quality

Sources = Sequence[States]
Made = Callable[..., None]
# A slip of places, and no postage that anybody advanced.
MOST_POSTAGE = Decimal("9999.00")
RECEIVERS = AGENTS | {Role.WAREHOUSE}
INSPECTED = Wanted(
    EvidenceKind.PHOTO_INSPECTION,
    _("What came, as the warehouse unpacked it, before anybody repairs or washes it."),
    "R5.2",
    from_customer=False,
)
# What each reason comes down to, for the rules of freight (logistics/fault.py).
HAPPENED = {
    Why.UNWANTED: Happened.UNWANTED,
    Why.QUALITY: Happened.QUALITY,
    Why.WRONG: Happened.WRONG,
    Why.DAMAGED: Happened.DAMAGED,
    Why.PACKING: Happened.PACKING,
    Why.NOT_AS_DESCRIBED: Happened.QUALITY,
}


class OnItsWay(Facts):
    """The customer's waybill, by which the return is tracked (R5.4), and what they advanced for it (R3.1)."""

    waybill = WaybillField(label=_("Waybill of the return"), max_length=80)
    courier = forms.ChoiceField(label=_("Courier"), choices=courier_choices)
    postage = YuanField(label=_("Postage that the customer advanced (yuan)"), required=False, zero=True, most=MOST_POSTAGE)


class Received(Facts):
    """A parcel whose waybill nobody told us has one now."""

    waybill = WaybillField(label=_("Waybill of the return"), max_length=80, required=False)
    courier = forms.ChoiceField(label=_("Courier"), choices=courier_choices, required=False)


class NotTaken(Facts):
    """How it was sent, so that it was not taken (R3.6)."""

    sent_by = forms.ChoiceField(label=_("How it was sent"), choices=NOT_TAKEN)
    waybill = WaybillField(label=_("Waybill of the return"), max_length=80, required=False)


class Found(Facts):
    """What was in it: per line the pieces as claimed (fit for sale or not), worn, and another thing. What is left over is short."""

    found = FoundField(label=_("What came: line, good, unsaleable, worn, wrong"))
    remark = forms.CharField(label=_("Remark"), max_length=500, required=False)


class Agreed(Facts):
    """What was agreed with the customer about a difference."""

    agreed = forms.CharField(label=_("What was agreed with the customer"), max_length=500)


class ComesBack(Incident):
    """What both kinds know: the pieces, the parcel, who pays the way back."""

    REMEDY = Remedy.RETURN
    # A new one looks at what stands now: pieces, money, and other returns.
    REOPENS = False

    class Meta:
        proxy = True
        verbose_name = "coming back"
        verbose_name_plural = "coming back"

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The return with its pieces, and the parcel."""
        parts = yield from situation_parts(cases)
        return parts

    def facts_shown(self) -> dict[str, Any]:
        """Beside the freight what comes back and what was found."""
        facts = Return.objects.get(case=self.pk)
        rows = self.return_lines.order_by("pk")
        counts = ("quantity", "good", "unsaleable", "worn", "wrong", "short")
        names = ("why", "wanted", "waybill", "postage", "arrived_at", "inspected_at", "released_at", "exchange_in_spite_at", "settled")
        shown = {name: getattr(facts, name) for name in names}
        return (
            super().facts_shown()
            | {name: value if value is None or isinstance(value, str) else _text(value) for name, value in shown.items()}
            | {"pieces": [{"line": each.line_id} | {name: getattr(each, name) for name in counts} for each in rows]}
        )

    def keep(self, **columns: Any) -> None:
        """Change facts of the return."""
        self.effects.update(Return, self.pk, **columns)

    def keep_parcel(self, waybill: str, courier: str) -> None:
        """The customer's parcel belongs to the orders whose goods are in it, and is tracked."""
        assert self.at is not None  # steps run with a situation
        at, orders = self.at.now, coming(self.at).orders

        def deed() -> None:
            self.facts.parcel = keep_return(self.shop_id, courier, waybill, orders=orders, at=at)

        before = standing(self.at).parcel
        if before is not None and (before.waybill, before.courier.code) != (waybill, courier):
            # Nobody waits for what was a slip of the pen.
            self.effects.update(Parcel, before.pk, voided_at=at)
        self.keep(waybill=waybill)
        self.effects.do(deed)

    def proven(self) -> None:
        """R3: what the inspection confirms decides who pays, unless the case above knew with whom it lay, or nobody is at fault."""
        assert self.at is not None  # steps run with a situation
        if self.facts.freight_payer:
            return
        self.decide_freight(circumstances(self.at, self.REMEDY, Checked.CONFIRMED))

    def keep_findings(self, facts: dict[str, Any]) -> None:
        """Pieces by condition, the remark, who inspected and when; what came back for its quality goes on the department's list (R5.3)."""
        assert self.at is not None  # steps run with a situation
        at, found = self.at, coming(self.at)
        for each, counts in found_of(facts["found"], found.lines):
            for name, number in counts.items():
                setattr(each, name, number)
            self.effects.update(type(each), each.pk, **counts)
            if found.facts.why == Why.QUALITY and each.accepted:
                self.effects.do(partial(report_quality, self, each.line, each.accepted, at.now))
        arrived = found.facts.arrived_at or at.now
        self.keep(inspected_at=at.now, inspected_by_id=at.actor.person_id, remark=facts["remark"], arrived_at=arrived)
        # The journal speaks the shop's language, whoever inspected.
        with translation.override(settings.LANGUAGE_CODE):
            if found.difference:
                self.effects.note(difference=found.difference)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


def circumstances(at: Situation, remedy: Remedy, checked: Checked) -> Circumstances:
    """What the rules of freight look at."""
    return circumstances_of(coming(at).facts.why, remedy, checked, is_insured=bool(at.order and at.order.freight_insured), policy=at.policy)


def circumstances_of(
    why: str, remedy: Remedy, checked: Checked, *, is_insured: bool, policy: Callable[[str], Any], sent_by: SentBy = SentBy.PREPAID
) -> Circumstances:
    """The same where no case is there yet."""
    exchange = policy("no_fault_exchange")
    return Circumstances(HAPPENED[Why(why)], checked, remedy, sent_by, is_insured=is_insured, no_fault_exchange=exchange)


# The way back ----------------------------------------------------------------------------------------


def on_its_way(sources: Sources, target: States) -> Made:
    """R5.4: the customer has sent it; the parcel is tracked from here."""

    @step(sources, target, label=_("The customer has sent it"), rule="R5.4", by=AGENTS, facts=OnItsWay)
    def on_its_way(self: ComesBack, facts: dict[str, Any]) -> None:
        """Waybill and courier, told by the customer."""
        self.keep_parcel(facts["waybill"], facts["courier"])
        if facts["postage"] is not None:
            self.keep(postage=facts["postage"])

    return on_its_way


def number_corrected(sources: Sources) -> Made:
    """R5.4: the number was told or typed wrongly."""

    @step(sources, None, label=_("Correct the waybill"), rule="R5.4", by=AGENTS, facts=OnItsWay, event=True)
    def number_corrected(self: ComesBack, facts: dict[str, Any]) -> None:
        """The parcel under the right number is tracked from here."""
        self.keep_parcel(facts["waybill"], facts["courier"])
        if facts["postage"] is not None:
            self.keep(postage=facts["postage"])

    return number_corrected


def nothing_came(sources: Sources, target: States) -> Made:
    """R5.4: the days in which the customer sends it are over."""

    @step(sources, target, label=_("Not sent in time"), rule="R5.4", by=CLOCK)
    def nothing_came(self: ComesBack) -> None:
        """An agent asks, or calls it off."""

    return nothing_came


def wait_longer(sources: Sources, target: States) -> Made:
    """R5.4: the customer still wants to send it."""

    @step(sources, target, label=_("Wait for it once more"), rule="R5.4", by=AGENTS, needs_note=True)
    def wait_longer(self: ComesBack) -> None:
        """The days begin anew; the note says why."""

    return wait_longer


def return_delivered(sources: Sources, target: States) -> Made:
    """R5.4: tracking tells that somebody of us has signed for it."""

    @step(sources, target, label=_("Signed for by us"), rule="R5.4", by=SYSTEM, hidden=True, plain=True)
    def return_delivered(self: ComesBack) -> None:
        """It is to be inspected."""

    return return_delivered


def received(sources: Sources, target: States) -> Made:
    """R5.2: the warehouse has the parcel in hand."""

    @step(sources, target, label=_("It is here"), rule="R5.2", by=RECEIVERS, facts=Received, event=True)
    def received(self: ComesBack, facts: dict[str, Any]) -> None:
        """Where nobody had told us the waybill, this one is the return's. One that was told stays; the journal has what stood on the parcel."""
        assert self.at is not None  # steps run with a situation
        self.keep(arrived_at=self.at.now)
        if coming(self.at).facts.waybill:
            return
        if facts["waybill"] and facts["courier"]:
            self.keep_parcel(facts["waybill"], facts["courier"])
        elif facts["waybill"]:
            self.keep(waybill=facts["waybill"])

    return received


def not_taken(sources: Sources, target: States) -> Made:
    """R3.6: collect-on-delivery and surface mail are refused."""

    @step(
        sources,
        target,
        label=_("Not taken: collect on delivery or surface mail"),
        rule="R3.6",
        by=RECEIVERS,
        facts=NotTaken,
        event=True,
        hint=_("The customer is told, and sends it again, prepaid."),
    )
    def not_taken(self: ComesBack, facts: dict[str, Any]) -> None:
        """It goes back with the courier; who pays the prepaid one stays as it was decided."""
        self.facts.parcel = None
        self.keep(waybill="", arrived_at=None)
        self.effects.note(sent_by=facts["sent_by"])

    return not_taken


# The inspection --------------------------------------------------------------------------------------


def found_right(sources: Sources, target: States) -> Made:
    """R5.2: every piece is as the customer said."""

    @step(
        sources,
        target,
        label=_("Inspected: all as claimed"),
        rule="R5.2",
        by=RECEIVERS,
        facts=Found,
        when=[has_evidence(EvidenceKind.PHOTO_INSPECTION, rule="R5.2")],
    )
    def found_right(self: ComesBack, facts: dict[str, Any]) -> None:
        """The finding stands with its photo before money moves."""
        assert self.at is not None  # steps run with a situation
        self.keep_findings(facts)
        if not coming(self.at).is_right:
            text = _("Something is short, worn or another thing: record it as a difference.")
            raise Malformed(text, code="not_as_claimed", field="found")
        self.proven()

    return found_right


def found_different(sources: Sources, target: States) -> Made:
    """R5.2, R5.4: something is short, worn, or another thing."""

    @step(
        sources,
        target,
        label=_("Inspected: not all as claimed"),
        rule="R5.4",
        by=RECEIVERS,
        facts=Found,
        when=[has_evidence(EvidenceKind.PHOTO_INSPECTION, rule="R5.2")],
    )
    def found_different(self: ComesBack, facts: dict[str, Any]) -> None:
        """Back to the agent with the difference. What came as claimed proves who pays the way back; where nothing did, a lead decides."""
        assert self.at is not None  # steps run with a situation
        self.keep_findings(facts)
        if coming(self.at).is_right:
            raise Malformed(_("All of it is as claimed: there is no difference."), code="as_claimed", field="found")
        if coming(self.at).prices():
            self.proven()
        elif not self.facts.freight_payer:
            self.effects.send("notice", to="leads", about="freight_to_decide")

    return found_different


def call_off(sources: Sources, target: States, *, drops: Sequence[str] = ()) -> Made:
    """R5.4: it does not come back, or is sent back to the customer as it came."""

    @step(sources, target, label=_("Call this off"), rule="R5.4", by=AGENTS, needs_note=True, event=True, drops=drops)
    def call_off(self: ComesBack) -> None:
        """The note says why: the customer keeps it, nothing came, or what came was sent back to them."""

    return call_off


# Money ----------------------------------------------------------------------------------------------


def being_refunded(sources: Sources, target: States) -> Made:
    """R5.2: the refund of what came back is asked for."""

    @step(sources, target, label=_("Refund asked for"), rule="R5.2", by=SYSTEM, hidden=True)
    def being_refunded(self: ComesBack) -> None:
        """It has the word."""

    return being_refunded


def refund_fell_through(sources: Sources, target: States) -> Made:
    """R1.3: the refund was rejected or withdrawn."""

    @step(sources, target, label=_("The refund fell through"), rule="R1.3", by=SYSTEM, hidden=True)
    def refund_fell_through(self: ComesBack) -> None:
        """Our turn again."""

    return refund_fell_through


def refunded(sources: Sources, target: States) -> Made:
    """R5.2: the refund was paid and the customer told."""

    @step(sources, target, label=_("Refunded"), rule="R5.2", by=SYSTEM, hidden=True)
    def refunded(self: ComesBack) -> None:
        """Nothing is left to do."""

    return refunded


def release(sources: Sources) -> Made:
    """R5.2: a lead lets the money go without waiting for the inspection, or in spite of what it found."""

    @step(
        sources,
        None,
        label=_("Let the money go without that"),
        rule="R5.2",
        by=LEADS,
        needs_note=True,
        decides_money=True,
        event=True,
        hint=_("Your note is the written reason: the refund may be asked for before the inspection, or in spite of its finding."),
    )
    def release(self: ComesBack) -> None:
        """The reason stands in the journal; the refund still needs its approval."""
        assert self.at is not None  # steps run with a situation
        self.keep(released_at=self.at.now)

    return release
