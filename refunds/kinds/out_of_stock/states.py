"""The states of what was paid for and is not there (R12.1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.workflow import Category, Queue, States


class State(States):
    """From the empty shelf to a parcel or the money."""

    TO_TELL = "to_tell", Category.OPEN, _("Apologise and offer")
    PRICE_ASKED = "price_asked", Category.LEAD, _("Lead decides about the price")
    OFFERED = "offered", Category.CUSTOMER, _("Other goods offered")
    TO_SHIP = "to_ship", Category.OPEN, Queue.WAREHOUSE, _("To be shipped")
    TO_REFUND = "to_refund", Category.OPEN, _("To be refunded")
    MENDING = "mending", Category.OPEN, _("Being made good")
    DIFFERENCE = "difference", Category.OPEN, _("Shipped; refund the difference")
    SHIPPED = "shipped", Category.DONE, _("Shipped")
    REFUNDED = "refunded", Category.DONE, _("Refunded")
    SETTLED = "settled", Category.DONE, _("Settled otherwise")


OPEN = tuple(each for each in State if not each.is_end)


# While a refund is under way it has the word.
FREE = tuple(each for each in OPEN if each not in (State.MENDING, State.DIFFERENCE))


TALKING = (State.TO_TELL, State.PRICE_ASKED, State.OFFERED, State.TO_REFUND)
