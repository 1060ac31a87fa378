"""L5 Missing items (少发): what the chapter is. Its steps stand in its parts: checks.py, base_slip.py, decision.py, offers.py.

Steps are shown in the order in which they are declared, so the parts are imported in the order of the chapter; docs/handbook/ shows it.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.models import EvidenceKind
from casework.photos.checklist import Instead, Wanted, missing
from casework.situation import Situation
from casework.workflow import Clock
from logistics.kinds.checking import compared
from logistics.kinds.incident import Incident, override_freight
from logistics.kinds.missing_items.checks import Checks

# isort: split
from logistics.kinds.missing_items.base_slip import BaseSlip
from logistics.kinds.missing_items.decision import Decision, courier_weight_is_known, slip_was_found
from logistics.kinds.missing_items.offers import Offers, customer_was_contacted, promise_ends
from logistics.kinds.missing_items.states import CHECKING, OFFERING, OPEN, WEIGHING, State
from logistics.models.incident import Slip
from logistics.signs import signed_lately, signed_once
from logistics.task_kinds import BASE_SLIP
from logistics.words import missing_message
from orders.roles import AGENTS


class MissingItems(Checks, BaseSlip, Decision, Offers, Incident):
    """Which item, and is everything unpacked? Then four checks in their order: lines, weights, photos, packing. Confirmed, the customer
    is contacted first and offered: with the next order, else resend now, else refund of the line. Not confirmed, they are told why."""

    KIND = "missing_items"
    CHAPTER = "L5"
    STATES = State
    FIRST = State.TO_ASK
    OPENED_BY = AGENTS
    TRACES = False
    # L5.3 in its order; and R4.1, where the customer keeps what came.
    REMEDIES = ("reshipment", "refund", "compensation")
    EVIDENCE = ("courier_reply", "chat", "other")
    CHECKLIST = (
        Wanted(EvidenceKind.PHOTO_GOODS, _("All goods that arrived, side by side: so we see what is missing."), "L5.2"),
        Wanted(EvidenceKind.PHOTO_BOX, _("The box with a ruler or a hand beside it: its size tells what fits in."), "L5.2"),
        Wanted(
            EvidenceKind.PHOTO_WAYBILL,
            _("The waybill on the box, sharp enough to read number, date and weight."),
            "L5.3",
            instead=(Instead(_("the courier's weight"), courier_weight_is_known), Instead(_("the base slip"), slip_was_found)),
        ),
    )
    HAS_CONTACTS = True
    LIKELY = (signed_lately, signed_once)
    WAITS_IN = (State.MENDING,)
    MENDS_IN = (State.OFFER_NOW, State.OFFER_REFUND)
    CLOCKS = (
        Clock("reply", _("Ask what is missing"), (State.TO_ASK,), lasts="reply_within", rule="L0.3"),
        Clock("check", _("Check it"), CHECKING, lasts="reply_within", rule="L0.3"),
        Clock(
            "photos", _("Photos from the customer"), (State.WAIT_PHOTOS,), lasts="photos_within", then=("photos_did_not_come",), rule="L5.2"
        ),
        Clock("lead_decides", _("Lead decides"), (State.DISPUTED,), lasts="reply_within", rule="L5.3"),
        Clock("explain", _("Tell the customer why"), (State.TO_EXPLAIN,), lasts="reply_within", rule="L0.3"),
        Clock("offer", _("Offer it to the customer"), OFFERING, lasts="reply_within", rule="L5.3"),
        Clock("promise", _("Goes with the next order"), (State.PROMISED,), due=promise_ends, then=("promise_is_due",), rule="L5.3"),
        Clock("keep", _("Keep the promise"), (State.PROMISE_DUE,), lasts="reply_within", rule="S1.4"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Missing items")
        verbose_name_plural = _("Missing items")

    def why_here(self, at: Situation) -> str:
        """What is missing, and what the scales say together."""
        parts = [self.pieces_named(at)]
        if self.state in WEIGHING:
            parts.append(compared(at).reason)
        return " · ".join(filter(None, parts))

    def contact_to_make(self, at: Situation) -> str:
        """L5.2: the photos are asked for; L5.3: once confirmed, staff contact the customer first."""
        if self.state == State.WAIT_PHOTOS and not at.contacts and missing(self, at):
            return str(_("Ask the customer for the photos"))
        if self.state in OFFERING and not customer_was_contacted.holds(self, at):
            return str(_("Tell the customer that it is confirmed, and offer"))
        return ""

    def contact_message(self, at: Situation) -> str:
        """What to unpack and photograph; later what is offered, or why not. A refund is not promised (R1.1)."""
        return missing_message(self.state, self.subject_label, self.pieces_named(at))

    def step_after_task(self, task: str, answer: str) -> str:
        """What warehouse and print clerk answer."""
        found: dict[str, str] = {Slip.FOUND: "slip_found", Slip.NOT_FOUND: "slip_not_found"}
        return found.get(answer, "") if task == BASE_SLIP.name else super().step_after_task(task, answer)

    override_freight = override_freight(OPEN)
