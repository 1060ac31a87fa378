"""L7.1 to L7.4, L7.6: how bad it is and with whom it broke, what is offered for that, and what the courier owes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.workflow import step
from logistics.freight import Checked, Circumstances, Fault, Happened
from logistics.goods.claimed import claimed
from logistics.kinds import endings, offered
from logistics.kinds.checking import ChecksGoods
from logistics.kinds.damaged.states import JUDGED, OFFERING, OPEN, State
from logistics.kinds.deciding import contacted_first
from logistics.kinds.incident import override_freight
from logistics.kinds.offered import Offer, Offered
from logistics.models.incident import Extent
from logistics.models.loss import Loss
from logistics.standing import standing
from orders.errors import Reason
from orders.roles import AGENTS, SYSTEM

customer_was_contacted = contacted_first("L7.1")
CONTACTED = [customer_was_contacted]
# Damage that is kept is worth to the courier what we paid for it; any other the price of the pieces.
KEPT = (State.OFFER_MONEY,)


class BrokenBy(models.TextChoices):
    """With whom it broke, as far as box, photos and the courier tell."""

    COURIER = "courier", _("The courier, on the way")
    PACKING = "packing", _("Us: badly packed, or broken before it left")
    UNKNOWN = "unknown", _("Nothing tells")


CHECKED = {BrokenBy.COURIER: Checked.COURIER, BrokenBy.PACKING: Checked.WAREHOUSE, BrokenBy.UNKNOWN: Checked.CONFIRMED}


class Whose(Facts):
    """With whom it broke: it decides who is claimed from (L7.6), never whether the customer is helped."""

    broken_by = forms.ChoiceField(label=_("Broken by"), choices=BrokenBy.choices)


judged = partial(step, State.TO_JUDGE, by=AGENTS, facts=Whose)


class Offers(Offered, ChecksGoods):
    """How bad it is decides the offer; each ends in its remedies."""

    FIRST_CONFIRMED = Reason("not_confirmed_yet", _("First two photos show the damage, and it is said how bad it is."), "L7.1")
    OFFERS: ClassVar[Mapping[str, Offer]] = {
        State.OFFER_MONEY: Offer(
            ("compensation", "refund", "gift"),
            Reason("slight", _("Slight: the customer is asked first whether they keep it for a part of the price or a gift."), "L7.1"),
        ),
        State.TO_RETURN: Offer(
            ("return_goods", "exchange"), Reason("not_accepted", _("Not accepted: it comes back, as a return or an exchange."), "L7.2")
        ),
        State.TO_EXCHANGE: Offer(("exchange",), Reason("usable", _("Severe but usable again: it is exchanged, and comes back."), "L7.3")),
        State.TO_RESEND: Offer(
            ("reshipment",), Reason("unusable", _("Not usable again: nothing comes back, and it is sent again at once."), "L7.4")
        ),
        State.TO_REFUND: Offer(
            ("refund", "reshipment"),
            Reason("not_resent", _("Not usable again, and not sent again: it is refunded, nothing comes back."), "L7.4"),
        ),
    }

    @judged(
        target=State.OFFER_MONEY,
        label=_("Judge it: slight"),
        rule="L7.1",
        hint=_("Does the customer accept it? A part of the price, or a gift."),
    )
    def slight(self, facts: dict[str, Any]) -> None:
        """The courier owes what we pay for it, known when it is paid (R3.2)."""
        self._judged(Extent.SLIGHT, facts)

    @judged(
        target=State.TO_EXCHANGE,
        label=_("Judge it: severe, usable again"),
        rule="L7.3",
        hint=_("It is exchanged: it comes back, and we pay for that."),
    )
    def severe_usable(self, facts: dict[str, Any]) -> None:
        """It is exchanged; the customer advances the postage."""
        self._judged(Extent.USABLE, facts)
        self._courier_owes(self._price())

    @judged(
        target=State.TO_RESEND,
        label=_("Judge it: severe, not usable again"),
        rule="L7.4",
        hint=_("Nothing comes back; it is sent again at once. The leads are told."),
    )
    def severe_unusable(self, facts: dict[str, Any]) -> None:
        """It must be reported to the lead: the case does not end before one has taken note."""
        self._judged(Extent.UNUSABLE, facts)
        self._courier_owes(self._price())
        what = _("Damaged and not usable again: it is sent again, nothing comes back.")
        self.report(what, f"{self.asked_about()}\n{self.facts.answers['damage']}", "L7.4")

    # L7.6 -------------------------------------------------------------------------------------------

    @step(
        JUDGED,
        None,
        label=_("It is known with whom it broke"),
        rule="L7.6",
        by=AGENTS,
        facts=Whose,
        event=True,
        hint=_("The courier admits or denies it, or the packing was looked at."),
    )
    def fault_found(self, facts: dict[str, Any]) -> None:
        """Decided anew; what the courier owes goes with it."""
        self._decide(facts["broken_by"])
        if self.facts.fault != Fault.COURIER:
            self.courier_owes_nothing(Loss.Cause.DAMAGED)
        elif (self.facts.offer if self.state == State.MENDING else self.state) not in KEPT:
            self._courier_owes(self._price())

    # L7.1, L7.2 -------------------------------------------------------------------------------------

    @step(
        State.OFFER_MONEY,
        State.TO_RETURN,
        label=_("The customer does not accept it"),
        rule="L7.2",
        by=AGENTS,
        when=CONTACTED,
        event=True,
        hint=_("Return or exchange; we pay the postage, the customer advances it."),
    )
    def not_accepted(self) -> None:
        """What comes back damaged is worth its price to the courier."""
        self._courier_owes(self._price())

    @step(
        OFFERING,
        State.NOTHING_WANTED,
        label=_("The customer wants nothing"),
        rule="L7.1",
        by=AGENTS,
        when=CONTACTED,
        needs_note=True,
        event=True,
    )
    def nothing_wanted(self) -> None:
        """All offers declined. What the customer keeps and costs us nothing the courier does not owe (R3.2); what lies here broken it does."""
        assert self.at is not None  # steps run with a situation
        parcel = standing(self.at).parcel
        if parcel is None or parcel.back_at is None:
            self.courier_owes_nothing(Loss.Cause.DAMAGED)

    # L7.3, L7.4 -------------------------------------------------------------------------------------

    @step(
        State.TO_EXCHANGE,
        State.TO_RETURN,
        label=_("Not exchanged: returned instead"),
        rule="L7.3",
        by=AGENTS,
        when=CONTACTED,
        needs_note=True,
        event=True,
        hint=_("The customer does not want it any more, or the order has freight insurance (R3.5)."),
    )
    def exchange_declined(self) -> None:
        """The money after it came back, or an exchange after all."""

    @step(
        State.TO_RESEND,
        State.TO_REFUND,
        label=_("Not sent again: refund"),
        rule="L7.4",
        by=AGENTS,
        when=CONTACTED,
        needs_note=True,
        event=True,
        hint=_("It is out of stock, or the customer does not want it any more."),
    )
    def resend_declined(self) -> None:
        """Nothing comes back all the same."""

    being_mended = offered.being_mended(OFFERING, State.MENDING, rule="L7.1")
    again_offer_money = offered.stands_again(State.MENDING, State.OFFER_MONEY, rule="L7.1")
    again_to_return = offered.stands_again(State.MENDING, State.TO_RETURN, rule="L7.2")
    again_to_exchange = offered.stands_again(State.MENDING, State.TO_EXCHANGE, rule="L7.3")
    again_to_resend = offered.stands_again(State.MENDING, State.TO_RESEND, rule="L7.4")
    again_to_refund = offered.stands_again(State.MENDING, State.TO_REFUND, rule="L7.4")

    @step(State.MENDING, State.COMPENSATED, label=_("Compensated"), rule="L7.1", by=SYSTEM, hidden=True, final=True)
    def compensated(self) -> None:
        """What was paid the courier owes, where it broke it."""
        self._courier_owes(self._paid())

    @step(State.MENDING, State.REFUNDED, label=_("Refunded"), rule="L7.1", by=SYSTEM, hidden=True, final=True)
    def refunded(self) -> None:
        """A part of the price, or after a return all of it."""
        self._courier_owes(self._paid())

    gift_given = endings.gift_given([State.MENDING], State.GIVEN, rule="L7.1")
    resent = endings.resent([State.MENDING], State.RESENT, rule="L7.2")
    override_freight = override_freight(OPEN)

    def _judged(self, extent: Extent, facts: dict[str, Any]) -> None:
        self.facts.extent = extent
        self.effects.note(extent=extent)
        self._decide(facts["broken_by"])

    def _decide(self, broken_by: str) -> None:
        self.decide_freight(Circumstances(Happened.DAMAGED, CHECKED[BrokenBy(broken_by)]))

    def _courier_owes(self, amount: Decimal) -> None:
        """Kept for the claim where the courier broke it; once, whatever comes after."""
        if self.facts.fault == Fault.COURIER:
            self.courier_owes(Loss.Cause.DAMAGED, amount, "L7.6")

    def _price(self) -> Decimal:
        """Yuan paid for the damaged pieces; for the whole parcel where nobody has named any."""
        assert self.at is not None  # steps run with a situation
        return claimed(self.at).price(self.facts.items) if self.facts.items else standing(self.at).full_price

    def _paid(self) -> Decimal:
        """Yuan that the customer got by the remedies of the case (R3.2)."""
        assert self.at is not None  # steps run with a situation
        paid: Decimal = self.at.more["paid"]
        return paid
