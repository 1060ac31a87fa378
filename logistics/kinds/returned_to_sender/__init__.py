"""L10 Sent back to us for the customer's reason (退回我司): what the chapter is. Its steps stand in its parts: telling.py, mending.py.

Steps are shown in the order in which they are declared, so the parts are imported in the order of the chapter; docs/handbook/ shows it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from casework.workflow import Clock
from logistics.kinds.coming_home import INSPECTED, back_until
from logistics.kinds.incident import After, Found, Incident
from logistics.kinds.postage import unused_words
from logistics.kinds.returned_to_sender.messages import returned_message
from logistics.kinds.returned_to_sender.states import TRAVELLING, State
from logistics.signs import comes_back
from orders.together import Reading

from logistics.kinds.returned_to_sender.telling import Telling, decide_who_pays  # isort: skip  # the order of the chapter
from logistics.kinds.returned_to_sender.mending import Mending  # isort: skip
from logistics.models.incident import Choice, SentBackFor
from logistics.models.parcel import Stage
from logistics.standing import ask_standings, standing
from orders.access import Actor
from orders.roles import AGENTS


class ReturnedToSender(Telling, Mending, Incident):
    """The customer is told why it comes back and chooses: sent again with the postage paid by them, refunded less one postage, or shipped with a
    new order. What they do not accept a lead decides. Nothing is done before the parcel is here and the warehouse has looked at it."""

    KIND = "returned_to_sender"
    CHAPTER = "L10"
    STATES = State
    FIRST = State.TO_TELL
    OPENED_BY = AGENTS
    IN_BULK = True
    FOUND_WHILE = Found.TURNED_BACK
    AFTER_NODES = (After((Stage.RETURNED,), "at_our_door"),)
    REMEDIES = ("reshipment", "refund")
    EVIDENCE = ("courier_reply", "chat", "other")
    CHECKLIST = (INSPECTED,)
    HAS_CONTACTS = True
    LIKELY = (comes_back,)
    WAITS_IN = (State.MENDING,)
    MENDS_IN = (State.TO_MEND,)
    CLOCKS = (
        Clock("reply", _("Tell the customer why"), (State.TO_TELL,), lasts="reply_within", rule="L0.3"),
        Clock(
            "answer", _("Customer chooses"), (State.OFFERED,), lasts="returned_answer_within", then=("customer_is_silent",), rule="L10.1"
        ),
        Clock("lead_decides", _("Lead decides"), (State.AT_LEAD,), lasts="reply_within", rule="L10.1"),
        Clock("parcel_back", _("Parcel back with us"), TRAVELLING[1:], due=back_until, rule="L3.4"),
        Clock("tell", _("Tell the customer"), (State.LOST,), lasts="reply_within", rule="L0.3"),
        Clock("mend", _("Do what was settled"), (State.TO_MEND,), lasts="reply_within", rule="L10.1"),
        Clock("ship", _("Shipped with the new order"), (State.WITH_ORDER,), lasts="new_order_ships_within", rule="L10.1"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Returned to sender")
        verbose_name_plural = _("Returned to sender")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The parcel with what its courier owes."""
        standings = yield from ask_standings(cases)
        return {case_id: {"parcel": each} for case_id, each in standings.items()}

    def when_opened(self) -> None:
        """What an earlier case knew of the reason decides who pays. One that is here already is looked at, unless that case saw to it."""
        assert self.at is not None  # an opening has a situation
        if self.facts.sent_back_for and not self.facts.fault:
            decide_who_pays(self)
        parcel = standing(self.at).parcel
        since = self.facts.here_at or (parcel.back_at if parcel is not None else None)
        if since is not None and not self.facts.came_back_as:
            self.it_is_here(since)

    def why_here(self, at: Situation) -> str:
        """Why it comes back, what was in it, what was chosen, and what is still wanted before that is done."""
        facts = self.facts
        why = str(SentBackFor(facts.sent_back_for).label) if facts.sent_back_for else ""
        chosen = str(Choice(facts.choice).label) if facts.choice else ""
        unused = unused_words(self) if self.state in (State.OFFERED, State.AT_LEAD, State.LOST) else ""
        return " · ".join(filter(None, (why, self.found_words(), chosen, unused, *self.still_wanted(at))))

    def contact_to_make(self, at: Situation) -> str:
        """L10.1: once the reason is known the customer hears of it."""
        is_due = self.state == State.TO_TELL and self.facts.sent_back_for and not at.was_tried()
        return str(_("Tell the customer why it comes back, and offer")) if is_due else ""

    def contact_message(self, at: Situation) -> str:
        """L10.1: why, and the three offers with who pays; no refund is promised (R1.1)."""
        return returned_message(self, at)
