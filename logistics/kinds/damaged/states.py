"""Where damaged goods stand."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.workflow import Category, States


class State(States):
    """Two photos, how bad it is, and what the chapter offers for that."""

    TO_WARN = "to_warn", Category.OPEN, _("Courier tells of damage; warn the customer")
    WARNED = "warned", Category.COURIER, _("Customer warned; on its way still")
    TO_ASK = "to_ask", Category.OPEN, _("Ask what is damaged")
    WAIT_PHOTOS = "wait_photos", Category.CUSTOMER, _("Waiting for two photos")
    PHOTOS_PARTLY = "photos_partly", Category.OPEN, _("One of the two photos is here")
    PHOTOS_HERE = "photos_here", Category.OPEN, _("Both photos are here")
    NO_PHOTOS = "no_photos", Category.OPEN, _("No photos came")
    DISPUTED = "disputed", Category.LEAD, _("Lead decides")
    TO_EXPLAIN = "to_explain", Category.OPEN, _("Not confirmed; tell the customer why")
    TO_JUDGE = "to_judge", Category.OPEN, _("Damage seen; how bad is it?")
    OFFER_MONEY = "offer_money", Category.OPEN, _("Slight: part of the price, or a gift")
    TO_RETURN = "to_return", Category.OPEN, _("Not accepted: return or exchange")
    TO_EXCHANGE = "to_exchange", Category.OPEN, _("Severe, usable again: exchange")
    TO_RESEND = "to_resend", Category.OPEN, _("Severe, not usable again: send it again at once")
    TO_REFUND = "to_refund", Category.OPEN, _("Not sent again: refund")
    MENDING = "mending", Category.OPEN, _("Being made good")
    FOUND = "found", Category.DONE, _("Nothing is damaged after all")
    COMPENSATED = "compensated", Category.DONE, _("Compensated")
    GIVEN = "given", Category.DONE, _("Gift given")
    REFUNDED = "refunded", Category.DONE, _("Refunded")
    RESENT = "resent", Category.DONE, _("Whole goods arrived")
    NOTHING_WANTED = "nothing_wanted", Category.DONE, _("Customer wants nothing")
    NOT_CONFIRMED = "not_confirmed", Category.DONE, _("Not confirmed")


OPEN = tuple(each for each in State if not each.is_end)
PHOTOS = (State.WAIT_PHOTOS, State.PHOTOS_PARTLY, State.PHOTOS_HERE)
# The courier told of it before the customer had the parcel.
ON_THE_WAY = (State.TO_WARN, State.WARNED)
OFFERING = (State.OFFER_MONEY, State.TO_RETURN, State.TO_EXCHANGE, State.TO_RESEND, State.TO_REFUND)
# Money or goods that went out are no longer nothing.
NOT_SETTLED = tuple(each for each in OPEN if each != State.MENDING)
# The damage is judged, so it is known for what somebody pays.
JUDGED = (*OFFERING, State.MENDING)
