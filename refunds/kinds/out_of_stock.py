"""R12 Paid but out of stock (缺货): apologise, offer other goods, else refund at once, before the ship-by date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.effects import TaskAsked
from casework.facts import Facts
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Category, Clock, Queue, States, guard, step
from logistics.items import pieces_words
from logistics.kinds import endings
from logistics.shipping import keep_parcel
from logistics.task_kinds import NewNumber
from orders.access import Actor
from orders.errors import Malformed, Reason
from orders.persons import redact_for_order
from orders.roles import AGENTS, CLOCK, LEADS, PACKERS, SYSTEM, Role
from orders.together import Reading, side_by_side
from refunds.messages import stock_message
from refunds.missing_stock import ask_stock, standing
from refunds.models.stock import LONGEST_OFFER, OutOfStockFacts
from refunds.money import YuanField
from refunds.postage import ask_ways_back, read_ways_back, way_back
from refunds.standing import MEMO


class State(States):
    """From the empty shelf to a parcel or the money."""

    TO_TELL = "to_tell", Category.OPEN, _("Apologise and offer")
    PRICE_ASKED = "price_asked", Category.LEAD, _("Lead decides about the price")
    OFFERED = "offered", Category.CUSTOMER, _("Other goods offered")
    TO_SHIP = "to_ship", Category.OPEN, Queue.WAREHOUSE, _("To be shipped")
    TO_REFUND = "to_refund", Category.OPEN, _("To be refunded")
    MENDING = "mending", Category.OPEN, _("Being made good")
    DIFFERENCE = "difference", Category.OPEN, _("Shipped; refund the difference")
    SHIPPED = "shipped", Category.DONE, _("Shipped")
    REFUNDED = "refunded", Category.DONE, _("Refunded")
    SETTLED = "settled", Category.DONE, _("Settled otherwise")


OPEN = tuple(each for each in State if not each.is_end)
# While a refund is under way it has the word.
FREE = tuple(each for each in OPEN if each not in (State.MENDING, State.DIFFERENCE))
TALKING = (State.TO_TELL, State.PRICE_ASKED, State.OFFERED, State.TO_REFUND)


class Offer(Facts):
    """Other goods at their usual price."""

    offer = forms.CharField(label=_("Other goods"), max_length=LONGEST_OFFER)


class BetterOffer(Offer):
    """Other goods at a price that a lead is asked for."""

    price = YuanField(label=_("At the price of (yuan)"))


class Why(Facts):
    """A lead's words."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


def platforms_day(case: OutOfStock, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """The order's ship-by date (应发货时间), taken and never computed."""
    return at.order.ship_by if at.order is not None else None


def our_day(case: OutOfStock, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """Where no ship-by date is known: our own span, from when the order was paid."""
    if at.order is None or at.order.ship_by is not None:
        return None
    return at.after(at.order.paid_at or case.opened_at, at.policy("stock_settled_within"))


class OutOfStock(Case):
    """Clerk or warehouse find the shelf empty. The customer gets an apology and other goods, at a better price only with a lead's yes;
    whoever does not want them or is silent gets the money at once. It closes when a waybill comes in or the money is back."""

    KIND = "out_of_stock"
    CHAPTER = "R12"
    STATES = State
    FIRST = State.TO_TELL
    FACTS = OutOfStockFacts
    OPENED_BY = AGENTS | {Role.WAREHOUSE}
    WITNESSED = ("askers", "price_agreed_by_id")
    REMEDIES = ("refund",)
    WAITS_IN = (State.MENDING,)
    MENDS_IN = (State.TO_REFUND, State.DIFFERENCE)
    EVIDENCE = ("chat", "other")
    HAS_CONTACTS = True
    CLOCKS = (
        Clock("ship_by", _("Ship-by date"), OPEN, due=platforms_day, rule="R12.1", platform=True),
        Clock("settle", _("Shipped or refunded"), OPEN, due=our_day, rule="R12.1"),
        Clock("tell", _("Tell the customer"), (State.TO_TELL,), lasts="stock_told_within", rule="R12.1"),
        Clock("lead_decides", _("Lead decides"), (State.PRICE_ASKED,), lasts="reply_within", rule="R12.1"),
        Clock(
            "customer_answers",
            _("Customer answers"),
            (State.OFFERED,),
            lasts="stock_answer_within",
            then=("customer_is_silent",),
            rule="R12.1",
        ),
        Clock("refund", _("Ask for the refund"), (State.TO_REFUND, State.DIFFERENCE), lasts="stock_told_within", rule="R12.1"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Out of stock")
        verbose_name_plural = _("Out of stock")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The pieces that are not there, who signs, and what was refunded below."""
        ways, stock = yield from side_by_side(ask_ways_back(cases), ask_stock(cases, by))
        return {case_id: {"stock": each, "way_back": ways[case_id]} for case_id, each in stock.items()}

    def why_here(self, at: Situation) -> str:
        """What goes back since the customer has taken other goods at a better price."""
        left, text = way_back(at).difference_left, _("¥{amount} above the agreed price are to be refunded")
        return str(text).format(amount=left) if left else ""

    def facts_shown(self) -> dict[str, Any]:
        """The pieces, the offer and its price."""
        facts = self.facts
        price = None if facts.price is None else str(facts.price)
        return {"items": facts.items, "offer": facts.offer, "price": price, "price_agreed": facts.price_agreed_by_id is not None}

    def contact_message(self, at: Situation) -> str:
        """The apology and what is offered; a price that nobody agreed to is not named, a refund not promised (R1.1)."""
        until = next((each.due_at for each in at.deadlines if each.kind == "customer_answers"), None)
        price = self.facts.price if self.facts.price_agreed_by_id is not None else None
        goods = pieces_words(standing(at).pieces).replace("\n", "; ")
        return stock_message(self.state, goods, self.facts.offer, price, until)

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """R12.1: other goods first, else the money."""
        if self.state in (State.TO_REFUND, State.MENDING) or way_back(at).difference_left:
            return []
        if self.facts.difference is not None:
            return [Reason("difference_asked", _("The difference to the agreed price is asked for already."), "R12.1")]
        text = _("First other goods are offered, or it is noted that there are none.")
        return [Reason("offer_first", text, "R12.1")]

    def step_with_child(self, child: Case) -> str:
        """While the refund is under way it has the word."""
        return "being_mended"

    def step_after_child(self, child: Case) -> str:
        """Refunded, or to be refunded anew; goods that were taken at a better price only once their difference is back."""
        if self.state == State.DIFFERENCE:
            return "" if read_ways_back([self])[self.pk].difference_unpaid else "difference_refunded"
        return endings.after_child(child)

    # Offers -----------------------------------------------------------------------------------------

    @guard(_("You asked for this price; somebody else decides."), rule="R12.1")
    def somebody_else_asked(self: OutOfStock, at: Situation) -> bool:
        return at.actor.user_id not in self.facts.askers

    @guard(_("Nothing was offered yet."), rule="R12.1")
    def something_is_offered(self: OutOfStock, at: Situation) -> bool:
        return bool(self.facts.offer)

    @guard(_("No lead has agreed to a better price."), rule="R12.1")
    def price_is_agreed(self: OutOfStock, at: Situation) -> bool:
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

    # Ends -------------------------------------------------------------------------------------------

    @guard(_("The difference to the agreed price is not refunded yet."), rule="R12.1")
    def difference_is_back(self: OutOfStock, at: Situation) -> bool:
        return not way_back(at).difference_unpaid

    @guard(_("No difference is to be refunded."), rule="R12.1")
    def difference_is_owed(self: OutOfStock, at: Situation) -> bool:
        return bool(way_back(at).difference_unpaid)

    @step(
        State.TO_SHIP,
        State.DIFFERENCE,
        label=_("It was shipped; the difference is left"),
        rule="R12.1",
        by=AGENTS | PACKERS,
        facts=NewNumber,
        when=[difference_is_owed],
        drops=[MEMO],
    )
    def shipped_at_the_price(self, facts: dict[str, Any]) -> None:
        """The parcel belongs to the order; the customer gets back what was paid above the agreed price."""
        self.effects.do(lambda: self._keep_parcel(facts))

    @step(
        State.TO_SHIP,
        State.DIFFERENCE,
        label=_("Shipped, as our lists tell; the difference is left"),
        rule="R12.1",
        by=SYSTEM,
        drops=[MEMO],
        hidden=True,
    )
    def lists_tell_it_shipped_at_the_price(self) -> None:
        """A waybill came in for all that was not there, before the difference was refunded."""

    @step(State.DIFFERENCE, State.SHIPPED, label=_("Difference refunded"), rule="R12.1", by=SYSTEM, hidden=True)
    def difference_refunded(self) -> None:
        """The customer has the goods at the agreed price."""

    @step(
        State.DIFFERENCE,
        State.SHIPPED,
        label=_("Nothing more is refunded"),
        rule="R12.1",
        by=AGENTS,
        needs_note=True,
        event=True,
        hint=_("It went back by another way, or the customer does without; your note says how."),
    )
    def difference_settled(self) -> None:
        """What was left stands in the journal beside the note."""
        assert self.at is not None  # steps run with a situation
        self.effects.note(difference_left=way_back(self.at).difference_left)

    @step(
        State.TO_SHIP,
        State.SHIPPED,
        label=_("It was shipped"),
        rule="R12.1",
        by=AGENTS | PACKERS,
        facts=NewNumber,
        when=[difference_is_back],
        drops=[MEMO],
        hint=_("Before our lists tell; they close the case by themselves."),
    )
    def was_shipped(self, facts: dict[str, Any]) -> None:
        """The parcel belongs to the order."""
        self.effects.do(lambda: self._keep_parcel(facts))

    @step(FREE, State.SHIPPED, label=_("Shipped, as our lists tell"), rule="R12.1", by=SYSTEM, drops=[MEMO], hidden=True, plain=True)
    def lists_tell_it_shipped(self) -> None:
        """A waybill came in for all that was not there."""

    @step(FREE, State.SETTLED, label=_("Order closed on the platform"), rule="R12.1", by=SYSTEM, drops=[MEMO], hidden=True, plain=True)
    def order_closed(self) -> None:
        """The money went back there; nobody waits for goods."""

    @step(FREE, State.SETTLED, label=_("Settled otherwise"), rule="R12.1", by=AGENTS, needs_note=True, drops=[MEMO], event=True)
    def settled_otherwise(self) -> None:
        """With what became of it."""

    being_mended = endings.being_mended([State.TO_REFUND], State.MENDING, rule="R12.1")
    fell_through = endings.fell_through([State.MENDING], State.TO_REFUND, rule="R12.1")
    refunded = endings.refunded([State.MENDING, State.TO_REFUND], State.REFUNDED, rule="R12.1")

    # ------------------------------------------------------------------------------------------------

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

    def _keep_parcel(self, facts: dict[str, Any]) -> None:
        assert self.at is not None  # steps run with a situation
        assert self.order_id is not None  # always about an order
        keep_parcel(self.shop_id, facts["courier"], facts["waybill"], orders={self.order_id}, at=self.at.now)
