"""Where wrong goods stand."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.workflow import Category, Queue, States


class State(States):
    """Ask, check in four steps, verify by photo, offer in order."""

    TO_ASK = "to_ask", Category.OPEN, _("Ask what came instead")
    CHECK_LINES = "check_lines", Category.OPEN, _("Check 1: order lines")
    CHECK_WEIGHT = "check_weight", Category.OPEN, _("Check 2: weights")
    WAIT_PHOTOS = "wait_photos", Category.CUSTOMER, _("Check 3: waiting for photos")
    PHOTOS_PARTLY = "photos_partly", Category.OPEN, _("Check 3: some photos are here")
    PHOTOS_HERE = "photos_here", Category.OPEN, _("Check 3: photos are here")
    NO_PHOTOS = "no_photos", Category.OPEN, _("Check 3: no photos came")
    CHECK_PACKING = "check_packing", Category.OPEN, Queue.WAREHOUSE, _("Check 4: warehouse confirms packing")
    TO_DECIDE = "to_decide", Category.OPEN, _("Checked; confirm or not")
    DISPUTED = "disputed", Category.LEAD, _("Lead decides")
    TO_EXPLAIN = "to_explain", Category.OPEN, _("Not confirmed; tell the customer why")
    OFFER_KEEP = "offer_keep", Category.OPEN, _("Offer 1: keep it at a discount")
    OFFER_DIFFERENCE = "offer_difference", Category.OPEN, _("Offer 2: refund of the difference, and a gift")
    OFFER_RETURN = "offer_return", Category.OPEN, _("Offer 3: send back, and the right goods are sent")
    MENDING = "mending", Category.OPEN, _("Being made good")
    GIFT_LEFT = "gift_left", Category.OPEN, _("Difference refunded; the gift is left")
    FOUND = "found", Category.DONE, _("The right goods were there after all")
    COMPENSATED = "compensated", Category.DONE, _("Kept at a discount")
    REFUNDED = "refunded", Category.DONE, _("Refunded")
    RESENT = "resent", Category.DONE, _("The right goods arrived")
    NOTHING_WANTED = "nothing_wanted", Category.DONE, _("Customer wants nothing")
    NOT_CONFIRMED = "not_confirmed", Category.DONE, _("Not confirmed")


OPEN = tuple(each for each in State if not each.is_end)
PHOTOS = (State.WAIT_PHOTOS, State.PHOTOS_PARTLY, State.PHOTOS_HERE)
CHECKING = (State.CHECK_LINES, State.CHECK_WEIGHT, State.PHOTOS_PARTLY, State.PHOTOS_HERE, State.NO_PHOTOS, State.TO_DECIDE)
OFFERING = (State.OFFER_KEEP, State.OFFER_DIFFERENCE, State.OFFER_RETURN, State.GIFT_LEFT)
# Money or goods that went out are no longer nothing.
NOT_SETTLED = tuple(each for each in OPEN if each not in (State.MENDING, State.GIFT_LEFT))
# The weights count from when they are compared until it is decided and explained.
WEIGHING = (
    State.CHECK_WEIGHT,
    State.WAIT_PHOTOS,
    State.PHOTOS_PARTLY,
    State.PHOTOS_HERE,
    State.NO_PHOTOS,
    State.CHECK_PACKING,
    State.TO_DECIDE,
    State.DISPUTED,
    State.TO_EXPLAIN,
)
