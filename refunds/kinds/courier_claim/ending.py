"""How a claim ends: paid by a line of the statement, the rest left, written off, or withdrawn because there is no loss any more (L13.1)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.part import Part
from casework.situation import Situation
from casework.workflow import guard, not_, step
from orders.roles import AGENTS, FINANCE, LEADS, SYSTEM, Role
from refunds.kinds.courier_claim.states import CLAIMED, State

OWN_POWER = _("{lost} yuan would be lost; above {most} a manager decides.")


def _is_small(lost: Decimal, case: Any, at: Situation) -> bool:
    return at.actor.role_in(case.shop_id) == Role.MANAGER or bool(lost <= at.policy("write_off_up_to"))


class Ending(Part):
    """Money comes by the statement alone. What is given up is a lead's word, above the policy a manager's."""

    @guard(OWN_POWER, rule="L13.1", says=lambda case, at: {"lost": case.facts.amount, "most": at.policy("write_off_up_to")})
    def may_write_it_off(self: Ending, at: Situation) -> bool:
        return _is_small(self.facts.amount, self, at)

    @guard(OWN_POWER, rule="L13.1", says=lambda case, at: {"lost": case.facts.rest, "most": at.policy("write_off_up_to")})
    def may_leave_the_rest(self: Ending, at: Situation) -> bool:
        return _is_small(self.facts.rest, self, at)

    @guard(_("The courier has not paid yet what it accepted."), rule="L13.1", otherwise=_("The courier has paid its part already."))
    def part_is_paid(self: Ending, at: Situation) -> bool:
        return bool(0 < self.facts.received >= self.facts.part)

    @guard(_("The courier has paid a part: leave the rest instead."), rule="L13.1")
    def nothing_was_paid(self: Ending, at: Situation) -> bool:
        return bool(self.facts.received == 0)

    @guard(_("The courier's money is still here: finance gives it back first."), rule="L13.1")
    def nothing_is_held(self: Ending, at: Situation) -> bool:
        return bool(self.facts.received == 0)

    @step(CLAIMED, State.PAID, label=_("Paid in full"), rule="L13.1", by=SYSTEM, hidden=True, plain=True)
    def paid_in_full(self) -> None:
        """A line of the courier's statement, or the last of several."""

    @step(
        [each for each in CLAIMED if each != State.PARTLY],
        State.PARTLY,
        label=_("Paid in part"),
        rule="L13.1",
        by=SYSTEM,
        hidden=True,
        plain=True,
    )
    def paid_in_part(self) -> None:
        """The statement pays less than was claimed."""

    @step(
        State.PARTLY,
        State.ACCEPTED,
        label=_("Leave the rest; the part is awaited"),
        rule="L13.1",
        by=LEADS,
        only=[not_(part_is_paid)],
        when=[may_leave_the_rest],
        needs_note=True,
        decides_money=True,
        event=True,
    )
    def leave_rest(self) -> None:
        """What the courier accepted is taken; the rest is lost."""
        self.effects.note(left=self.facts.rest)

    @step(
        [State.PARTLY, State.REFUSED],
        State.PAID,
        label=_("Leave the rest; the claim ends"),
        rule="L13.1",
        by=LEADS,
        only=[part_is_paid],
        when=[may_leave_the_rest],
        needs_note=True,
        decides_money=True,
    )
    def end_with_part(self) -> None:
        """What was paid is taken; the rest is lost."""
        self.effects.note(left=self.facts.rest)

    @step(
        CLAIMED,
        State.WRITTEN_OFF,
        label=_("Write it off"),
        rule="L13.1",
        by=LEADS,
        when=[nothing_was_paid, may_write_it_off],
        needs_note=True,
        decides_money=True,
        event=True,
        next_in=[State.REFUSED],
        hint=_("Your note is the reason. The loss stays with us."),
    )
    def write_off(self) -> None:
        """Nobody will pay; the loss stays where it is."""
        self.effects.note(left=self.facts.amount)

    @step(CLAIMED, State.TURNED_UP, label=_("There is no loss any more"), rule="L13.1", by=SYSTEM, hidden=True, plain=True)
    def turned_up(self) -> None:
        """The parcel arrived or came back, or the loss turned out to be none."""

    @step(
        CLAIMED,
        State.GIVE_BACK,
        label=_("There is no loss any more, and the courier has paid"),
        rule="L13.1",
        by=SYSTEM,
        hidden=True,
        plain=True,
    )
    def turned_up_paid(self) -> None:
        """Finance gives back what was paid for a loss that is none."""

    @step(
        [State.TURNED_UP, State.GIVE_BACK],
        State.REVERSED,
        label=_("Withdrawn at the courier"),
        rule="L13.1",
        by=AGENTS | FINANCE,
        when=[nothing_is_held],
        hint=_("Nothing is claimed for goods that are not lost."),
    )
    def withdraw(self) -> None:
        """The courier knows; its money, if it had paid, is back with it."""
