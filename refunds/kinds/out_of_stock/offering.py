"""R12.1: an apology and other goods, at a better price only with a lead's yes; else the money at once."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.effects import TaskAsked
from casework.part import Part
from casework.situation import Situation
from casework.workflow import guard, step
from logistics.goods.items import pieces_words
from orders.errors import Malformed
from orders.persons import redact_for_order
from orders.roles import AGENTS, CLOCK, LEADS, Role
from refunds.goods.missing_stock import standing
from refunds.kinds.out_of_stock.said import BetterOffer, Offer, Why
from refunds.kinds.out_of_stock.states import TALKING, State
from refunds.standing import MEMO


class Offering(Part):
    """Nothing is named to the customer before it is agreed."""

    @guard(_("You asked for this price; somebody else decides."), rule="R12.1")
    def somebody_else_asked(self: Offering, at: Situation) -> bool:
        return at.actor.user_id not in self.facts.askers

    @guard(_("Nothing was offered yet."), rule="R12.1")
    def something_is_offered(self: Offering, at: Situation) -> bool:
        return bool(self.facts.offer)

    @guard(_("No lead has agreed to a better price."), rule="R12.1")
    def price_is_agreed(self: Offering, at: Situation) -> bool:
        return self.facts.price_agreed_by_id is not None

    @step(
        State.TO_TELL,
        State.OFFERED,
        label=_("Offered at the agreed price"),
        rule="R12.1",
        by=AGENTS,
        when=[price_is_agreed],
        hint=_("Copy the text for the customer first."),
    )
    def offer_at_the_price(self) -> None:
        """The lead's price, and no other."""
        self.effects.note(offer=self.facts.offer, price=self.facts.price)

    @step(
        State.TO_TELL,
        State.OFFERED,
        label=_("Offered other goods"),
        rule="R12.1",
        by=AGENTS,
        facts=Offer,
        hint=_("With an apology, at their usual price."),
    )
    def offer_other_goods(self, facts: dict[str, Any]) -> None:
        """What was agreed for something else holds no longer."""
        self.facts.offer = self._said(facts["offer"])
        self.facts.price = self.facts.price_agreed_by_id = None

    @step(
        State.TO_TELL,
        State.PRICE_ASKED,
        label=_("Ask a lead for a better price"),
        rule="R12.1",
        by=AGENTS,
        facts=BetterOffer,
        event=True,
    )
    def ask_for_a_better_price(self, facts: dict[str, Any]) -> None:
        """Nobody names it to the customer before. No more than was paid: more cannot be asked of the order."""
        assert self.at is not None  # steps run with a situation
        paid = standing(self.at).paid
        if facts["price"] > paid:
            text = str(_("The customer paid {paid} yuan for what is not there; a better price is not above it.")).format(paid=paid)
            raise Malformed(text, code="not_better", field="price")
        self.facts.offer, self.facts.price, self.facts.price_agreed_by_id = self._said(facts["offer"]), facts["price"], None
        self.facts.askers = sorted({*self.facts.askers, self.at.actor.person_id})
        self.effects.send("notice", to="leads", about="price_asked")

    @step(
        State.PRICE_ASKED,
        State.TO_TELL,
        label=_("Agree to the price"),
        rule="R12.1",
        by=LEADS,
        facts=Why,
        when=[somebody_else_asked],
        decides_money=True,
    )
    def lead_agrees_to_price(self, facts: dict[str, Any]) -> None:
        """With the reason, in the journal."""
        assert self.at is not None  # steps run with a situation
        self.facts.price_agreed_by_id = self.at.actor.user_id
        self.effects.note(offer=self.facts.offer, price=self.facts.price)

    @step(
        State.PRICE_ASKED,
        State.TO_TELL,
        label=_("No better price"),
        rule="R12.1",
        by=LEADS,
        facts=Why,
        when=[somebody_else_asked],
        event=True,
    )
    def lead_refuses_price(self, facts: dict[str, Any]) -> None:
        """The goods may still be offered at their usual price."""
        self.facts.price = None

    @step(
        [State.OFFERED, State.TO_REFUND],
        State.TO_SHIP,
        label=_("Customer takes the other goods"),
        rule="R12.1",
        by=AGENTS,
        when=[something_is_offered],
        event=True,
        next_in=[State.OFFERED],
    )
    def customer_takes_it(self) -> None:
        """The memo tells those who pack what goes instead (S7.1); what was paid above a better price is to be refunded."""
        assert self.at is not None  # steps run with a situation
        if self.facts.price_agreed_by_id is not None:
            self.facts.difference = standing(self.at).paid - self.facts.price or None
            self.effects.note(difference=self.facts.difference)
        self.effects.ask(self._memo())

    @step(
        [State.TO_TELL, State.PRICE_ASKED, State.OFFERED, State.TO_SHIP],
        State.TO_REFUND,
        label=_("Nothing else: refund"),
        rule="R12.1",
        by=AGENTS,
        event=True,
        drops=[MEMO],
        hint=_("Nothing to offer, or the customer wants the money."),
    )
    def refund_instead(self) -> None:
        """At once; asked for below this case. A price that nobody agreed to is forgotten with its offer, a difference with the goods."""
        self.facts.difference = None
        if self.facts.price is not None and self.facts.price_agreed_by_id is None:
            self.facts.price, self.facts.offer = None, ""

    @step(State.OFFERED, State.TO_REFUND, label=_("Customer is silent"), rule="R12.1", by=CLOCK)
    def customer_is_silent(self) -> None:
        """Nobody waits for goods that are not there; an answer may still come."""

    @step(TALKING, State.TO_SHIP, label=_("In stock after all"), rule="R12.1", by=AGENTS | {Role.WAREHOUSE}, event=True)
    def in_stock_again(self) -> None:
        """What was ordered goes."""
        self.facts.price = self.facts.price_agreed_by_id = None
        self.facts.offer = ""

    def _said(self, words: str) -> str:
        assert self.at is not None  # steps run with a situation
        return redact_for_order(words, self.at.order)

    def _memo(self) -> TaskAsked:
        assert self.at is not None  # steps run with a situation
        goods = pieces_words(standing(self.at).pieces).replace("\n", "; ")
        words = {"day": self.at.now.astimezone(SHOP_TIME), "goods": goods, "offer": self.facts.offer, "code": standing(self.at).code}
        words["price"] = self.facts.price
        at_price = _("{day:%Y-%m-%d} out of stock: instead of {goods} send {offer} at {price} yuan, {code}")
        usual = _("{day:%Y-%m-%d} out of stock: instead of {goods} send {offer}, {code}")
        with translation.override(settings.LANGUAGE_CODE):
            text = str(usual if self.facts.price is None else at_price).format(**words)
        return TaskAsked(MEMO, text, _("Write the memo on the order"), rule="R12.1")
