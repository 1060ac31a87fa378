"""What the customer is told about sending goods back: where to, how, what belongs into the parcel, and who pays (R3, N3)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from logistics.freight import Party
from logistics.models import IncidentFacts
from orders.errors import Text
from refunds.goods.coming import coming

GREETING = _("Hello, please send this back to us:")
ADDRESS = _("Address: {address}")
NO_ADDRESS = _("Address: (not entered yet; the manager enters it as the policy “Address for returns”)")
HOW = _("Please send it prepaid ({couriers} if you can). Collect on delivery and surface mail are not taken.")
SLIP = _("Put a slip into the parcel: exchange or return, our waybill {waybill}, your buyer id {buyer}, name, phone and address.")
UNWORN = _("Unworn, unwashed and fit for sale, with everything that came with it.")
NUMBER = _("Then tell us the courier and the waybill.")
# Who pays the way back, by the decision on the case.
PAYS: dict[str, Text] = {
    Party.SHOP: _("We pay the postage: please advance it and keep the receipt; it is paid back when the goods have arrived."),
    Party.COURIER: _("We pay the postage: please advance it and keep the receipt; it is paid back when the goods have arrived."),
    Party.CUSTOMER: _("The postage of the way back is yours."),
    Party.SPLIT: _("The postage is shared, half each: please advance it and keep the receipt."),
    Party.INSURER: _("Your freight insurance pays the way back within 3 to 5 working days after the refund; please advance it."),
}
NOT_DECIDED = _("Who pays the postage we tell you as soon as the goods are looked at; please keep the receipt.")


def return_message(facts: IncidentFacts, at: Situation) -> str:
    """The text to copy, in the language of the moment."""
    found, address = coming(at), at.policy("return_address")
    buyer = at.order.buyer if at.order else None
    values = {
        "address": address,
        "couriers": at.policy("return_couriers"),
        "waybill": next(iter(at.order.waybills), "-") if at.order else "-",
        "buyer": buyer.nick if buyer else "-",
    }
    parts = [GREETING, found.words, ADDRESS if address else NO_ADDRESS, HOW, SLIP]
    parts += [UNWORN] if found.facts.unworn else []
    parts += [PAYS.get(facts.freight_payer, NOT_DECIDED), NUMBER]
    # Only our own sentences have places to fill: a title may hold braces.
    return "\n".join(part if part is found.words else str(part).format(**values) for part in parts)
