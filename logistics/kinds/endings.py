"""How the story of a parcel ends, whatever its chapter: it moves, it arrives, it comes back, or it is lost and made good.

Each function makes a step for the states of one kind, so that a chapter names them where they belong and their words,
rights and rules stand here once. Steps that the programme takes for thousands of cases at a time change nothing but the state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Guard, States, guard, step
from logistics.freight import Checked, Circumstances, Happened
from logistics.handing_over import hand_over
from logistics.kinds.incident import Incident
from logistics.models.incident import Choice
from logistics.models.inquiry import Asked
from logistics.models.loss import Loss
from logistics.standing import standing
from logistics.task_kinds import COURIER_CHANGED, DID_IT_LEAVE, EXTEND, SHIP_NOW
from orders.roles import AGENTS, STAFF, SYSTEM, Role

Sources = Sequence[States]
Made = Callable[..., None]
# Why a parcel comes back, as far as the case knows it (SentBackFor; "" = not known).
Because = Callable[[Incident], str]
# Asked of people inside and pointless once the parcel is found or the case is over.
QUESTIONS = (DID_IT_LEAVE.name, SHIP_NOW.name, COURIER_CHANGED.name)
# At the end nothing is looked for any more, so no receipt has to be extended either (L0.4).
AT_THE_END = (*QUESTIONS, EXTEND)


def nobody_knows_why(case: Incident) -> str:
    """Tracking tells that it comes back, not why."""
    return ""


class CourierSaid(Facts):
    """What the courier answered."""

    said = forms.CharField(label=_("What the courier says, and who"), max_length=500)


class Wish(Facts):
    """What the customer would like, once told of the loss."""

    WISHES = [("resend", _("Send it again")), ("refund", _("A refund"))]
    wish = forms.ChoiceField(label=_("The customer would like"), choices=WISHES)


def moved_by_itself(sources: Sources, target: States) -> Made:
    """L3.3: the parcel moved before anybody had touched the case; it closes by itself."""

    @step(sources, target, label=_("Moved on by itself"), rule="L3.3", by=SYSTEM, drops=AT_THE_END, plain=True)
    def moved_by_itself(self: Incident) -> None:
        """Nobody had touched the case; nothing is left to do."""

    return moved_by_itself


def order_finished(sources: Sources, target: States) -> Made:
    """L0.4: the platform counts the order as finished, which is no delivery: nobody awaits the parcel, and nobody had touched the case."""

    @step(sources, target, label=_("Order finished on the platform"), rule="L0.4", by=SYSTEM, drops=AT_THE_END, plain=True)
    def order_finished(self: Incident) -> None:
        """Nothing is known of the parcel's arrival; a customer who misses it has a new case."""

    return order_finished


def moves_again(sources: Sources, target: States) -> Made:
    """L3.3: the parcel moves while somebody works on the case; its owner is told and goes on from here."""

    @step(sources, target, label=_("Moves again"), rule="L3.3", by=SYSTEM, drops=QUESTIONS, plain=True)
    def moves_again(self: Incident) -> None:
        """A new node came in; the customer is to be told."""

    return moves_again


def stuck_again(sources: Sources, target: States) -> Made:
    """L3.3: it moved and stopped before the customer was told."""

    @step(sources, target, label=_("It stands still again"), rule="L3.3", by=AGENTS, event=True)
    def stuck_again(self: Incident) -> None:
        """The courier is asked anew."""

    return stuck_again


def told_it_moves(sources: Sources, target: States, *, when: Sequence[Guard] = ()) -> Made:
    """L0.2: the customer is told the result, and the case has done its work."""

    @step(sources, target, label=_("The customer was told that it moves"), rule="L0.2", by=AGENTS, when=when)
    def told_it_moves(self: Incident) -> None:
        """What had been lost is found again; nothing is owed for it."""
        _is_not_lost(self)
        self.courier_owes_nothing(Loss.Cause.LOST)

    return told_it_moves


def delivered(sources: Sources, target: States, *, when: Sequence[Guard] = ()) -> Made:
    """L6.2: tracking tells that the parcel arrived; it has marked the parcel itself. With guards it is looked at case by case."""

    @step(sources, target, label=_("Delivered"), rule="L6.2", by=SYSTEM, when=when, drops=AT_THE_END, plain=not when)
    def delivered(self: Incident) -> None:
        """The parcel reached the customer."""

    return delivered


@guard(_("The parcel is back with us."), rule="L3.4")
def is_not_back(case: Case, at: Situation) -> bool:
    """Whether nobody of us has it in hand."""
    parcel = standing(at).parcel
    return parcel is None or parcel.back_at is None


def customer_has_it(sources: Sources, target: States, *, only: Sequence[Guard] = (), when: Sequence[Guard] = ()) -> Made:
    """L6.2: somebody learnt that the parcel arrived, before tracking tells."""

    @step(
        sources,
        target,
        label=_("The customer has it"),
        rule="L6.2",
        by=STAFF,
        only=only,
        when=when,
        drops=AT_THE_END,
        hint=_("Said by the customer or the courier, before tracking tells."),
        event=True,
    )
    def customer_has_it(self: Incident) -> None:
        """The parcel is marked as delivered now; it is not lost."""
        self.courier_owes_nothing(Loss.Cause.LOST)
        self.parcel_is_delivered()

    return customer_has_it


def came_back(sources: Sources, target: States, *, goes_on: Sources = (), because: Because | None = None) -> Made:
    """L3.4: the parcel is with us again. From the states of `goes_on` the chapter of returned parcels goes on with it (L10)."""

    @step(
        sources,
        target,
        label=_("The parcel is back"),
        rule="L3.4",
        by=AGENTS | {Role.WAREHOUSE},
        drops=AT_THE_END,
        event=True,
        # What the other chapter goes on with is not opened here a second time.
        final=bool(goes_on),
    )
    def came_back(self: Incident) -> None:
        """The warehouse has it in hand."""
        assert self.at is not None  # steps run with a situation
        self.parcel_is_back()
        if self.state in goes_on:
            _turns_back(self)
            hand_over(self, self.at, because=because(self) if because else "", here_at=self.at.now)

    return came_back


def goes_on_as_returned(sources: Sources, target: States, because: Because) -> Made:
    """L6.3, L10: it comes back to us. The chapter of returned parcels goes on with it, with what is known of fault and freight."""

    @step(
        sources,
        target,
        label=_("It comes back: go on by the chapter of returned parcels"),
        rule="L10.1",
        by=AGENTS | {SYSTEM},
        drops=AT_THE_END,
        event=True,
        final=True,
        hint=_("There the customer is told why, and chooses what becomes of it."),
    )
    def goes_on_as_returned(self: Incident) -> None:
        """Tracking tells of it, or the courier does."""
        assert self.at is not None  # steps run with a situation
        _turns_back(self)
        hand_over(self, self.at, because=because(self))

    return goes_on_as_returned


def _turns_back(case: Incident) -> None:
    """What was taken for lost is on its way to us: the courier owes no price for it."""
    if case.facts.lost_at is not None:
        case.courier_owes_nothing(Loss.Cause.LOST)
    _is_not_lost(case)


def _is_not_lost(case: Incident) -> None:
    """What had been lost is found again, and nobody bears anything for that."""
    if case.facts.lost_at is not None:
        case.facts.lost_at = None
        case.nothing_is_owed()


def courier_says_lost(sources: Sources, target: States, *, rule: str, next_in: Sources, only: Sequence[Guard] = ()) -> Made:
    """L3.2, L4.2: the courier confirms the loss and owes the full price (L13.1), kept as a fact until it is claimed."""

    @step(
        sources, target, label=_("The courier says: lost"), rule=rule, by=AGENTS, facts=CourierSaid, only=only, event=True, next_in=next_in
    )
    def courier_says_lost(self: Incident, facts: dict[str, Any]) -> None:
        """The loss is the courier's: full price of what travelled in the parcel."""
        self.asked(Asked.COURIER, answer=facts["said"])
        lose(self)

    return courier_says_lost


def lose(case: Incident) -> None:
    """Keep that the courier lost the parcel, and what it owes for that."""
    assert case.at is not None  # steps run with a situation
    case.facts.lost_at = case.at.now
    case.decide_freight(Circumstances(Happened.LOST, Checked.COURIER))
    case.courier_owes(Loss.Cause.LOST, standing(case.at).full_price, "L13.1")


def loss_explained(sources: Sources, target: States, *, rule: str) -> Made:
    """L3.2: the loss is explained to the customer, who says what they would like."""

    @step(sources, target, label=_("Explained to the customer"), rule=rule, by=AGENTS, facts=Wish, hint=_("Only then resend or refund."))
    def loss_explained(self: Incident, facts: dict[str, Any]) -> None:
        """What the customer would like is kept; a refund is asked for, not promised (R1.1)."""
        self.facts.choice = Choice(facts["wish"])

    return loss_explained


def being_mended(sources: Sources, target: States, *, rule: str) -> Made:
    """A resend or refund was opened for the case, which waits for its end."""

    @step(sources, target, label=_("Being made good"), rule=rule, by=SYSTEM, hidden=True)
    def being_mended(self: Incident) -> None:
        """The remedy has the word."""

    return being_mended


def fell_through(sources: Sources, target: States, *, rule: str) -> Made:
    """The remedy ended without making anything good; it is our turn again."""

    @step(sources, target, label=_("The remedy fell through"), rule=rule, by=SYSTEM, hidden=True)
    def fell_through(self: Incident) -> None:
        """Rejected, withdrawn, lost again: another remedy is to be found."""

    return fell_through


def resent(sources: Sources, target: States, *, rule: str) -> Made:
    """What was sent again has arrived."""

    @step(sources, target, label=_("Sent again and arrived"), rule=rule, by=SYSTEM, hidden=True, drops=AT_THE_END, final=True)
    def resent(self: Incident) -> None:
        """Made good by goods."""

    return resent


def refunded(sources: Sources, target: States, *, rule: str) -> Made:
    """The refund was paid and the customer told."""

    @step(sources, target, label=_("Refunded"), rule=rule, by=SYSTEM, hidden=True, drops=AT_THE_END, final=True)
    def refunded(self: Incident) -> None:
        """Made good by money."""

    return refunded


def compensated(sources: Sources, target: States, *, rule: str) -> Made:
    """The compensation was paid and the customer told; the goods stay as they are (R4.1)."""

    @step(sources, target, label=_("Compensated"), rule=rule, by=SYSTEM, hidden=True, drops=QUESTIONS, final=True)
    def compensated(self: Incident) -> None:
        """Made good by a compensation."""

    return compensated


def gift_given(sources: Sources, target: States, *, rule: str) -> Made:
    """The gift is in a parcel of the customer, and the customer was told."""

    @step(sources, target, label=_("Gift given"), rule=rule, by=SYSTEM, hidden=True, drops=QUESTIONS, final=True)
    def gift_given(self: Incident) -> None:
        """Made good by a gift."""

    return gift_given


# Which step the warehouse's answer about a parcel brings about.
ANSWERS = {"left": "it_left", "still_here": "it_is_still_here", "shipped": "shipped_now", "not_found": "it_cannot_be_found"}


def after_warehouse(task: str, answer: str) -> str:
    """The step that an answer to "did it leave?" or "ship it now" brings about."""
    return ANSWERS.get(answer, "") if task in (DID_IT_LEAVE.name, SHIP_NOW.name) else ""


# Which step a remedy brings about in the case above it when it did what it was opened for.
MENDED = {
    "refund": "refunded",
    "reshipment": "resent",
    "return_goods": "refunded",
    "exchange": "resent",
    "compensation": "compensated",
    "gift": "gift_given",
}


def after_child(child: Case) -> str:
    """The step that the end of a remedy brings about."""
    return MENDED.get(child.kind, "") if child.state in type(child).MADE_GOOD else "fell_through"
