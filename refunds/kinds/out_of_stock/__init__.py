"""R12 Paid but out of stock (缺货): apologise, offer other goods, else refund at once, before the ship-by date.

Its steps stand in offering.py and ending.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from casework.workflow import Clock
from logistics.goods.items import pieces_words
from logistics.kinds import endings
from orders.access import Actor
from orders.errors import Reason
from orders.roles import AGENTS, Role
from orders.together import Reading, side_by_side
from refunds.goods.missing_stock import ask_stock, standing
from refunds.goods.postage import ask_ways_back, read_ways_back, way_back
from refunds.kinds.out_of_stock.dates import our_day, platforms_day
from refunds.kinds.out_of_stock.ending import Ending
from refunds.kinds.out_of_stock.states import OPEN, State
from refunds.messages import stock_message
from refunds.models.stock import OutOfStockFacts


class OutOfStock(Ending, Case):
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
