"""L10.1: the customer is told why it comes back and chooses; what they do not accept a lead decides."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from casework.workflow import guard, not_, step
from logistics.border import is_beyond_the_border
from logistics.freight import Circumstances, Happened
from logistics.kinds.coming_home import is_away
from logistics.kinds.endings import Wish
from logistics.kinds.incident import Incident, Part
from logistics.kinds.postage import is_for_nothing, postage_is_settled
from logistics.kinds.returned_to_sender.said import Chosen, Why
from logistics.kinds.returned_to_sender.states import OPEN, State
from logistics.models.incident import Choice, SentBackFor
from logistics.task_kinds import EXTEND
from orders.roles import AGENTS, CLOCK, LEADS, SYSTEM

# What each reason comes down to, for the rules of freight (logistics/fault.py). Of the others a lead decides.
HAPPENED: Mapping[str, Happened] = {
    SentBackFor.REFUSED: Happened.REFUSED,
    SentBackFor.NOT_COLLECTED: Happened.REFUSED,
    # Nobody of us has kept the contact rule here: that would be a case of L6 (L6.4).
    SentBackFor.NOT_REACHED: Happened.UNREACHABLE,
    # It is with us again, so one freight is all that it costs; L1.5 speaks of what somebody else has.
    SentBackFor.ADDRESS_WRONG: Happened.REFUSED,
}


def circumstances(case: Incident, at: Situation) -> Circumstances:
    """What the rules of freight look at. Beyond the border only what was refused costs both ways (L10.2)."""
    reason = case.facts.sent_back_for
    beyond = reason == SentBackFor.REFUSED and is_beyond_the_border(at.order)
    return Circumstances(HAPPENED.get(reason, Happened.OTHER), beyond_the_border=beyond)


def decide_who_pays(case: Incident) -> None:
    """L10.1, L10.2, L6.4 by the reason; where the handbook does not decide a lead is asked."""
    assert case.at is not None  # steps run with a situation
    decision = case.decide_freight(circumstances(case, case.at))
    if not decision.is_decided and not case.facts.freight_by_lead:
        case.facts.freight_payer, case.facts.freight_rule, case.facts.freight_decided_at = "", "", None
        case.effects.send("notice", to="leads", about="freight_to_decide")


# The same whoever decides: where the parcel is says what comes next.
while_it_travels = partial(step, target=State.AWAITED, rule="L10.1", facts=Chosen, only=[is_away])
once_it_is_here = partial(step, target=State.TO_MEND, rule="L10.1", facts=Chosen, only=[not_(is_away)])


class Telling(Part):
    """From the reason to the customer's choice."""

    @guard(_("First say why it comes back: ask the courier, or see tracking."), rule="L10.1")
    def reason_is_known(self: Telling, at: Situation) -> bool:
        return bool(self.facts.sent_back_for)

    @guard(_("Write to the customer or call them first, and record it."), rule="L10.1")
    def customer_was_contacted(self: Telling, at: Situation) -> bool:
        return at.was_tried()

    @guard(_("The customer has not answered yet: record their answer first."), rule="L10.1")
    def customer_has_answered(self: Telling, at: Situation) -> bool:
        return at.was_answered

    # Proposed as soon as it can be done; before that the reason is asked for.
    @step(
        State.TO_TELL,
        State.OFFERED,
        label=_("Told why, and offered"),
        rule="L10.1",
        by=AGENTS,
        when=[reason_is_known, customer_was_contacted],
        hint=_("Sent again with the postage paid by the customer; refunded less one postage; or shipped with a new order."),
    )
    def told_and_offered(self) -> None:
        """The customer has three days to choose."""

    @step(
        [State.TO_TELL, State.OFFERED, State.AT_LEAD],
        None,
        label=_("Say why it comes back"),
        rule="L10.1",
        by=AGENTS,
        facts=Why,
        event=True,
        next_in=[State.TO_TELL],
        hint=_("Who bears the postage follows from it; the message to the customer says both."),
    )
    def reason_found(self, facts: dict[str, Any]) -> None:
        """By the courier's word or by tracking. What was decided before the parcel came here stays (L6.3, L6.4)."""
        came_decided = self.facts.sent_back_for == SentBackFor.NOT_REACHED == facts["sent_back_for"] and self.facts.fault
        self.facts.sent_back_for = facts["sent_back_for"]
        if not came_decided:
            decide_who_pays(self)

    @step(OPEN, None, label=_("An earlier case goes on here"), rule="L10.1", by=SYSTEM, hidden=True)
    def goes_on_with(self) -> None:
        """What that case knew and this one did not is known here as well; a reason that came with it decides who pays."""
        if self.facts.sent_back_for and not self.facts.fault:
            decide_who_pays(self)

    @while_it_travels(State.OFFERED, label=_("The customer chooses"), by=AGENTS, when=[customer_has_answered])
    def chosen_on_the_way(self, facts: dict[str, Any]) -> None:
        """Done once the parcel is here."""
        self.facts.choice = facts["choice"]

    @once_it_is_here(State.OFFERED, label=_("The customer chooses"), by=AGENTS, when=[customer_has_answered])
    def chosen(self, facts: dict[str, Any]) -> None:
        """The parcel is here already."""
        self.facts.choice = facts["choice"]

    @step(State.OFFERED, State.AT_LEAD, label=_("Nothing accepted"), rule="L10.1", by=AGENTS, needs_note=True, event=True)
    def declined(self) -> None:
        """The note says what the customer wants instead."""
        self.effects.send("notice", to="leads", about="nothing_accepted")

    @step(State.OFFERED, State.AT_LEAD, label=_("The customer is silent"), rule="L10.1", by=CLOCK)
    def customer_is_silent(self) -> None:
        """Silence accepts nothing."""
        self.effects.send("notice", to="leads", about="nothing_accepted")

    @while_it_travels(State.AT_LEAD, label=_("Lead decides"), by=LEADS, needs_note=True)
    def decided_on_the_way(self, facts: dict[str, Any]) -> None:
        """Done once the parcel is here; who bears the postage is another decision of the lead's."""
        self.facts.choice = facts["choice"]

    @once_it_is_here(State.AT_LEAD, label=_("Lead decides"), by=LEADS, needs_note=True)
    def decided(self, facts: dict[str, Any]) -> None:
        """The parcel is here already."""
        self.facts.choice = facts["choice"]

    @step(State.AT_LEAD, State.OFFERED, label=_("The customer comes back to the offers"), rule="L10.1", by=AGENTS, event=True)
    def offered_anew(self) -> None:
        """An answer counts until it is done otherwise."""

    @guard(_("It is not lost: the customer chooses among the offers."), rule="L3.2", otherwise=_("It is lost: resend or refund."))
    def is_lost(self: Telling, at: Situation) -> bool:
        return self.facts.lost_at is not None

    @step(
        [State.AWAITED, State.TO_MEND],
        State.OFFERED,
        label=_("The customer wants something else"),
        rule="L10.1",
        by=AGENTS,
        only=[not_(is_lost)],
        event=True,
    )
    def choice_withdrawn(self) -> None:
        """They choose anew. A postage that they have paid is not forgotten: a lead says what becomes of it."""
        self.facts.choice = ""
        if is_for_nothing(self):
            self.effects.send("notice", to="leads", about="postage_to_settle")

    @step(State.TO_MEND, None, label=_("The customer wants something else"), rule="L3.2", by=AGENTS, facts=Wish, only=[is_lost], event=True)
    def wish_changed(self, facts: dict[str, Any]) -> None:
        """Nothing comes back, so nothing is offered anew and nobody else pays."""
        self.facts.choice = Choice(facts["wish"])

    @step(
        [State.AT_LEAD, State.TO_MEND],
        State.SETTLED,
        label=_("Settle it otherwise"),
        rule="L10.1",
        by=LEADS,
        when=[postage_is_settled],
        needs_note=True,
        event=True,
        drops=[EXTEND],
        hint=_("Nothing more is sent or refunded; your note says why."),
    )
    def settled_otherwise(self) -> None:
        """The lead's word ends it."""
