"""The states of a parcel that is refused at the door (L7.5)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.workflow import Category, States


class State(States):
    """Ask to refuse it, follow it until it is back, send complete goods."""

    TO_ASK = "to_ask", Category.OPEN, _("Ask the customer to refuse it")
    ASKED = "asked", Category.CUSTOMER, _("Customer was asked to refuse it")
    RETURNING = "returning", Category.COURIER, _("Refused; on its way back to us")
    LOST = "lost", Category.OPEN, _("Lost on its way back; explain it to the customer")
    HERE = "here", Category.OPEN, _("Back; send complete goods")
    TO_REFUND = "to_refund", Category.OPEN, _("Back; the customer wants the money")
    MENDING = "mending", Category.OPEN, _("Being made good")
    SIGNED = "signed", Category.OPEN, _("Signed for all the same; go on by its chapter")
    PASSED_ON = "passed_on", Category.DONE, _("Goes on as a case of its own")
    GONE_ON = "gone_on", Category.DONE, _("Goes on as a returned parcel")
    NOTHING_WRONG = "nothing_wrong", Category.DONE, _("Nothing was wrong with it")
    RESENT = "resent", Category.DONE, _("Complete goods sent and arrived")
    REFUNDED = "refunded", Category.DONE, _("Refunded")


OPEN = tuple(each for each in State if not each.is_end)
AT_THE_DOOR = (State.TO_ASK, State.ASKED)
BACK = (State.HERE, State.TO_REFUND)
