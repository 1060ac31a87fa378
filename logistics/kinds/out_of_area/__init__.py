"""L8 Out of delivery area (超区): what the chapter is. Its steps stand in its parts: pick_up.py, handing_over.py, in the order of the chapter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from casework.workflow import Clock
from logistics.border import is_beyond_the_border
from logistics.kinds import endings
from logistics.kinds.incident import GOES_ON, TURNS_BACK, After, Incident, override_freight
from logistics.kinds.mended import Mended
from logistics.kinds.out_of_area.handing_over import HandingOver
from logistics.kinds.out_of_area.messages import area_message
from logistics.kinds.out_of_area.pick_up import PickUp
from logistics.kinds.out_of_area.states import BEFORE_RETURN, OPEN, STUCK, State
from logistics.kinds.postage import postage_first, postage_is_settled
from logistics.models.parcel import Stage
from logistics.words import joined
from orders.errors import Reason, Text
from orders.roles import AGENTS

TO_ASK_THEM: Mapping[str, Text] = {
    State.TO_OFFER: _("Ask whether they collect it there"),
    State.NOT_COLLECTED: _("Ask whether they still collect it"),
    State.TO_CONSENT: _("Ask whether it may come back and be sent again"),
}


class OutOfArea(PickUp, HandingOver, Mended, Incident):
    """The memo says whether the customer insisted on this courier: then they collect it and bear the consequence. Else the courier names its
    pick-up point and the customer is asked; not willing: another courier takes it under a new waybill; not possible: with the customer's
    consent it comes back and is sent again, the postage on the courier's monthly account."""

    KIND = "out_of_area"
    CHAPTER = "L8"
    STATES = State
    FIRST = State.TO_READ
    OPENED_BY = AGENTS
    IN_BULK = True
    REMEDIES = ("reshipment", "refund")
    EVIDENCE = ("courier_reply", "chat", "other")
    HAS_CONTACTS = True
    WAITS_IN = (State.MENDING,)
    MENDS_IN = (State.TO_MEND,)
    FIRST_SETTLED = Reason("not_back_yet", _("First the parcel is back with us, or lost and the customer knows."), "L8.2")
    AFTER_NODES = (
        After(TURNS_BACK, "returning", untouched="turned_back", touched="turned_back", states=BEFORE_RETURN),
        # At a station it waits to be collected: nobody has asked the customer yet.
        After((Stage.STATION,), "moves_again", states=STUCK),
        After(GOES_ON, "moves_again", untouched="moved_by_itself", touched="moves_again", states=STUCK),
    )
    CLOCKS = (
        Clock("reply", _("Read the memo, answer the customer"), (State.TO_READ, State.TO_EXPLAIN), lasts="reply_within", rule="L0.3"),
        Clock("ask_point", _("Ask for the pick-up point"), (State.TO_ASK,), lasts="reply_within", rule="L8.2"),
        Clock(
            "courier_answers",
            _("Courier answers"),
            (State.ASKED,),
            lasts="courier_answers_within",
            then=("courier_is_silent",),
            rule="L8.2",
        ),
        Clock("offer", _("Ask the customer"), (State.TO_OFFER, State.NOT_COLLECTED, State.TO_CONSENT), lasts="reply_within", rule="L8.2"),
        Clock(
            "collect", _("Customer collects it"), (State.COLLECTING,), lasts="collected_within", then=("collection_is_late",), rule="L8.2"
        ),
        Clock("hand_over", _("Another courier has it"), (State.TO_HAND_OVER,), lasts="reply_within", rule="L8.2"),
        Clock("lead_decides", _("Lead decides"), (State.AT_LEAD,), lasts="reply_within", rule="L8.2"),
        Clock("parcel_back", _("Parcel back with us"), (State.RETURNING,), lasts="returning_within", rule="L3.4"),
        Clock("tell", _("Tell the customer"), (State.NEW_NUMBER, State.MOVES_AGAIN, State.LOST), lasts="reply_within", rule="L0.3"),
        Clock("mend", _("Resend or refund"), (State.TO_MEND,), lasts="reply_within", rule="L8.2"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Out of area")
        verbose_name_plural = _("Out of area")

    def facts_shown(self) -> dict[str, Any]:
        """And whether the customer insisted, where it lies, and the number under which it goes on."""
        return super().facts_shown() | {"answers": self.facts.answers, "new_number": self.facts.new_number}

    def why_here(self, at: Situation) -> str:
        """Before anything is decided what memo and message say (L8.1); later where it lies, and what holds beyond the border (L8.3)."""
        if self.state == State.TO_READ:
            return _written(at)
        if self.state == State.NEW_NUMBER:
            return str(_("New number: {number}")).format(number=self.facts.new_number)
        point = self.facts.answers.get("point")
        border = str(_("Hong Kong, Macau, Taiwan: SF only.")) if is_beyond_the_border(at.order) and self.state == State.TO_HAND_OVER else ""
        lies = str(_("It lies at {place}, {phone}.")).format(**point) if point and self.state in (*STUCK, State.COLLECTING) else ""
        return joined((lies, border))

    def contact_to_make(self, at: Situation) -> str:
        """L8.2: what only the customer can say is asked of them before anything is proposed."""
        asked = TO_ASK_THEM.get(self.state)
        return str(asked) if asked and not at.was_answered else ""

    def contact_message(self, at: Situation) -> str:
        """L8.1 to L8.3: that they collect it, where it lies, what is asked of them, and who pays; never a promise (L0.2)."""
        return area_message(self, at)

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """And what a customer who insisted bears is paid first (L8.1)."""
        return super().why_no_child(kind, at) or postage_first(self, kind, at, rule="L8.1")

    # L3.3 -------------------------------------------------------------------------------------------

    moved_by_itself = endings.moved_by_itself(OPEN, State.MOVED_ON)
    moves_again = endings.moves_again(STUCK, State.MOVES_AGAIN)
    told_it_moves = endings.told_it_moves([State.MOVES_AGAIN], State.MOVED_ON, when=[postage_is_settled])
    stuck_again = endings.stuck_again([State.MOVES_AGAIN], State.TO_ASK)
    delivered = endings.delivered(OPEN, State.DELIVERED, when=[postage_is_settled])
    customer_has_it = endings.customer_has_it(OPEN, State.DELIVERED, only=[endings.is_not_back], when=[postage_is_settled])
    override_freight = override_freight(OPEN)


def _written(at: Situation) -> str:
    """What stands in the order about the courier, if anything does."""
    order = at.order
    if order is None or not (order.memo or order.message):
        return str(_("The order has neither memo nor message."))
    memo = str(_("Memo: {text}")).format(text=order.memo) if order.memo else ""
    message = str(_("Buyer's message: {text}")).format(text=order.message) if order.message else ""
    return " · ".join(filter(None, (memo, message)))
