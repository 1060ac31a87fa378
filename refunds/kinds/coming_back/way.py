"""R5.4, R3.6: the customer's parcel, from its number to the warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from casework.workflow import States, step
from orders.roles import AGENTS, CLOCK, SYSTEM
from refunds.goods.coming import coming
from refunds.kinds.coming_back.part import RECEIVERS, Made, Sources
from refunds.kinds.coming_back.said import NotTaken, OnItsWay, Received

if TYPE_CHECKING:
    from refunds.kinds.coming_back import ComesBack


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
