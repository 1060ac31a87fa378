"""L0 Every logistics complaint (物流投诉): the order of work, for what is no incident of its own yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.models import Case
from casework.situation import Situation
from casework.taken_down import TakenDown
from casework.workflow import Category, Clock, Guard, States, guard, step
from logistics.inquiring import Inquired
from logistics.kinds.endings import AT_THE_END
from logistics.kinds.incident import TURNS_BACK, After, Incident, override_freight
from logistics.signs import has_not_arrived, not_shipped_yet
from logistics.standing import ask_standings, parcels_of
from orders.access import Actor
from orders.errors import Malformed
from orders.roles import AGENTS, CLOCK
from orders.together import Reading, ask_for, side_by_side

WE_LOOK = _("Hello, we are sorry for the trouble with your parcel ({parcel}). We look into it at once and tell you what we learn.")
STILL_LOOKING = _("Hello, we have asked the courier about your parcel ({parcel}) and are still looking. We tell you what we learn.")


class State(States):
    """Worked on, told that it is still being looked for, or answered."""

    WORKING = "working", Category.OPEN, _("Work it through and tell the customer")
    LOOKING = "looking", Category.COURIER, _("Still looking; the customer knows")
    ANSWERED = "answered", Category.DONE, _("The customer knows the result")
    PASSED_ON = "passed_on", Category.DONE, _("Goes on as a case of its own")


OPEN = (State.WORKING, State.LOOKING)


class Check(models.TextChoices):
    """The order of work (L0.1). The order is found when the case is opened."""

    ORDER = "order", _("Order found")
    CALMED = "calmed", _("Customer calmed")
    RECORDED = "recorded", _("What happened is recorded")
    CONFIRMED = "confirmed", _("Address and phone confirmed")
    COMPARED = "compared", _("Three addresses compared")
    ASKED = "asked", _("Courier asked where it is and how it travels")
    TOLD = "told", _("Customer told what was learnt")


class Same(models.TextChoices):
    """What an address comes to beside the customer's."""

    SAME = "same", _("Same")
    DIFFERS = "differs", _("Differs")
    NOT_ON_FILE = "not_on_file", _("Not in the file, asked")


class WhatHappened(Facts):
    """What happened, and what the customer wants (L0.5)."""

    happened = forms.CharField(label=_("What happened"), max_length=1000)
    wanted = forms.CharField(label=_("What the customer wants"), max_length=300)
    has_slip = forms.BooleanField(label=_("The customer has kept the slip"), required=False)


class Confirmed(Facts):
    """Ask nothing that the record already holds."""

    address = forms.ChoiceField(label=_("Address"), choices=[("on_file", _("On record, confirmed")), ("asked", _("Asked of the customer"))])
    phone = forms.ChoiceField(label=_("Phone"), choices=[("on_file", _("On record, confirmed")), ("asked", _("Asked of the customer"))])


class Compared(Facts):
    """The customer's address is what the other two are compared with; it may have to be asked for itself."""

    customer = forms.ChoiceField(
        label=_("The customer's address"), choices=[("told", _("Told by the customer")), ("not_on_file", Same.NOT_ON_FILE.label)]
    )
    order = forms.ChoiceField(label=_("The order's address"), choices=Same.choices)
    waybill = forms.ChoiceField(label=_("The waybill's address"), choices=Same.choices)


class CourierAsked(Inquired):
    """A whole talk; without an answer yet it is only asked."""


class StillLooking(Facts):
    """What the customer was told."""

    told = forms.CharField(label=_("What the customer was told"), max_length=1000)


class Result(StillLooking):
    """The result, and why something of the order of work was left out."""

    why_skipped = forms.CharField(label=_("Why a check was skipped (if one was)"), max_length=300, required=False)


def checks_of(facts: Any) -> dict[str, str]:
    """When each check was done, by its name."""
    found: dict[str, str] = facts.answers.get("checks", {})
    return found


def skipped(facts: Any, *, at_the_end: bool = False) -> list[Check]:
    """What was not done although something later in the order of work was, or although the case has ended."""
    done, order = checks_of(facts), list(Check)
    last = max((order.index(each) for each in order if each in done), default=0)
    return [each for each in order[1 : len(order) if at_the_end else last] if each not in done]


def not_yet(which: Check) -> Guard:
    """Each check is done once; a second look is a note."""

    @guard(_("This was done already."), rule="L0.1")
    def not_done_yet(case: LogisticsComplaint, at: Situation) -> bool:
        return which not in checks_of(case.facts)

    return not_done_yet


class LogisticsComplaint(Incident):
    """Find the order first, calm, record, confirm address and phone, compare three addresses, ask the courier, tell the customer what was learnt,
    even when it is "still looking". Each leaves a record, and what was skipped is seen."""

    KIND = "logistics_complaint"
    CHAPTER = "L0"
    STATES = State
    FIRST = State.WORKING
    OPENED_BY = AGENTS
    REMEDIES: ClassVar[tuple[str, ...]] = ()
    EVIDENCE = ("courier_reply", "chat", "other")
    HAS_CONTACTS = True
    AFTER_NODES = (After(TURNS_BACK, "returning"),)
    SEES_IT_BACK = False
    LIKELY = (not_shipped_yet, has_not_arrived)
    CLOCKS = (
        Clock("reply", _("Tell the customer what was learnt"), (State.WORKING,), lasts="reply_within", rule="L0.3"),
        Clock("tell_again", _("Tell the customer again"), (State.LOOKING,), lasts="reply_within", then=("told_anew",), rule="L0.2"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Logistics complaint")
        verbose_name_plural = _("Logistics complaints")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The parcel, and the other open incidents about it."""
        parcels = {case.pk: case.facts.parcel_id for case in cases if case.facts is not None}
        rows = Case.objects.open().filter(incident__parcel__in=parcels_of(cases)).exclude(kind=cls.KIND)
        others = rows.values_list("incident__parcel", "number")
        found, _read = yield from side_by_side(ask_standings(cases), ask_for(others))
        return {
            pk: {"parcel": each, "others": [number for parcel, number in others if parcel == parcels.get(pk)]} for pk, each in found.items()
        }

    def keep_taken_down(self, taken: TakenDown, at: dt.datetime) -> None:
        """Who was told at intake what happened and what is wanted does not ask it again (L0.5)."""
        super().keep_taken_down(taken, at)
        if taken.is_whole:
            self.facts.answers = {**self.facts.answers, "checks": {Check.RECORDED.value: at.isoformat()}}

    def facts_shown(self) -> dict[str, Any]:
        """And which checks were made, and what the three addresses came to."""
        return super().facts_shown() | {"answers": self.facts.answers}

    def why_here(self, at: Situation) -> str:
        """What of the order of work was skipped (L0.1)."""
        left_out = skipped(self.facts)
        return str(_("Skipped: {checks}.")).format(checks=str(_(", ")).join(str(each.label) for each in left_out)) if left_out else ""

    def contact_message(self, at: Situation) -> str:
        """L0.2: the customer hears of it even when it is still being looked for; nothing is promised."""
        asked = Check.ASKED in checks_of(self.facts)
        text = STILL_LOOKING if asked or self.state == State.LOOKING else WE_LOOK
        return str(text).format(parcel=self.subject_label)

    # L0.1 -------------------------------------------------------------------------------------------

    @step(
        OPEN,
        None,
        label=Check.CALMED.label,
        rule="L0.1",
        by=AGENTS,
        when=[not_yet(Check.CALMED)],
        hint=_("Apologise and say that you look into it."),
    )
    def calmed(self) -> None:
        """The customer knows that somebody cares."""
        self._done(Check.CALMED)

    @step(OPEN, None, label=_("Record what happened"), rule="L0.5", by=AGENTS, facts=WhatHappened, when=[not_yet(Check.RECORDED)])
    def recorded(self, facts: dict[str, Any]) -> None:
        """Order, date, waybill stand on the case already; this is what only the customer knows."""
        self._done(Check.RECORDED)

    @step(OPEN, None, label=_("Address and phone confirmed"), rule="L0.1", by=AGENTS, facts=Confirmed, when=[not_yet(Check.CONFIRMED)])
    def confirmed(self, facts: dict[str, Any]) -> None:
        """What the record holds is confirmed, never asked again."""
        order = self.at.order if self.at else None
        on_record = {"address": order and order.street_enc, "phone": order and order.phone_enc}
        for name, known in on_record.items():
            if (facts[name] == "asked") == bool(known):
                text = _("This stands on the order; have it confirmed.") if known else _("The order does not hold it; ask for it.")
                raise Malformed(text, code="on_record" if known else "not_on_record", field=name)
        self._done(Check.CONFIRMED)

    @step(OPEN, None, label=_("Three addresses compared"), rule="L0.1", by=AGENTS, facts=Compared, when=[not_yet(Check.COMPARED)])
    def compared(self, facts: dict[str, Any]) -> None:
        """What the order does not hold is neither the same nor different."""
        order = self.at.order if self.at else None
        holds = bool(order and (order.street_enc or order.province))
        if (facts["order"] == Same.NOT_ON_FILE) == holds:
            text = _("The order holds an address; compare it.") if holds else _("The order holds no address; ask for it.")
            raise Malformed(text, code="on_record" if holds else "not_on_record", field="order")
        self.facts.answers = {**self.facts.answers, "addresses": dict(facts)}
        self._done(Check.COMPARED)

    @step(OPEN, None, label=_("Ask the courier where it is"), rule="L0.1", by=AGENTS, facts=CourierAsked, when=[not_yet(Check.ASKED)])
    def courier_asked(self, facts: dict[str, Any]) -> None:
        """Where it is and how it travels; what is asked later goes into the log of inquiries."""
        self.asked(**facts)
        self._done(Check.ASKED)

    # L0.2 -------------------------------------------------------------------------------------------

    @step(
        OPEN,
        State.LOOKING,
        label=_("Told: still looking"),
        rule="L0.2",
        by=AGENTS,
        facts=StillLooking,
        event=True,
        hint=_("The customer hears of it within 24 hours, also when there is no result yet."),
    )
    def told_still_looking(self, facts: dict[str, Any]) -> None:
        """The next word is due a day later."""
        self._done(Check.TOLD)

    @step(State.LOOKING, State.WORKING, label=_("The customer is to be told again"), rule="L0.2", by=CLOCK)
    def told_anew(self) -> None:
        """A day has passed since the last word."""

    @step(OPEN, State.ANSWERED, label=_("Told: the result"), rule="L0.2", by=AGENTS, facts=Result, drops=AT_THE_END)
    def told_result(self, facts: dict[str, Any]) -> None:
        """What was skipped stands in the journal with its reason."""
        self._done(Check.TOLD)
        left_out = skipped(self.facts, at_the_end=True)
        if left_out and not facts["why_skipped"]:
            text = _("Not done: {checks}. Say why.")
            raise Malformed(
                str(text).format(checks=str(_(", ")).join(str(each.label) for each in left_out)), code="why_skipped", field="why_skipped"
            )
        self.effects.note(skipped=[each.value for each in left_out])

    @guard(_("No other case about this parcel is open."), rule="L0.1")
    def has_a_case_of_its_own(self: LogisticsComplaint, at: Situation) -> bool:
        return bool(at.more["others"])

    @step(
        OPEN,
        State.PASSED_ON,
        label=_("Goes on as a case of its own"),
        rule="L0.1",
        by=AGENTS,
        when=[has_a_case_of_its_own],
        drops=AT_THE_END,
        event=True,
        hint=_("Lost, signed but not received, missing items and the like have their own chapter."),
    )
    def passed_on(self) -> None:
        """The customer is told there."""
        assert self.at is not None  # steps run with a situation
        left_out = skipped(self.facts, at_the_end=True)
        self.effects.note(skipped=[each.value for each in left_out], cases=self.at.more["others"])

    def _done(self, which: Check) -> None:
        """Keep when the check was first done."""
        assert self.at is not None  # steps run with a situation
        checks = {which.value: self.at.now.isoformat(), **checks_of(self.facts)}
        self.facts.answers = {**self.facts.answers, "checks": checks}

    override_freight = override_freight(OPEN)
