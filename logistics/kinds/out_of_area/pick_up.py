"""L8.1, L8.2: the memo, the pick-up point, and the customer who collects the parcel or does not."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.workflow import step
from logistics.freight import Circumstances, Happened
from logistics.kinds.incident import Part
from logistics.kinds.out_of_area.said import Asking, CourierSaid, MemoInsists, MemoRead, PickUpPoint
from logistics.kinds.out_of_area.states import State
from logistics.models.inquiry import Asked
from orders.persons import redact_for_order
from orders.roles import AGENTS, CLOCK


class PickUp(Part):
    """From the memo to the parcel in the customer's hands."""

    # L8.1 -------------------------------------------------------------------------------------------

    @step(
        State.TO_READ,
        State.TO_ASK,
        label=_("The memo does not insist on this courier"),
        rule="L8.1",
        by=AGENTS,
        facts=MemoRead,
        hint=_("The courier was our choice: nothing of this is at the customer's cost."),
    )
    def did_not_insist(self, facts: dict[str, Any]) -> None:
        """Then it is for us to find a way."""
        self.facts.answers = {**self.facts.answers, "insisted": False}
        self.decide_freight(Circumstances(Happened.OUT_OF_AREA))

    @step(
        State.TO_READ,
        State.TO_EXPLAIN,
        label=_("The customer insisted on this courier"),
        rule="L8.1",
        by=AGENTS,
        facts=MemoInsists,
        hint=_("Written in memo or message: the customer collects it and bears the consequence."),
    )
    def insisted(self, facts: dict[str, Any]) -> None:
        """What follows is the customer's to bear."""
        self.facts.answers = {**self.facts.answers, "insisted": True}
        self.decide_freight(Circumstances(Happened.INSISTED))

    @step(
        State.TO_EXPLAIN,
        State.COLLECTING,
        label=_("Explained; the customer collects it"),
        rule="L8.1",
        by=AGENTS,
        facts=PickUpPoint,
        hint=_("Where it lies the courier's desk says."),
    )
    def explained(self, facts: dict[str, Any]) -> None:
        """The customer knows where it lies."""
        self._lies_at(facts)

    # L8.2 -------------------------------------------------------------------------------------------

    @step(State.TO_ASK, State.ASKED, label=_("Courier asked for its pick-up point"), rule="L8.2", by=AGENTS, facts=Asking)
    def point_asked(self, facts: dict[str, Any]) -> None:
        """Its address and phone."""
        self.asked(**facts)

    @step(State.ASKED, State.TO_ASK, label=_("The courier is silent"), rule="L8.2", by=CLOCK)
    def courier_is_silent(self) -> None:
        """No answer in time: ask again."""

    @step(
        [State.TO_ASK, State.ASKED],
        State.TO_OFFER,
        label=_("The pick-up point is known"),
        rule="L8.2",
        by=AGENTS,
        facts=PickUpPoint,
        event=True,
    )
    def point_told(self, facts: dict[str, Any]) -> None:
        """Now the customer is asked."""
        self._lies_at(facts)
        self.asked(Asked.COURIER, answer=facts["place"])

    @step(
        [State.TO_ASK, State.ASKED],
        State.TO_HAND_OVER,
        label=_("There is no pick-up point"),
        rule="L8.2",
        by=AGENTS,
        facts=CourierSaid,
        event=True,
    )
    def no_point(self, facts: dict[str, Any]) -> None:
        """None that anybody could reach: another courier takes it."""
        self.asked(Asked.COURIER, answer=facts["said"])

    @step(
        [State.TO_OFFER, State.NOT_COLLECTED],
        State.COLLECTING,
        label=_("The customer collects it there"),
        rule="L8.2",
        by=AGENTS,
    )
    def customer_collects(self) -> None:
        """Followed until it is signed for."""

    @step(State.COLLECTING, State.NOT_COLLECTED, label=_("Not collected in time"), rule="L8.2", by=CLOCK)
    def collection_is_late(self) -> None:
        """The courier keeps no parcel for ever: the customer is reminded."""

    @step(
        [State.TO_EXPLAIN, State.TO_OFFER, State.COLLECTING, State.NOT_COLLECTED],
        State.TO_HAND_OVER,
        label=_("The customer is not willing to collect it"),
        rule="L8.2",
        by=AGENTS,
        event=True,
        next_in=[State.TO_OFFER, State.NOT_COLLECTED],
        hint=_("Then another courier takes it, as a rule the post."),
    )
    def customer_declines(self) -> None:
        """Whose cost that is, was decided with the memo."""

    def _lies_at(self, point: dict[str, Any]) -> None:
        """Keep where it lies; a customer's own number that slipped in is taken out."""
        assert self.at is not None  # steps run with a situation
        place = redact_for_order(point["place"], self.at.order)[:200]
        self.facts.answers = {**self.facts.answers, "point": {"place": place, "phone": point["phone"]}}
