"""The states of a refund."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.workflow import Category, Queue, States


class State(States):
    """From the request to the customer who knows that the money is on its way."""

    REQUESTED = "requested", Category.OPEN, _("Asked on the platform; nobody has looked yet")
    ASKED = "asked", Category.LEAD, _("Waiting for approval")
    SENT_BACK = "sent_back", Category.CUSTOMER, _("More evidence wanted")
    LAPSED = "lapsed", Category.OPEN, _("Approval no longer holds")
    TO_PAY = "to_pay", Category.OPEN, Queue.FINANCE, _("To be paid")
    PAYING = "paying", Category.OPEN, Queue.FINANCE, _("Alipay is paying")
    PAID = "paid", Category.OPEN, _("Paid; tell the customer")
    SETTLED = "settled", Category.DONE, _("Refunded")
    REFUNDED_THERE = "refunded_there", Category.DONE, _("Refunded by the platform")
    REJECTED = "rejected", Category.DONE, _("Rejected")
    WITHDRAWN = "withdrawn", Category.DONE, _("Withdrawn")
    TAKEN_BACK = "taken_back", Category.DONE, _("Taken back on the platform")
