"""S4.3: asked for by the customer, agreed within the table or by a lead who did not ask."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from casework.workflow import guard, step
from orders.persons import redact_for_order
from orders.roles import AGENTS, LEADS
from refunds.goods.gifts import standing
from refunds.kinds.gift.noted import Noted
from refunds.kinds.gift.said import What
from refunds.kinds.gift.states import State
from refunds.kinds.gift.table import paid_for


class Agreeing(Noted):
    """Staff do not offer it by themselves, and need not agree."""

    @guard(
        _(
            "For an order of {paid} yuan you may agree to a gift up to {most}; this one counts as {worth}, by its worth or its cost. A lead decides."
        ),
        rule="S4.3",
        says=lambda case, at: {
            "paid": paid_for(at),
            "most": at.policy("gift_by_amount").of(paid_for(at)),
            "worth": case.facts.counts_as,
        },
    )
    def within_the_table(self: Agreeing, at: Situation) -> bool:
        return bool(self.facts.counts_as <= at.policy("gift_by_amount").of(paid_for(at)))

    @guard(_("You asked for this gift; somebody else decides."), rule="S4.3")
    def somebody_else_asked(self: Agreeing, at: Situation) -> bool:
        return at.actor.user_id not in self.facts.askers

    @step(
        State.ASKED,
        State.TO_PACK,
        label=_("Agree to the gift"),
        rule="S4.3",
        by=AGENTS,
        when=[within_the_table],
        hint=_("Within the table; your code stands on the memo."),
    )
    def agree(self) -> None:
        """Within the table by the order's amount, whoever asked."""
        self._agreed()

    @step(
        State.ASKED,
        State.WITH_LEAD,
        label=_("Ask a lead about the gift"),
        rule="S4.3",
        by=AGENTS,
        hint=_("Above the table, or where you are not sure."),
    )
    def ask_the_lead(self) -> None:
        """Whoever passes it on asks for it as well."""
        self._asked()
        self.effects.send("notice", to="leads", about="gift_asked")

    @step(
        State.WITH_LEAD,
        State.TO_PACK,
        label=_("Agree as a lead"),
        rule="S4.3",
        by=LEADS,
        when=[somebody_else_asked],
        decides_money=True,
    )
    def lead_agrees(self) -> None:
        """A lead who did not ask."""
        self._agreed()

    @step(
        State.WITH_LEAD, State.NOT_GIVEN, label=_("No gift"), rule="S4.3", by=LEADS, when=[somebody_else_asked], needs_note=True, event=True
    )
    def lead_refuses(self) -> None:
        """With the reason, for the clerk who tells the customer."""

    @step(
        State.ASKED,
        None,
        label=_("Change the gift"),
        rule="S4.3",
        by=AGENTS,
        facts=What,
        event=True,
        hint=_("Another thing, another number, another worth."),
    )
    def change(self, facts: dict[str, Any]) -> None:
        """Whoever changes it asks for it as well."""
        self.facts.what = redact_for_order(facts["what"], self.at.order if self.at else None)
        self.facts.pieces, self.facts.worth, self.facts.unit_cost = facts["pieces"], facts["worth"], facts["unit_cost"]
        self._asked()

    @step([State.ASKED, State.WITH_LEAD], State.NOT_GIVEN, label=_("Drop the wish"), rule="S4.3", by=AGENTS, needs_note=True, event=True)
    def decline(self) -> None:
        """Staff do not have to agree, and the customer may not want it any more."""

    def _asked(self) -> None:
        assert self.at is not None  # steps run with a situation
        if self.at.actor.user_id is not None and self.at.actor.user_id not in self.facts.askers:
            self.facts.askers = [*self.facts.askers, self.at.actor.user_id]

    def _agreed(self) -> None:
        assert self.at is not None  # steps run with a situation
        self.facts.agreed_by_id, self.facts.agreed_at = self.at.actor.user_id, self.at.now
        self.effects.note(gift=str(self.facts), worth=self.facts.worth)
        self._goes_with(standing(self.at).carriers.first)
