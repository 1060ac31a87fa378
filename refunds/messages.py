"""What the customer is told of a remedy, by state of its case. Facts only, no promise (L0.2, S4.2). "" where there is nothing to say."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from orders.errors import Text

GIFT: Mapping[str, Text] = {
    "asked": _("Hello, thank you for asking. We look whether we can add a gift and tell you."),
    "with_lead": _("Hello, thank you for asking. We look whether we can add a gift and tell you."),
    "to_pack": _("Hello, we have put down a gift for you: {gift}. It goes with your next parcel."),
    "packed": _("Hello, your gift ({gift}) is in the parcel {waybill}."),
    "not_given": _(
        "Hello, we are sorry that we cannot add a gift this time. Thank you for understanding; we are here for anything else you need."
    ),
}
GIFT_WAITS = {"next_order": "to_pack", "no_parcel": "to_pack"}


def gift_message(state: str, gift: str, waybill: str) -> str:
    """What the customer is told of a gift (S4.3)."""
    return str(GIFT.get(GIFT_WAITS.get(state, state), "")).format(gift=gift, waybill=waybill)
