"""The states of an address to be changed (L9), and which step leads to each by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.workflow import Category, Queue, States


class State(States):
    """From the customer's wish to the parcel that was signed for at the new place."""

    TO_NOTE = "to_note", Category.OPEN, _("New address to be noted")
    AT_PRINT = "at_print", Category.OPEN, Queue.WAREHOUSE, _("Print clerk or warehouse have the word")
    TO_EDIT = "to_edit", Category.OPEN, _("To be edited on the platform")
    TO_REORDER = "to_reorder", Category.OPEN, _("Unpaid: to be closed and ordered again")
    TO_LEAVE = "to_leave", Category.COURIER, _("Too late to stop; it has to leave first")
    TO_COURIER = "to_courier", Category.OPEN, _("Shipped: ask the courier")
    AT_COURIER = "at_courier", Category.OPEN, _("The courier has the word")
    TO_TELL = "to_tell", Category.OPEN, _("Tell the customer how it stands")
    FOLLOWED = "followed", Category.COURIER, _("Followed until signed")
    ARRIVED = "arrived", Category.DONE, _("Signed for at the new address")
    REORDERED = "reordered", Category.DONE, _("Closed; to be ordered again")
    CAME_BACK = "came_back", Category.DONE, _("Back with us; goes on as a returned parcel")
    UNCHANGED = "unchanged", Category.DONE, _("Not changed; the customer knows")
    WITHDRAWN = "withdrawn", Category.DONE, _("No longer wanted")


OPEN = tuple(each for each in State if not each.is_end)
# Where something was decided already.
DECIDED = tuple(each for each in OPEN if each != State.TO_NOTE)
