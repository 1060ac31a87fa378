"""Where a missing item stands."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.workflow import Category, Queue, States


class State(States):
    """Ask, check in four steps, decide, offer in order, keep what was promised."""

    TO_ASK = "to_ask", Category.OPEN, _("Ask what is missing")
    CHECK_LINES = "check_lines", Category.OPEN, _("Check 1: order lines")
    CHECK_WEIGHT = "check_weight", Category.OPEN, _("Check 2: weights")
    WAIT_PHOTOS = "wait_photos", Category.CUSTOMER, _("Check 3: waiting for photos")
    PHOTOS_PARTLY = "photos_partly", Category.OPEN, _("Check 3: some photos are here")
    PHOTOS_HERE = "photos_here", Category.OPEN, _("Check 3: photos are here")
    NO_PHOTOS = "no_photos", Category.OPEN, _("Check 3: no photos came")
    BASE_SLIP = "base_slip", Category.OPEN, Queue.WAREHOUSE, _("Base slip is looked for")
    CHECK_PACKING = "check_packing", Category.OPEN, Queue.WAREHOUSE, _("Check 4: warehouse confirms packing")
    TO_DECIDE = "to_decide", Category.OPEN, _("Checked; confirm or not")
    DISPUTED = "disputed", Category.LEAD, _("Lead decides")
    TO_EXPLAIN = "to_explain", Category.OPEN, _("Not confirmed; tell the customer why")
    OFFER_NEXT = "offer_next", Category.OPEN, _("Offer 1: with the next order")
    OFFER_NOW = "offer_now", Category.OPEN, _("Offer 2: send again now")
    OFFER_REFUND = "offer_refund", Category.OPEN, _("Offer 3: refund the line")
    PROMISED = "promised", Category.CUSTOMER, _("Promised with the next order")
    PROMISE_DUE = "promise_due", Category.OPEN, _("Promise is due")
    MENDING = "mending", Category.OPEN, _("Being made good")
    FOUND = "found", Category.DONE, _("Found after all")
    KEPT = "kept", Category.DONE, _("Sent with the next order")
    RESENT = "resent", Category.DONE, _("Sent again and arrived")
    REFUNDED = "refunded", Category.DONE, _("Refunded")
    COMPENSATED = "compensated", Category.DONE, _("Compensated")
    NOTHING_WANTED = "nothing_wanted", Category.DONE, _("Customer wants nothing")
    NOT_CONFIRMED = "not_confirmed", Category.DONE, _("Not confirmed")


OPEN = tuple(each for each in State if not each.is_end)
CHECKING = (State.CHECK_LINES, State.CHECK_WEIGHT, State.PHOTOS_PARTLY, State.PHOTOS_HERE, State.NO_PHOTOS, State.TO_DECIDE)
OFFERING = (State.OFFER_NEXT, State.OFFER_NOW, State.OFFER_REFUND)
# The weights count from when they are compared until it is decided and explained.
WEIGHING = (
    State.CHECK_WEIGHT,
    State.WAIT_PHOTOS,
    State.PHOTOS_PARTLY,
    State.PHOTOS_HERE,
    State.NO_PHOTOS,
    State.BASE_SLIP,
    State.CHECK_PACKING,
    State.TO_DECIDE,
    State.DISPUTED,
    State.TO_EXPLAIN,
)
