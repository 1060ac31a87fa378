"""The states of a parcel that its courier does not take to the door (L8)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.workflow import Category, States


class State(States):
    """From the order's memo to a parcel that is collected, handed over, or back with us and sent again."""

    TO_READ = "to_read", Category.OPEN, _("Read the memo: did the customer insist on this courier?")
    TO_EXPLAIN = "to_explain", Category.OPEN, _("Insisted on this courier; explain that they collect it")
    TO_ASK = "to_ask", Category.OPEN, _("Ask the courier for its pick-up point")
    ASKED = "asked", Category.COURIER, _("Courier names its pick-up point")
    TO_OFFER = "to_offer", Category.OPEN, _("Ask whether the customer collects it")
    COLLECTING = "collecting", Category.CUSTOMER, _("Customer collects it")
    NOT_COLLECTED = "not_collected", Category.OPEN, _("Not collected in time; ask the customer")
    TO_HAND_OVER = "to_hand_over", Category.OPEN, _("Hand it over to another courier")
    NEW_NUMBER = "new_number", Category.OPEN, _("Give the customer the new number")
    TO_CONSENT = "to_consent", Category.OPEN, _("Ask whether it may come back and be sent again")
    AT_LEAD = "at_lead", Category.LEAD, _("No agreement with the customer; a lead decides")
    RETURNING = "returning", Category.COURIER, _("On its way back to us")
    MOVES_AGAIN = "moves_again", Category.OPEN, _("Moving again; tell the customer")
    LOST = "lost", Category.OPEN, _("Lost; explain it to the customer")
    TO_MEND = "to_mend", Category.OPEN, _("Resend or refund")
    MENDING = "mending", Category.OPEN, _("Being made good")
    MOVED_ON = "moved_on", Category.DONE, _("Moved on")
    HANDED_OVER = "handed_over", Category.DONE, _("Goes on with another courier")
    DELIVERED = "delivered", Category.DONE, _("Delivered")
    RESENT = "resent", Category.DONE, _("Sent again and arrived")
    REFUNDED = "refunded", Category.DONE, _("Refunded")
    SETTLED = "settled", Category.DONE, _("Settled otherwise")


OPEN = tuple(each for each in State if not each.is_end)
# Nothing is agreed yet; a parcel that moves takes the trouble away.
STUCK = (State.TO_READ, State.TO_EXPLAIN, State.TO_ASK, State.ASKED, State.TO_OFFER, State.TO_HAND_OVER, State.TO_CONSENT, State.AT_LEAD)
# The courier has it.
WITH_COURIER = (*STUCK, State.COLLECTING, State.NOT_COLLECTED, State.RETURNING, State.MOVES_AGAIN)
BEFORE_RETURN = tuple(each for each in OPEN if each != State.RETURNING)
