"""The states of a parcel that comes back to us (L10)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.workflow import Category, States


class State(States):
    """Tell the customer why, let them choose, wait for the parcel, make it good."""

    TO_TELL = "to_tell", Category.OPEN, _("Tell the customer why it comes back, and offer")
    OFFERED = "offered", Category.CUSTOMER, _("Customer chooses: sent again, refunded, or with a new order")
    AT_LEAD = "at_lead", Category.LEAD, _("Nothing accepted; a lead decides")
    AWAITED = "awaited", Category.COURIER, _("Settled; on its way back to us")
    LOST = "lost", Category.OPEN, _("Lost on its way back; explain it to the customer")
    TO_MEND = "to_mend", Category.OPEN, _("Do what was settled")
    WITH_ORDER = "with_order", Category.OPEN, _("Ship it with the new order")
    MENDING = "mending", Category.OPEN, _("Being made good")
    DELIVERED = "delivered", Category.DONE, _("Delivered after all")
    RESENT = "resent", Category.DONE, _("Sent again and arrived")
    REFUNDED = "refunded", Category.DONE, _("Refunded")
    SENT_ALONG = "sent_along", Category.DONE, _("Sent with the new order")
    SETTLED = "settled", Category.DONE, _("Settled otherwise by a lead")


OPEN = tuple(each for each in State if not each.is_end)
# The parcel may be on its way still.
TRAVELLING = (State.TO_TELL, State.OFFERED, State.AT_LEAD, State.AWAITED)
