"""The states of a review (R11)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.workflow import Category, States


class State(States):
    """From the review to what became of it."""

    TO_CONTACT = "to_contact", Category.OPEN, _("Reach the customer today and ask the cause")
    TO_MEND = "to_mend", Category.OPEN, _("Mend the cause as its chapter says")
    MENDING = "mending", Category.OPEN, _("Its chapter has the word")
    CHANGED_MENDING = "changed_mending", Category.OPEN, _("Changed already; its chapter has the word")
    REMOVED_MENDING = "removed_mending", Category.OPEN, _("Removed already; its chapter has the word")
    WAIT_CHANGE = "wait_change", Category.CUSTOMER, _("The customer may change it")
    TO_ASK = "to_ask", Category.OPEN, _("Ask once more; the last days run")
    TO_ANSWER = "to_answer", Category.OPEN, _("It stays; answer it on the platform")
    TO_REPORT = "to_report", Category.OPEN, _("Report it on the platform")
    REPORTED = "reported", Category.OPEN, _("Reported; look for the platform's answer")
    CHANGED = "changed", Category.DONE, _("Changed by the customer")
    UNCHANGED = "unchanged", Category.DONE, _("It stays; answered")
    REMOVED = "removed", Category.DONE, _("Removed by the platform")


OPEN = tuple(each for each in State if not each.is_end)
WAITING = (State.WAIT_CHANGE, State.TO_ASK)
WORKED = (State.TO_CONTACT, State.TO_MEND, State.WAIT_CHANGE, State.TO_ASK)
# Nothing is left of it to answer, change or report; what is due follows from the cause alone.
GONE = (State.CHANGED_MENDING, State.REMOVED_MENDING)
# Where it may still be reported, or is to be.
REPORTABLE = (*WORKED, State.MENDING)
# The task on the platform.
REPORT = "report_review"
