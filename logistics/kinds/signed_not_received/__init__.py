"""L1 Signed but not received (签收未收到): what the chapter is. Its steps stand in its parts: asking.py, outcomes.py.

Steps are shown in the order in which they are declared, so the parts are imported in the order of the chapter; docs/handbook/ shows it.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from casework.workflow import Clock
from logistics.kinds.incident import GOES_ON, TURNS_BACK, After, Found, Incident
from logistics.kinds.mended import Mended
from logistics.kinds.signed_not_received.asking import Inquiring
from logistics.kinds.signed_not_received.messages import signed_message
from logistics.kinds.signed_not_received.outcomes import Outcomes
from logistics.kinds.signed_not_received.states import TRACING, State
from logistics.models.parcel import SignedBy, Stage
from logistics.signs import moves_although_signed, signed_by_another, signed_lately, signed_once
from logistics.standing import standing
from orders.errors import Reason
from orders.roles import AGENTS


class SignedNotReceived(Inquiring, Outcomes, Mended, Incident):
    """The address is checked with the customer, the courier says who signed and has two days to find or deliver it. Delivered wrongly: fetched back,
    and delivered again if the customer still wants it, else the courier owes the full price and it is sent again or refunded. Written wrongly by
    the customer: the loss is theirs, and we still try to get it back."""

    KIND = "signed_not_received"
    CHAPTER = "L1"
    STATES = State
    FIRST = State.TO_CHECK
    OPENED_BY = AGENTS
    IN_BULK = True
    FIRST_IN_BULK = State.TO_TELL
    FOUND_WHILE = Found.SIGNED
    AFTER_NODES = (
        After(
            (Stage.SIGNED,), "signed_again", untouched="signed_again", touched="signed_again", states=(State.FETCHED, State.GETTING_BACK)
        ),
        After((Stage.SIGNED,), "signed_again", untouched="signed_again"),
        After(TURNS_BACK, "returning"),
        After(GOES_ON, "moves_after_signing"),
    )
    # Of a signature only a new one counts: the old one is what the case is about.
    LATE_NODES = False
    REMEDIES = ("reshipment", "refund")
    EVIDENCE = ("courier_reply", "chat", "other")
    HAS_CONTACTS = True
    LIKELY = (moves_although_signed, signed_by_another, signed_lately, signed_once)
    WAITS_IN = (State.MENDING,)
    MENDS_IN = (State.TO_MEND,)
    FIRST_SETTLED = Reason(
        "not_settled", _("First the courier says what became of it, or its time is over; and the customer knows."), "L1.4"
    )
    CLOCKS = (
        Clock("ask", _("Ask whether the customer has it"), (State.TO_TELL,), lasts="reply_within", rule="L0.3"),
        Clock("reply", _("Check the address with the customer"), (State.TO_CHECK,), lasts="reply_within", rule="L0.3"),
        Clock(
            "look",
            _("The customer looks around"),
            (State.LOOKING,),
            lasts="customer_looks_within",
            then=("customer_is_silent",),
            rule="L1.1",
        ),
        Clock("inquire", _("Ask the courier who signed"), (State.TO_INQUIRE,), lasts="reply_within", rule="L1.2"),
        Clock("courier_trace", _("Courier finds or delivers it"), TRACING, lasts="courier_trace", then=("trace_is_over",), rule="L1.3"),
        Clock("tell", _("Tell the customer"), (State.TELL_SIGNER, State.NOT_FOUND, State.TELL_LOSS), lasts="reply_within", rule="L0.3"),
        Clock(
            "decide", _("Get a word out of the courier"), (State.TO_DECIDE,), lasts="reply_within", then=("courier_is_silent",), rule="L1.3"
        ),
        Clock("lead_decides", _("Lead decides"), (State.AT_LEAD,), lasts="reply_within", rule="L1.3"),
        Clock("offer", _("Ask whether the customer takes the original"), (State.TO_OFFER,), lasts="reply_within", rule="L1.4"),
        Clock("redelivery", _("Delivered again"), (State.FETCHED,), lasts="courier_trace", then=("redelivery_is_late",), rule="L1.4"),
        Clock("get_back", _("Courier gets it back"), (State.GETTING_BACK,), lasts="courier_trace", then=("not_got_back",), rule="L1.5"),
        Clock("mend", _("Resend or refund"), (State.TO_MEND,), lasts="reply_within", rule="L1.4"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Signed but not received")
        verbose_name_plural = _("Signed but not received")

    def facts_shown(self) -> dict[str, Any]:
        """And what is known of the address, of the signer, and of where the customer looked."""
        facts = self.facts
        return super().facts_shown() | {"address": facts.address, "signer": facts.signer, "answers": facts.answers}

    def why_here(self, at: Situation) -> str:
        """Who signed, by tracking and by the delivery slip."""
        parcel = standing(at).parcel
        told = str(SignedBy(parcel.signed_by).label) if parcel is not None and parcel.signed_by else ""
        by_tracking = str(_("Signed, as tracking tells: {who}.")).format(who=told) if told else ""
        by_slip = str(_("On the slip: {who}.")).format(who=self.facts.signer) if self.facts.signer else ""
        return " ".join(filter(None, (by_tracking, by_slip)))

    def contact_message(self, at: Situation) -> str:
        """L1.1 to L1.5: where to look, who signed, what the courier does; what is asked, never promised (L0.2)."""
        return signed_message(self, at)
