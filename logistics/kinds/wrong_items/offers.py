"""L5.4: kept at a discount, else the difference and a gift, else sent back and the right goods are sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from casework.workflow import step
from logistics.kinds import endings, offered
from logistics.kinds.deciding import contacted_first
from logistics.kinds.incident import override_freight
from logistics.kinds.offered import Offer, Offered
from logistics.kinds.wrong_items.states import OFFERING, OPEN, State
from orders.errors import Reason
from orders.roles import AGENTS, SYSTEM

customer_was_contacted = contacted_first("L5.4")
CONTACTED = [customer_was_contacted]


class Offers(Offered):
    """The offers in their order, each only when the one before was declined, and the remedies that come of them."""

    FIRST_CONFIRMED = Reason("not_confirmed_yet", _("First it is verified that wrong goods came."), "L5.4")
    OFFERS: ClassVar[Mapping[str, Offer]] = {
        State.OFFER_KEEP: Offer(
            ("compensation", "refund"),
            Reason("keep_first", _("Keeping it at a discount is offered first; the customer has not declined it yet."), "L5.4"),
        ),
        State.OFFER_DIFFERENCE: Offer(
            ("refund", "gift"),
            Reason("difference_first", _("Now the difference is offered as a refund, with a gift; sending back comes after that."), "L5.4"),
            together=True,
        ),
        State.OFFER_RETURN: Offer(
            ("exchange", "return_goods"),
            Reason("sent_back", _("The customer keeps it neither at a discount nor for the difference: it is sent back."), "L5.4"),
        ),
        State.GIFT_LEFT: Offer(("gift",), Reason("gift_left", _("The difference is refunded; only the gift is left."), "L5.4")),
    }

    keeping_declined = offered.declined(
        [State.OFFER_KEEP],
        State.OFFER_DIFFERENCE,
        "keeping_declined",
        label=_("Declined: not at a discount"),
        rule="L5.4",
        when=CONTACTED,
    )
    difference_declined = offered.declined(
        [State.OFFER_DIFFERENCE],
        State.OFFER_RETURN,
        "difference_declined",
        label=_("Declined: does not keep it at all"),
        rule="L5.4",
        when=CONTACTED,
    )
    nothing_wanted = offered.nothing_wanted(
        [State.OFFER_KEEP, State.OFFER_DIFFERENCE, State.OFFER_RETURN], State.NOTHING_WANTED, rule="L5.4", when=CONTACTED
    )

    being_mended = offered.being_mended(OFFERING, State.MENDING, rule="L5.4")
    again_offer_keep = offered.stands_again(State.MENDING, State.OFFER_KEEP, rule="L5.4")
    again_offer_difference = offered.stands_again(State.MENDING, State.OFFER_DIFFERENCE, rule="L5.4")
    again_offer_return = offered.stands_again(State.MENDING, State.OFFER_RETURN, rule="L5.4")
    again_gift_left = offered.stands_again(State.MENDING, State.GIFT_LEFT, rule="L5.4")

    @step(State.MENDING, State.GIFT_LEFT, label=_("The gift is left"), rule="L5.4", by=SYSTEM, hidden=True)
    def gift_is_left(self) -> None:
        """The difference is paid, and nobody has noted the gift that was offered with it."""

    @step(State.GIFT_LEFT, State.REFUNDED, label=_("The customer wants no gift"), rule="L5.4", by=AGENTS, needs_note=True, event=True)
    def no_gift_wanted(self) -> None:
        """The difference is enough."""

    compensated = endings.compensated([State.MENDING], State.COMPENSATED, rule="L5.4")
    refunded = endings.refunded([State.MENDING], State.REFUNDED, rule="L5.4")
    gift_given = endings.gift_given([State.MENDING], State.REFUNDED, rule="L5.4")
    resent = endings.resent([State.MENDING], State.RESENT, rule="L5.4")
    override_freight = override_freight(OPEN)

    def ends_by(self, offer: str, good: Collection[str], tried: Collection[str]) -> str:
        """The difference is the money; the gift comes with it, or is noted afterwards."""
        if offer != State.OFFER_DIFFERENCE:
            return super().ends_by(offer, good, tried)
        if "refund" not in good:
            return "again_offer_difference"
        return "refunded" if "gift" in tried else "gift_is_left"
