"""What the customer is told of a remedy, by state of its case. Facts only, no promise (L0.2, S4.2). "" where there is nothing to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from logistics.words import joined
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


SORRY = _("Hello, we are very sorry: {goods} of your order is out of stock.")
STOCK: Mapping[str, Sequence[Text]] = {
    "to_tell": (SORRY,),
    "price_asked": (SORRY, _("We look for the best we can offer you and tell you soon.")),
    "to_ship": (_("Hello, thank you for your patience: your order is being shipped."),),
    "to_refund": (SORRY, _("We are asking for your refund and tell you the result.")),
    "mending": (SORRY, _("Your refund is asked for; we tell you the result.")),
}
INSTEAD = _("We can send you {offer} instead.")
AT_A_PRICE = _("We can send you {offer} instead, at {price} yuan.")
OR_MONEY = _("If you would rather have your money back, tell us and we ask for it at once.")
UNTIL = _("Please answer by {until:%Y-%m-%d %H:%M}.")


def stock_message(state: str, goods: str, offer: str, price: Decimal | None, until: dt.datetime | None) -> str:
    """What the customer is told of goods that are not there (R12.1). `price` is a better one that a lead has agreed to, None for the usual."""
    parts = list(STOCK.get(state, ()))
    if state == "offered" or (state == "to_tell" and price is not None):
        parts = [SORRY, INSTEAD if price is None else AT_A_PRICE, OR_MONEY, *([UNTIL] if until else [])]
    words = {"goods": goods, "offer": offer, "price": price, "until": until and until.astimezone(SHOP_TIME)}
    return joined(str(each).format(**words) for each in parts)


INVOICE: Mapping[str, Text] = {
    "requested": _("Hello, we have noted your wish for an invoice and prepare it."),
    "to_issue": _("Hello, we have all that your invoice needs; our finance department issues it."),
    "issued": _("Hello, your invoice is issued; its number is {number}."),
}
INVOICE_LACKS = _("Hello, for your invoice we still need: {missing}. Please send it to us; identity numbers are not needed.")
INVOICE_UNCLEAR = _(
    "Hello, something in the data for your invoice does not fit. Please send them to us once more; identity numbers are not needed."
)


def invoice_message(state: str, missing: str, number: str) -> str:
    """What the customer is told of an invoice (I1.1): what is missing by name, or its number."""
    if missing and state in ("requested", "incomplete"):
        return str(INVOICE_LACKS).format(missing=missing)
    return str(INVOICE_UNCLEAR if state == "incomplete" else INVOICE.get(state, "")).format(number=number)
