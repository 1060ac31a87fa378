"""L7.5: what was seen at the door, and by whom; the parcel is refused, or signed for all the same."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.situation import Situation
from casework.workflow import guard, step
from logistics.border import is_beyond_the_border
from logistics.freight import Circumstances, Happened
from logistics.handing_over import hand_over
from logistics.kinds.endings import AT_THE_END
from logistics.kinds.incident import Incident, Part
from logistics.kinds.refused_at_door.states import AT_THE_DOOR, State
from logistics.models.incident import SeenAs, SentBackFor
from logistics.task_kinds import EXTEND
from orders.roles import AGENTS, CLOCK, STAFF, SYSTEM


class AtDoor(models.TextChoices):
    """Who stands at the door."""

    CUSTOMER = "customer", _("The customer")
    FAMILY = "family", _("Family")
    GATE = "gate", _("Gatehouse or front desk")
    OTHER = "other", _("Somebody else")


class Seen(Facts):
    """What is wrong with it, and who sees it."""

    seen_as = forms.ChoiceField(label=_("Seen at the door"), choices=SeenAs.choices)
    at_door = forms.ChoiceField(label=_("Who is at the door"), choices=AtDoor.choices)
    seen = forms.CharField(label=_("What they see"), max_length=500, required=False)


class AtTheDoor(Part):
    """Asked to refuse it, until it turns back or is signed for."""

    @guard(_("Reach whoever is at the door first, and record it."), rule="L7.5")
    def customer_was_contacted(self: AtTheDoor, at: Situation) -> bool:
        return at.was_tried()

    @step(
        State.TO_ASK,
        State.ASKED,
        label=_("Asked to refuse it"),
        rule="L7.5",
        by=AGENTS,
        facts=Seen,
        when=[customer_was_contacted],
        hint=_("Also when family or gate staff sign. Tell the courier that it comes back."),
    )
    def asked_to_refuse(self, facts: dict[str, Any]) -> None:
        """What is seen decides nothing yet: the warehouse looks at it once it is back."""
        self.facts.seen_as = facts["seen_as"]

    @step(State.ASKED, State.TO_ASK, label=_("No word of it"), rule="L7.5", by=CLOCK)
    def no_word(self) -> None:
        """Neither refused nor signed for: ask customer and courier once more."""

    @step(
        State.TO_ASK,
        State.RETURNING,
        label=_("Refused already"),
        rule="L7.5",
        by=AGENTS,
        facts=Seen,
        event=True,
        hint=_("The customer refused it before we could ask."),
    )
    def refused_before(self, facts: dict[str, Any]) -> None:
        """Followed from here; what was seen is kept."""
        self.facts.seen_as = facts["seen_as"]

    @step(State.ASKED, State.RETURNING, label=_("It was refused"), rule="L7.5", by=AGENTS)
    def refused(self) -> None:
        """The customer or the courier says so."""

    @step(AT_THE_DOOR, State.RETURNING, label=_("It turned back"), rule="L7.5", by=SYSTEM, hidden=True)
    def turned_back(self) -> None:
        """Tracking tells that it is on its way back."""

    @step(
        (*AT_THE_DOOR, State.RETURNING),
        State.GONE_ON,
        label=_("Refused for the customer's own reason"),
        rule="L10.2",
        by=AGENTS,
        needs_note=True,
        event=True,
        drops=AT_THE_END,
        final=True,
        hint=_("Not wanted any more, say: it goes on as a returned parcel. Hong Kong, Macau and Taiwan cost both ways."),
    )
    def own_reason(self) -> None:
        """The customer's, with the freight that the handbook says (L10.1, L10.2)."""
        refused_for_own_reason(self)

    # Signed for all the same ------------------------------------------------------------------------

    @step((*AT_THE_DOOR, State.RETURNING), State.SIGNED, label=_("Signed for"), rule="L7.5", by=SYSTEM, plain=True)
    def delivered(self: Incident) -> None:
        """Tracking tells that somebody took it in: what is wrong with it has its own chapter."""

    @step(
        AT_THE_DOOR,
        State.SIGNED,
        label=_("It was taken in all the same"),
        rule="L7.5",
        by=STAFF,
        event=True,
        hint=_("Said by the customer or the courier, before tracking tells."),
    )
    def taken_in(self) -> None:
        """The parcel is marked as delivered now."""
        self.parcel_is_delivered()

    @guard(_("Open its case first: damaged, wrong or missing goods."), rule="L7.5")
    def has_a_case_of_its_own(self: AtTheDoor, at: Situation) -> bool:
        return bool(at.more["others"])

    @step(
        State.SIGNED,
        State.PASSED_ON,
        label=_("Goes on as a case of its own"),
        rule="L7.5",
        by=AGENTS,
        when=[has_a_case_of_its_own],
        drops=[EXTEND],
    )
    def passed_on(self) -> None:
        """Damaged, wrong and missing goods have their own chapters."""
        assert self.at is not None  # steps run with a situation
        self.effects.note(cases=self.at.more["others"])

    @step(
        State.SIGNED,
        State.NOTHING_WRONG,
        label=_("Nothing is wrong with it"),
        rule="L7.5",
        by=AGENTS,
        needs_note=True,
        event=True,
        drops=[EXTEND],
    )
    def nothing_wrong(self) -> None:
        """The customer has looked into it and keeps it."""


def refused_for_own_reason(case: Incident) -> None:
    """L10.1, L10.2: decide the freight, and let it go on as a returned parcel."""
    assert case.at is not None  # steps run with a situation
    case.decide_freight(Circumstances(Happened.REFUSED, beyond_the_border=is_beyond_the_border(case.at.order)))
    hand_over(case, case.at, because=SentBackFor.REFUSED)
