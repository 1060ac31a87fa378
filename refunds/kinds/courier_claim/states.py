"""The states of a courier claim (L13.1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.workflow import Category, Queue, States


class State(States):
    """From the loss to the courier's money, or to the word that it is lost."""

    REGISTERED = "registered", Category.OPEN, _("Registered; to be filed")
    FILED = "filed", Category.COURIER, _("Filed; the courier answers")
    NEED_INFO = "need_info", Category.OPEN, _("The courier wants more")
    REFILED = "filed_again", Category.COURIER, _("Filed again; the courier answers")
    ACCEPTED = "accepted", Category.COURIER, _("Accepted; the courier pays")
    PARTLY = "partly_accepted", Category.OPEN, _("Partly accepted; file again or leave the rest")
    REFUSED = "refused", Category.OPEN, _("Refused; file again or write off")
    TURNED_UP = "turned_up", Category.OPEN, _("No loss any more; withdraw the claim")
    GIVE_BACK = "give_back", Category.OPEN, Queue.FINANCE, _("No loss any more; give the money back")
    PAID = "paid", Category.DONE, _("The courier has paid")
    WRITTEN_OFF = "written_off", Category.DONE, _("Written off")
    REVERSED = "reversed", Category.DONE, _("Withdrawn: there is no loss any more")


# With the courier, which has not answered yet.
ASKED = (State.FILED, State.REFILED)
# The courier may still pay, and somebody may still write it off.
CLAIMED = (State.REGISTERED, *ASKED, State.NEED_INFO, State.ACCEPTED, State.PARTLY, State.REFUSED)
