"""L1.4, L1.5: delivered wrongly, not to be found, or written wrongly by the customer; and what is made good."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from casework.workflow import guard, step
from logistics.freight import Checked, Circumstances, Happened
from logistics.kinds import endings
from logistics.kinds.endings import AT_THE_END, Wish
from logistics.kinds.incident import Incident, Part, override_freight
from logistics.kinds.signed_not_received.said import CourierSaid, Fetching
from logistics.kinds.signed_not_received.states import ASKED, LOOKED_FOR, OPEN, State
from logistics.models.incident import AddressIs, Choice, SentBackFor
from logistics.models.inquiry import Asked
from logistics.models.loss import Loss
from logistics.standing import standing
from orders.roles import AGENTS, CLOCK, LEADS, STAFF, SYSTEM

WRITTEN_WRONGLY = (State.GETTING_BACK, State.TELL_LOSS)
CAN_COME_BACK = (*ASKED, State.TO_OFFER, State.FETCHED, State.NOT_FOUND)


def misdelivered(case: Incident) -> None:
    """Keep that the courier gave it to somebody else, and that it owes the order's full price until that is claimed (L13.1)."""
    assert case.at is not None  # steps run with a situation
    case.facts.lost_at = case.at.now
    case.decide_freight(Circumstances(Happened.MISDELIVERED, Checked.COURIER))
    case.courier_owes(Loss.Cause.MISDELIVERED, standing(case.at).full_price, "L13.1")


class Outcomes(Part):
    """What became of it. Nothing is settled before the courier's word or the end of its time."""

    # L1.4 -------------------------------------------------------------------------------------------

    @guard(_("The customer wrote the address wrongly: the loss is theirs (L1.5)."), rule="L1.4")
    def address_was_right(self: Outcomes, at: Situation) -> bool:
        return bool(self.facts.address != AddressIs.WRONG)

    @guard(_("The customer's address was right."), rule="L1.5")
    def address_was_wrong(self: Outcomes, at: Situation) -> bool:
        return bool(self.facts.address == AddressIs.WRONG)

    @step(
        ASKED,
        State.TO_OFFER,
        label=_("The courier says: delivered wrongly"),
        rule="L1.4",
        by=AGENTS,
        facts=CourierSaid,
        when=[address_was_right],
        event=True,
        next_in=[State.TO_DECIDE],
        hint=_("The courier fetches it back."),
    )
    def delivered_wrongly(self, facts: dict[str, Any]) -> None:
        """The courier's fault, by its own word; whether it owes the price is open until the customer says what they would like."""
        self.asked(Asked.COURIER, answer=facts["said"])
        self.decide_freight(Circumstances(Happened.MISDELIVERED, Checked.COURIER))

    @step(
        State.TO_OFFER,
        State.FETCHED,
        label=_("The customer takes the original"),
        rule="L1.4",
        by=AGENTS,
        facts=Fetching,
        hint=_("The courier fetches it back and delivers it again."),
    )
    def original_wanted(self, facts: dict[str, Any]) -> None:
        """Followed until it is signed for again."""
        self.asked(Asked.COURIER, promise=facts["promise"], promised_until=facts["promised_until"])

    @step(State.FETCHED, State.TO_OFFER, label=_("Not delivered again in time"), rule="L1.4", by=AGENTS | {CLOCK}, event=True)
    def redelivery_is_late(self) -> None:
        """Does the customer wait on, or not want it any more?"""

    @step(State.TO_OFFER, State.TO_MEND, label=_("The customer does not want it any more"), rule="L1.4", by=AGENTS, facts=Wish)
    def original_declined(self, facts: dict[str, Any]) -> None:
        """The courier owes the order's full price; what the customer would like is kept, a refund is not promised (R1.1)."""
        self.facts.choice = Choice(facts["wish"])
        self.facts.answers = {**self.facts.answers, "original": "declined"}
        misdelivered(self)

    @step(
        ASKED,
        State.NOT_FOUND,
        label=_("The courier cannot find it"),
        rule="L1.4",
        by=AGENTS,
        facts=CourierSaid,
        when=[address_was_right],
        event=True,
        next_in=[State.TO_DECIDE],
    )
    def cannot_be_found(self, facts: dict[str, Any]) -> None:
        """Signed for, and not by our customer: the courier owes the full price."""
        self.asked(Asked.COURIER, answer=facts["said"])
        misdelivered(self)

    @step(
        State.AT_LEAD,
        State.NOT_FOUND,
        label=_("Treat it as delivered wrongly"),
        rule="L1.4",
        by=LEADS,
        when=[address_was_right],
        needs_note=True,
        hint=_("The courier gives no answer; a lead decides."),
    )
    def taken_as_misdelivered(self) -> None:
        """The courier that says nothing owes the price all the same."""
        misdelivered(self)

    loss_explained = endings.loss_explained([State.NOT_FOUND], State.TO_MEND, rule="L1.4")

    @step(
        CAN_COME_BACK,
        State.TO_MEND,
        label=_("The parcel came back to us"),
        rule="L1.4",
        by=AGENTS,
        facts=Wish,
        when=[address_was_right],
        drops=[],
        event=True,
    )
    def came_back_to_us(self, facts: dict[str, Any]) -> None:
        """The goods are here, so no price is owed for them; the customer gets them or the money."""
        assert self.at is not None  # steps run with a situation
        self.facts.choice = Choice(facts["wish"])
        self.courier_owes_nothing(Loss.Cause.MISDELIVERED)
        self.parcel_is_back()

    being_mended = endings.being_mended([State.TO_MEND], State.MENDING, rule="L1.4")
    fell_through = endings.fell_through([State.MENDING], State.TO_MEND, rule="L1.4")
    resent = endings.resent(OPEN, State.RESENT, rule="L1.4")
    refunded = endings.refunded(OPEN, State.REFUNDED, rule="L1.4")

    @step(LOOKED_FOR, State.DELIVERED, label=_("Signed for again"), rule="L1.4", by=SYSTEM, drops=AT_THE_END, plain=True)
    def signed_again(self: Incident) -> None:
        """Tracking tells of a second delivery."""

    @step(
        LOOKED_FOR,
        State.DELIVERED,
        label=_("The customer has it now"),
        rule="L1.4",
        by=STAFF,
        drops=AT_THE_END,
        event=True,
        next_in=[State.FETCHED],
    )
    def delivered_again(self) -> None:
        """Said by the customer; what had seemed lost is not owed."""
        self.facts.lost_at = None
        self.courier_owes_nothing(Loss.Cause.MISDELIVERED)

    # L1.5 -------------------------------------------------------------------------------------------

    @step(
        ASKED,
        State.GETTING_BACK,
        label=_("Delivered to the wrong address that the customer wrote"),
        rule="L1.5",
        by=AGENTS,
        facts=CourierSaid,
        when=[address_was_wrong],
        event=True,
        next_in=[State.TO_DECIDE],
        hint=_("The loss is the customer's; the courier still tries to get it back."),
    )
    def written_wrongly(self, facts: dict[str, Any]) -> None:
        """The customer bears it, and we try all the same."""
        self.asked(Asked.COURIER, answer=facts["said"])
        self.decide_freight(Circumstances(Happened.ADDRESS_WRONG, Checked.COURIER))

    @step(
        State.AT_LEAD,
        State.TELL_LOSS,
        label=_("The loss is the customer's"),
        rule="L1.5",
        by=LEADS,
        when=[address_was_wrong],
        needs_note=True,
    )
    def left_with_the_customer(self) -> None:
        """The courier gives no answer about a wrong address."""
        self.decide_freight(Circumstances(Happened.ADDRESS_WRONG))

    @step(State.GETTING_BACK, State.TELL_LOSS, label=_("It could not be got back"), rule="L1.5", by=AGENTS | {CLOCK})
    def not_got_back(self) -> None:
        """The courier tried in vain, or its time is over."""

    @step(State.TELL_LOSS, State.BORNE, label=_("The customer knows that the loss is theirs"), rule="L1.5", by=AGENTS)
    def loss_told(self) -> None:
        """The order was delivered where the customer had it sent."""

    # The customer may have it sent again or be refunded less the freight, as for any parcel that comes back for their reason (L10.1).
    came_back = endings.came_back(WRITTEN_WRONGLY, State.BACK, goes_on=WRITTEN_WRONGLY, because=lambda case: SentBackFor.ADDRESS_WRONG)
    override_freight = override_freight(OPEN)
