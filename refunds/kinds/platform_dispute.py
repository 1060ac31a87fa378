"""R13 The platform steps in (客服介入)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.models import Case, Evidence, EvidenceKind, Ledger
from casework.photos.checklist import Instead, Wanted
from casework.situation import Situation
from casework.workflow import Category, Clock, States, guard, step
from orders.access import Actor
from orders.errors import Malformed
from orders.persons import redact_for_order
from orders.roles import AGENTS, LEADS, SYSTEM
from orders.together import Reading, ask_for, side_by_side
from refunds.kinds.asked_on_platform import asked_there, asked_there_by, words_of
from refunds.models.asked_there import AskedThere
from refunds.models.platform_decision import PlatformDecision
from refunds.money import YuanField


class State(States):
    """From the platform's letter to its word."""

    TO_PROVE = "to_prove", Category.OPEN, _("The platform steps in: bring the evidence")
    HANDED_IN = "handed_in", Category.LEAD, _("Evidence handed in; the platform decides")
    FOR_CUSTOMER = "for_customer", Category.DONE, _("Decided for the customer")
    IN_PART = "in_part", Category.DONE, _("Decided in part")
    FOR_US = "for_us", Category.DONE, _("Decided for us")
    ENDED = "ended", Category.DONE, _("Ended without a decision")


OPEN = (State.TO_PROVE, State.HANDED_IN)
# Whoever bears the cost of what the platform gave.
PARTIES = [each for each in Ledger.Party.choices if each[0] != Ledger.Party.CUSTOMER]


class Word(Facts):
    """Why the platform decided so."""

    why = forms.CharField(label=_("The platform's reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class Cost(Word):
    """The cause of the cost."""

    party = forms.ChoiceField(label=_("at whose cost"), choices=PARTIES)


class Part(Cost):
    """How much of what was asked."""

    amount = YuanField(label=_("Yuan to the customer"))


def evidence_due(case: PlatformDispute, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """The platform's own deadline for evidence (举证超时), taken and never computed."""
    there = asked_there(at)
    return there.evidence_deadline_at if there is not None and there.is_open else None


def _elsewhere(kind: str) -> Callable[[Any, Situation], bool]:
    return lambda case, at: kind in at.more.get("papers", ())


def paper(kind: str, why: Any) -> Wanted:
    """A paper for the platform: a picture of this case, or of another one of the same order."""
    return Wanted(kind, why, "R13.1", instead=(Instead(_("on another case of the order"), _elsewhere(kind)),), from_customer=False)


class PlatformDispute(Case):
    """Its evidence deadline comes before all others, a lead knows at once. What it decides is recorded and needs no approval of ours;
    what it gave the customer stands in the ledger with its cause."""

    KIND = "platform_dispute"
    CHAPTER = "R13"
    STATES = State
    FIRST = State.TO_PROVE
    FACTS = AskedThere
    OPENED_BY = AGENTS
    IN_BULK = True
    EVIDENCE = ("courier_reply", "photo_damage", "other")
    CHECKLIST = (
        paper(EvidenceKind.CHAT, _("What was said and promised to the customer.")),
        paper(EvidenceKind.PLATFORM, _("The request, and what the platform asks.")),
        paper(EvidenceKind.PHOTO_WAYBILL, _("That it was shipped, and to where.")),
        paper(EvidenceKind.PHOTO_GOODS, _("What was shipped, and in which state.")),
    )
    CLOCKS = (
        Clock(
            "evidence",
            _("Evidence due on the platform"),
            (State.TO_PROVE,),
            due=evidence_due,
            rule="R13.1",
            platform=True,
            column="evidence_deadline_at",
        ),
        Clock("prove", _("Evidence to be handed in"), (State.TO_PROVE,), lasts="dispute_evidence_within", rule="R13.1"),
        Clock("decision", _("The platform decides"), (State.HANDED_IN,), lasts="platform_decides_within", rule="R13.2"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Platform steps in")
        verbose_name_plural = _("Platform steps in")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The request on the platform, and the kinds of papers on all cases of the order."""
        papers = Evidence.objects.filter(case__order__in={case.order_id for case in cases}).values_list("case__order_id", "kind").distinct()
        parts, _read = yield from side_by_side(asked_there_by(cases), ask_for(papers))
        for case in cases:
            parts[case.pk]["papers"] = {kind for order_id, kind in papers if order_id == case.order_id}
        return parts

    def why_here(self, at: Situation) -> str:
        """What the customer asks there."""
        there = asked_there(at)
        said = there.intervention if there is not None else ""
        return " · ".join(each for each in (said, words_of(there)) if each)

    def when_opened(self) -> None:
        """A lead is told at once."""
        self.effects.send("notice", to="leads", about="platform_steps_in")

    @guard(_("The request is not known yet: import the platform's refund list first."), rule="R13.2")
    def request_is_known(self: PlatformDispute, at: Situation) -> bool:
        return asked_there(at) is not None

    @step(
        State.TO_PROVE,
        State.HANDED_IN,
        label=_("Evidence is handed in"),
        rule="R13.1",
        by=AGENTS,
        hint=_("What the checklist names goes to the platform, before its deadline."),
    )
    def hand_in(self) -> None:
        """The papers are with the platform."""

    @step(
        OPEN, State.FOR_CUSTOMER, label=_("Decided for the customer"), rule="R13.2", by=LEADS, facts=Cost, when=[request_is_known],
        decides_money=True, event=True, next_in=[State.HANDED_IN],
    )  # fmt: skip
    def decided_for_customer(self, facts: dict[str, Any]) -> None:
        """The customer gets what was asked. It needs no approval of ours."""
        assert self.at is not None  # steps run with a situation
        there = asked_there(self.at)
        assert there is not None  # guard request_is_known
        self._keep(there.amount, facts)

    @step(
        OPEN, State.IN_PART, label=_("Decided in part"), rule="R13.2", by=LEADS, facts=Part, when=[request_is_known],
        decides_money=True, event=True,
    )  # fmt: skip
    def decided_in_part(self, facts: dict[str, Any]) -> None:
        """The customer gets a part of it."""
        assert self.at is not None  # steps run with a situation
        there = asked_there(self.at)
        assert there is not None  # guard request_is_known
        if facts["amount"] >= there.amount:
            raise Malformed(_("A part is less than what was asked."), code="bad_amount", field="amount")
        self._keep(facts["amount"], facts)

    @step(OPEN, State.FOR_US, label=_("Decided for us"), rule="R13.2", by=LEADS, facts=Word, decides_money=True, event=True)
    def decided_for_us(self, facts: dict[str, Any]) -> None:
        """The customer gets nothing."""
        self._keep(Decimal("0.00"), facts)

    @step(OPEN, State.ENDED, label=_("It ended without a decision"), rule="R13.2", by=AGENTS, needs_note=True, event=True)
    def end(self) -> None:
        """The customer took the request back, or we agreed with them meanwhile."""

    @step(OPEN, State.FOR_CUSTOMER, label=_("Refunded by the platform"), rule="R13.2", by=SYSTEM, hidden=True, plain=True, final=True)
    def refunded_there(self) -> None:
        """The platform's list shows it as refunded, and nobody had looked yet."""

    @step(OPEN, State.ENDED, label=_("Taken back on the platform"), rule="R13.2", by=SYSTEM, hidden=True, plain=True)
    def taken_back(self) -> None:
        """The platform's list shows it as closed, and nobody had looked yet."""

    def _keep(self, amount: Decimal, facts: dict[str, Any]) -> None:
        assert self.at is not None  # steps run with a situation
        party = facts.get("party", Ledger.Party.CUSTOMER)
        self.effects.say(redact_for_order(facts["why"], self.at.order))
        self.effects.write(PlatformDecision(case=self, amount=amount, party=party, by_id=self.at.actor.person_id, at=self.at.now))
        self.effects.note(amount=amount, party=party)
