"""L1.1 to L1.3: the address with the customer, the signer from the courier, and the courier's two days."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.workflow import step
from logistics.kinds import endings
from logistics.kinds.endings import AT_THE_END
from logistics.kinds.incident import Part
from logistics.kinds.signed_not_received.said import AddressChecked, Asking, CourierSaid, FoundWith, LookAround, Place, SignedBy
from logistics.kinds.signed_not_received.states import LOOKED_FOR, TRACING, State
from logistics.models.inquiry import Asked
from logistics.models.loss import Loss
from orders.persons import redact_for_order
from orders.roles import AGENTS, CLOCK, LEADS


class Inquiring(Part):
    """From the customer's word to the end of the courier's time."""

    # Found by the programme --------------------------------------------------------------------------

    @step(
        State.TO_TELL,
        State.TO_CHECK,
        label=_("The customer does not have it"),
        rule="L1.1",
        by=AGENTS,
        event=True,
        next_in=[State.TO_TELL],
        hint=_("Somebody else signed, or it moved on after the signature: ask before the customer does."),
    )
    def does_not_have_it(self) -> None:
        """Now the chapter begins."""

    order_finished = endings.order_finished([State.TO_TELL], State.CONFIRMED)

    # L1.1 -------------------------------------------------------------------------------------------

    @step(
        State.TO_CHECK,
        State.LOOKING,
        label=_("The customer looks around"),
        rule="L1.1",
        by=AGENTS,
        facts=LookAround,
        hint=_("Suggest gatehouse, colleague, property office, parcel shop, neighbour."),
    )
    def places_suggested(self, facts: dict[str, Any]) -> None:
        """The customer asks in the places where such parcels often are."""
        self.facts.answers = {**self.facts.answers, "lives_at": facts["lives_at"]}

    @step(State.LOOKING, State.TO_CHECK, label=_("The customer did not answer"), rule="L1.1", by=CLOCK)
    def customer_is_silent(self) -> None:
        """No answer in time: the case is with its owner again."""

    @step(
        [State.TO_CHECK, State.LOOKING],
        State.TO_INQUIRE,
        label=_("Address checked, nobody has it"),
        rule="L1.1",
        by=AGENTS,
        facts=AddressChecked,
        hint=_("Right or wrong as the customer says it; what was answered for each place is kept."),
    )
    def address_checked(self, facts: dict[str, Any]) -> None:
        """Whether the address was right decides who bears what follows (L1.4, L1.5)."""
        self.facts.address = facts["address"]
        self.facts.answers = {name: facts[name] for name in ("lives_at", *Place.values)}

    @step(LOOKED_FOR, State.FOUND, label=_("Somebody had it"), rule="L1.1", by=AGENTS, facts=FoundWith, drops=AT_THE_END, event=True)
    def found_with_somebody(self, facts: dict[str, Any]) -> None:
        """An innocent end: nothing is owed by anybody."""
        self.nothing_is_owed()
        self.facts.lost_at = None
        self.courier_owes_nothing(Loss.Cause.MISDELIVERED)

    # L1.2 -------------------------------------------------------------------------------------------

    @step(
        State.TO_INQUIRE,
        State.INQUIRED,
        label=_("Courier asked for the signer"),
        rule="L1.2",
        by=AGENTS,
        facts=Asking,
        hint=_("The name on the delivery slip; the courier has two days to find or deliver it."),
    )
    def signer_asked(self, facts: dict[str, Any]) -> None:
        """From now on the courier's two days run (L1.3)."""
        self.asked(**facts)

    @step(
        [State.TO_INQUIRE, State.INQUIRED],
        State.TELL_SIGNER,
        label=_("The signer is known"),
        rule="L1.2",
        by=AGENTS,
        facts=SignedBy,
        event=True,
        hint=_("For the post it can be read on its tracking page."),
    )
    def signer_named(self, facts: dict[str, Any]) -> None:
        """The customer may know the name."""
        assert self.at is not None  # steps run with a situation
        self.facts.signer = redact_for_order(facts["signer"], self.at.order)[:60]
        self.asked(**{name: value for name, value in facts.items() if name != "signer"}, answer=facts["signer"])

    @step(
        State.INQUIRED,
        State.TELL_SIGNER,
        label=_("The courier cannot name the signer"),
        rule="L1.2",
        by=AGENTS,
        facts=CourierSaid,
        event=True,
    )
    def signer_unknown(self, facts: dict[str, Any]) -> None:
        """That is told as well (L0.2)."""
        self.asked(Asked.COURIER, answer=facts["said"])

    @step(State.TELL_SIGNER, State.TRACED, label=_("The customer knows who signed"), rule="L1.2", by=AGENTS)
    def signer_told(self) -> None:
        """The courier goes on looking until its two days are over."""

    # L1.3 -------------------------------------------------------------------------------------------

    @step(TRACING, State.TO_DECIDE, label=_("The courier's time is over"), rule="L1.3", by=CLOCK)
    def trace_is_over(self) -> None:
        """Neither found nor delivered: the case is with its owner again."""

    @step(State.TO_DECIDE, State.TRACED, label=_("Courier asked again"), rule="L1.3", by=AGENTS, facts=Asking)
    def asked_again(self, facts: dict[str, Any]) -> None:
        """It has the same time once more."""
        self.asked(**facts)

    @step(State.TO_DECIDE, State.AT_LEAD, label=_("The courier is silent; to the lead"), rule="L1.3", by=AGENTS | {CLOCK}, event=True)
    def courier_is_silent(self) -> None:
        """Its time is over and nobody got a word out of it: a lead decides."""
        self.effects.send("notice", to="leads", about="courier_is_silent")

    @step(State.AT_LEAD, State.TRACED, label=_("Give the courier more time"), rule="L1.3", by=LEADS)
    def more_time(self) -> None:
        """The lead lets the courier look once more."""
