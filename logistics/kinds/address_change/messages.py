"""What the customer is told of an address that is to be changed. Never promised at once (L9.1); where it costs, that is said (N3)."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from orders.errors import Text

TOLD: Mapping[str, Text] = {
    "to_note": _(
        "Hello, about order {order}: please send us recipient, phone and the whole new address. Whether it can still be changed depends on how "
        "far the order is; we check it at once."
    ),
    "at_print": _(
        "Hello, about order {order}: we have your new address and are asking our warehouse whether it can still be changed. "
        "We tell you the result."
    ),
    "to_edit": _("Hello, about order {order}: we have your new address and are changing it. We tell you the result."),
    "to_reorder": _(
        "Hello, order {order} is not paid yet, so its address need not be changed: please place the order again with the new address. We close this one."
    ),
    "to_leave": _(
        "Hello, about order {order}: it cannot be stopped any more. Once the courier has it we ask them to change the address, "
        "and tell you the result."
    ),
    "to_courier": _(
        "Hello, order {order} is shipped already. We ask the courier whether the address can still be changed, and tell you the result."
    ),
    "at_courier": _("Hello, order {order} is shipped already. We have asked the courier to change the address, and tell you the result."),
    "followed": _("Hello, the address of order {order} is changed. We follow the parcel until you have it."),
}
# Once it is settled, by how it came out.
CHANGED = TOLD["followed"]
REORDER = TOLD["to_reorder"]
NOT_CHANGED = _(
    "Hello, we are sorry: the address of order {order} could not be changed. Please arrange with the old address that you get the parcel."
)
NOTHING_TO_CHANGE = _("Hello, about order {order}: no parcel is on its way to you, so there is no address to change.")
PARTLY = _(
    "Hello, the address of order {order} could be changed for a part of the parcels only: {changed}. We follow them until you have them."
)
# Beside what is told of the other parts (N3).
COST = _("A part of it was signed for at the old address ({signed}): we try to get it back, and what this costs is yours to pay.")
IS_BACK = _("The parcel {back} is back with us; how it goes on to the new address we settle with you next.")
ITS_COST = _("What it cost to get it back is yours to pay.")
GET_BACK = _(
    "Hello, the parcel of order {order} was signed for at the old address. We try to get it back; what this costs is yours to pay."
)
