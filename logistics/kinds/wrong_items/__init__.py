"""L5.4 Wrong items (错发): what the chapter is. Its steps stand in its parts: checks.py, offers.py.

Steps are shown in the order in which they are declared, so the parts are imported in the order of the chapter; docs/handbook/ shows it.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import EvidenceKind
from casework.photos.checklist import Wanted, missing
from casework.situation import Situation
from casework.workflow import Clock
from logistics.kinds.checking import compared
from logistics.kinds.incident import Incident
from logistics.kinds.offered import waits_for_note
from logistics.kinds.wrong_items.checks import Checks
from logistics.kinds.wrong_items.messages import wrong_message
from logistics.kinds.wrong_items.offers import Offers, customer_was_contacted
from logistics.kinds.wrong_items.states import CHECKING, OFFERING, WEIGHING, State
from logistics.signs import signed_lately, signed_once
from orders.roles import AGENTS


class WrongItems(Checks, Offers, Incident):
    """Which line, and what came instead? The four checks as for missing items; a photo is enough. Verified, it is reported to the lead, and the
    customer is offered: keep it at a discount, else the difference back and a gift with the next order, else send it back for the right goods, whose
    postage they advance and get back (R3.1). Not confirmed, they are told why."""

    KIND = "wrong_items"
    CHAPTER = "L5"
    STATES = State
    FIRST = State.TO_ASK
    OPENED_BY = AGENTS
    TRACES = False
    # In the order of the offers; an order with freight insurance is returned, not exchanged (R3.5).
    REMEDIES = ("compensation", "refund", "gift", "exchange", "return_goods")
    EVIDENCE = ("photo_waybill", "photo_card", "photo_letter", "courier_reply", "chat", "other")
    CHECKLIST = (
        Wanted(
            EvidenceKind.PHOTO_GOODS,
            _("All goods that arrived, side by side, with the label of the wrong one: this photo is enough."),
            "L5.4",
        ),
        Wanted(EvidenceKind.PHOTO_BOX, _("The box with a ruler or a hand beside it: its size tells what fits in."), "L5.2"),
    )
    HAS_CONTACTS = True
    LIKELY = (signed_lately, signed_once)
    WAITS_IN = (State.MENDING,)
    MENDS_IN = OFFERING
    CLOCKS = (
        Clock("reply", _("Ask what came instead"), (State.TO_ASK,), lasts="reply_within", rule="L0.3"),
        Clock("check", _("Check it"), CHECKING, lasts="reply_within", rule="L0.3"),
        Clock(
            "photos", _("Photos from the customer"), (State.WAIT_PHOTOS,), lasts="photos_within", then=("photos_did_not_come",), rule="L5.2"
        ),
        Clock("lead_decides", _("Lead decides"), (State.DISPUTED,), lasts="reply_within", rule="L5.4"),
        Clock("explain", _("Tell the customer why"), (State.TO_EXPLAIN,), lasts="reply_within", rule="L0.3"),
        Clock("offer", _("Offer it to the customer"), OFFERING, lasts="reply_within", rule="L5.4"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Wrong items")
        verbose_name_plural = _("Wrong items")

    def facts_shown(self) -> dict[str, Any]:
        """And for which pieces what came instead."""
        return super().facts_shown() | {"items": self.facts.items, "arrived": self.facts.answers.get("arrived", "")}

    def why_here(self, at: Situation) -> str:
        """For what something else came, what the scales say together, and whether a lead knows."""
        arrived = self.facts.answers.get("arrived", "")
        parts = [self.pieces_named(at), str(_("Came instead: {what}")).format(what=arrived) if arrived else ""]
        parts.append(compared(at).reason if self.state in WEIGHING else waits_for_note(self, at))
        return " · ".join(filter(None, parts))

    def contact_to_make(self, at: Situation) -> str:
        """L5.2: the photos are asked for; L5.4: once verified, the customer is contacted and offered."""
        if self.state == State.WAIT_PHOTOS and not at.contacts and missing(self, at):
            return str(_("Ask the customer for the photos"))
        if self.state in OFFERING and not customer_was_contacted.holds(self, at):
            return str(_("Tell the customer that it is confirmed, and offer"))
        return ""

    def contact_message(self, at: Situation) -> str:
        """What to photograph; later what is offered, who pays the way back, or why not."""
        return wrong_message(self, at, self.pieces_named(at))
