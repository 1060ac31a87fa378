"""The states of a parcel that was signed for and has not arrived (L1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.workflow import Category, States


class State(States):
    """From the customer's word to the parcel's fate: found, delivered again, made good, or the customer's own loss."""

    TO_TELL = "to_tell", Category.OPEN, _("Odd signature; ask whether the customer has it")
    TO_CHECK = "to_check", Category.OPEN, _("Check the address with the customer")
    LOOKING = "looking", Category.CUSTOMER, _("Customer looks around")
    TO_INQUIRE = "to_inquire", Category.OPEN, _("Ask the courier who signed")
    INQUIRED = "inquired", Category.COURIER, _("Courier asked who signed")
    TELL_SIGNER = "tell_signer", Category.OPEN, _("Tell the customer who signed")
    TRACED = "traced", Category.COURIER, _("Courier finds or delivers it")
    TO_DECIDE = "to_decide", Category.OPEN, _("The courier's time is over")
    AT_LEAD = "at_lead", Category.LEAD, _("The courier is silent; a lead decides")
    TO_OFFER = "to_offer", Category.OPEN, _("Delivered wrongly; does the customer take the original?")
    FETCHED = "fetched", Category.COURIER, _("Fetched back and delivered again")
    NOT_FOUND = "not_found", Category.OPEN, _("Not found; explain it to the customer")
    TO_MEND = "to_mend", Category.OPEN, _("Resend or refund")
    MENDING = "mending", Category.OPEN, _("Being made good")
    GETTING_BACK = "getting_back", Category.COURIER, _("Wrong address; courier tries to get it back")
    TELL_LOSS = "tell_loss", Category.OPEN, _("Not got back; tell the customer whose loss it is")
    FOUND = "found", Category.DONE, _("Somebody had it")
    DELIVERED = "delivered", Category.DONE, _("Delivered after all")
    CONFIRMED = "confirmed", Category.DONE, _("Receipt confirmed on the platform")
    BACK = "back", Category.DONE, _("Back with us")
    BORNE = "borne", Category.DONE, _("The customer bears the loss")
    RESENT = "resent", Category.DONE, _("Sent again and arrived")
    REFUNDED = "refunded", Category.DONE, _("Refunded")


OPEN = tuple(each for each in State if not each.is_end)
# Nothing is being made good yet: whatever turns up ends the case.
LOOKED_FOR = tuple(each for each in OPEN if each != State.MENDING)
# The courier's two days run.
TRACING = (State.INQUIRED, State.TELL_SIGNER, State.TRACED)
# The courier was asked, so its word counts.
ASKED = (*TRACING, State.TO_DECIDE, State.AT_LEAD)
