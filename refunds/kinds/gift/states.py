"""The states of a gift (S4.3)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.workflow import Category, Queue, States


class State(States):
    """From the customer's wish to the parcel that brings it."""

    ASKED = "asked", Category.OPEN, _("Gift asked for; agree or not")
    WITH_LEAD = "with_lead", Category.LEAD, _("Lead decides about the gift")
    TO_PACK = "to_pack", Category.OPEN, Queue.WAREHOUSE, _("Goes with the next parcel")
    NEXT_ORDER = "next_order", Category.OPEN, _("Customer has ordered again: put the gift on that order")
    NO_PARCEL = "no_parcel", Category.OPEN, _("No next parcel came; wait longer or not")
    PACKED = "packed", Category.OPEN, _("In the parcel; tell the customer")
    NOT_GIVEN = "not_given", Category.OPEN, _("No gift; tell the customer")
    GIVEN = "given", Category.DONE, _("Given")
    DECLINED = "declined", Category.DONE, _("Not given")


WAITING = (State.TO_PACK, State.NEXT_ORDER, State.NO_PARCEL)
