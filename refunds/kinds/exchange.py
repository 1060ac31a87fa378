"""R6 An exchange (换货): goods come back and are inspected, the postage is settled, the new goods go out and are tracked until signed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Category, Clock, Queue, States, guard, step
from logistics.freight import Remedy
from logistics.kinds import endings
from logistics.kinds.incident import override_freight
from logistics.standing import standing
from orders.errors import Malformed, Reason
from orders.models import Line
from orders.roles import AGENTS, LEADS, SYSTEM
from refunds.goods.coming import coming
from refunds.goods.return_message import return_message
from refunds.kinds import shipping_out
from refunds.kinds.coming_back import INSPECTED, ComesBack, inspecting, money, way
from refunds.kinds.shipping_out import OtherGoods, ShipsOut
from refunds.models.goods import GoodsOut
from refunds.models.returned import Settled
from refunds.task_kinds import SHIP_AGAIN


class State(States):
    """From the customer's wish to the new goods in their hands."""

    TO_SEND = "to_send", Category.CUSTOMER, _("Customer is to send it back")
    NOT_SENT = "not_sent", Category.OPEN, _("Not sent in time; ask")
    UNDER_WAY = "under_way", Category.COURIER, _("On its way back")
    TO_INSPECT = "to_inspect", Category.OPEN, Queue.WAREHOUSE, _("Here; to be inspected")
    DIFFERENT = "different", Category.OPEN, _("Not all as claimed; settle the difference")
    POSTAGE = "postage", Category.OPEN, _("Settle the postage")
    TO_SHIP = "to_ship", Category.OPEN, Queue.WAREHOUSE, _("New goods to be shipped")
    TO_OFFER = "to_offer", Category.OPEN, _("New goods cannot come: offer others or a refund")
    SENT = "sent", Category.COURIER, _("New goods on their way")
    REFUNDING = "refunding", Category.OPEN, _("Being refunded")
    EXCHANGED = "exchanged", Category.DONE, _("Exchanged")
    REFUNDED = "refunded", Category.DONE, _("Refunded")
    CALLED_OFF = "called_off", Category.DONE, _("Not exchanged")


OPEN = tuple(each for each in State if not each.is_end)
# Of goods in words.
LONGEST = 200
EXPECTED = (State.TO_SEND, State.NOT_SENT, State.UNDER_WAY)


class PostageSettled(Facts):
    """How the postage of both ways was settled."""

    settled = forms.ChoiceField(label=_("Postage"), choices=Settled.choices)
    how = forms.CharField(label=_("How much, and how"), max_length=200, required=False)


class Exchange(ComesBack, ShipsOut):
    """The goods come back and are inspected, recorded whatever the fault; the postage is settled; the warehouse ships the new goods, which are
    tracked until signed. What is out of stock, lost or came back becomes an offer: other goods, or a refund."""

    KIND = "exchange"
    CHAPTER = "R6"
    STATES = State
    FIRST = State.TO_SEND
    OPENED_BY = AGENTS
    REMEDY = Remedy.EXCHANGE
    REMEDIES = ("refund",)
    MADE_GOOD = (State.EXCHANGED, State.REFUNDED)
    WAITS_IN = (State.REFUNDING,)
    EVIDENCE = ("photo_goods", "photo_damage", "photo_waybill", "courier_reply", "chat", "other")
    CHECKLIST = (INSPECTED,)
    HAS_CONTACTS = True
    CLOCKS = (
        Clock("send", _("Customer sends it"), (State.TO_SEND,), lasts="return_sent_within", then=("nothing_came",), rule="R6.1"),
        Clock("ask", _("Ask the customer"), (State.NOT_SENT,), lasts="reply_within", rule="R6.1"),
        Clock("arrive", _("With us"), (State.UNDER_WAY,), lasts="return_arrives_within", rule="R6.1"),
        Clock("inspect", _("Inspect it"), (State.TO_INSPECT,), lasts="return_inspected_within", rule="R6.1"),
        Clock("settle", _("Settle it with the customer"), (State.DIFFERENT, State.POSTAGE), lasts="reply_within", rule="R6.1"),
        Clock("ship", _("New goods leave"), (State.TO_SHIP,), lasts="reship_within", rule="R6.1"),
        Clock("offer", _("Offer it to the customer"), (State.TO_OFFER,), lasts="reply_within", rule="R6.1"),
        Clock("reach", _("With the customer"), (State.SENT,), lasts="resent_arrives_within", rule="R6.1"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Exchange")
        verbose_name_plural = _("Exchanges")

    def why_here(self, at: Situation) -> str:
        """The difference, and what is wanted instead."""
        found = coming(at)
        wanted = str(_("Wanted: {what}")).format(what=found.wanted.replace("\n", "; "))
        return " · ".join(filter(None, (found.difference if found.facts.inspected_at else "", wanted)))

    def contact_to_make(self, at: Situation) -> str:
        """R6.1: the customer is told where to and how."""
        return str(_("Tell the customer where to send it and how")) if self.state == State.TO_SEND and not at.contacts else ""

    def contact_message(self, at: Situation) -> str:
        """The instructions to copy, while it is not sent yet."""
        return return_message(self.facts, at) if self.state in (State.TO_SEND, State.NOT_SENT) else ""

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """R6.1: instead of goods that cannot come, or of a difference; R5.2: after the inspection."""
        if self.state in (State.DIFFERENT, State.TO_OFFER):
            return []
        if self.state == State.REFUNDING:
            return [Reason("refund_asked", _("Its refund is asked for already."), "R6.1")]
        return [Reason("new_goods_first", _("A refund is offered where the new goods cannot come, or not all came as claimed."), "R6.1")]

    def step_with_child(self, child: Case) -> str:
        """The refund has the word."""
        return "being_refunded"

    def step_after_child(self, child: Case) -> str:
        """Refunded, or our turn again."""
        return "refunded" if child.state in type(child).MADE_GOOD else "refund_fell_through"

    def step_after_task(self, task: str, answer: str) -> str:
        """Shipped, or not in stock."""
        return {"shipped": "shipped", "cannot_ship": "not_in_stock"}.get(answer, "") if task == SHIP_AGAIN.name else ""

    def pieces_out(self) -> list[tuple[Line, int]]:
        """What came back is what goes out, or what something else goes out for."""
        assert self.at is not None  # steps run with a situation
        return [(each.line, each.quantity) for each in coming(self.at).lines]

    def goods_leaving(self) -> list[GoodsOut]:
        """The same goods at their cost, also when they go out once more; something else in words, whose cost nobody knows."""
        assert self.at is not None  # steps run with a situation
        found, before = coming(self.at), standing(self.at).parcel
        if found.facts.wanted:
            return [self.goods(what=found.facts.wanted, quantity=1)]
        if before is None or before.is_return:
            return super().goods_leaving()
        return [self.goods(what=str(line)[:LONGEST], quantity=quantity, unit_cost=line.item_cost) for line, quantity in self.pieces_out()]

    def _ask_to_ship(self, wanted: str) -> None:
        """Warehouse and print clerk see it in their list."""
        self.effects.ask(SHIP_AGAIN.asked(wanted, rule="R6.1"))

    # The way back -----------------------------------------------------------------------------------

    on_its_way = way.on_its_way([State.TO_SEND, State.NOT_SENT], State.UNDER_WAY)
    number_corrected = way.number_corrected([State.UNDER_WAY])
    nothing_came = way.nothing_came([State.TO_SEND], State.NOT_SENT)
    wait_longer = way.wait_longer([State.NOT_SENT], State.TO_SEND)
    return_delivered = way.return_delivered([State.UNDER_WAY], State.TO_INSPECT)
    received = way.received(EXPECTED, State.TO_INSPECT)
    not_taken = way.not_taken((*EXPECTED, State.TO_INSPECT), State.TO_SEND)
    found_right = inspecting.found_right([State.TO_INSPECT], State.POSTAGE)
    found_different = inspecting.found_different([State.TO_INSPECT], State.DIFFERENT)

    @guard(_("All of it came as claimed."), rule="R5.2")
    def is_different(self: Exchange, at: Situation) -> bool:
        return not coming(at).is_right

    @step(
        [State.DIFFERENT, State.TO_OFFER],
        State.POSTAGE,
        label=_("Exchange it in spite of the difference"),
        rule="R5.2",
        by=LEADS,
        needs_note=True,
        decides_money=True,
        when=[is_different],
        hint=_("Your note is the written reason."),
    )
    def accept_difference(self) -> None:
        """A lead lets the new goods go for what did not come as claimed."""
        assert self.at is not None  # steps run with a situation
        self.keep(exchange_in_spite_at=self.at.now)

    # The new goods ----------------------------------------------------------------------------------

    @guard(_("Who pays the postage is not decided: a lead decides it first."), rule="L0.2")
    def postage_is_decided(self: Exchange, at: Situation) -> bool:
        return bool(self.facts.freight_payer)

    @step(
        State.POSTAGE,
        State.TO_SHIP,
        label=_("Postage settled: ship the new goods"),
        rule="R6.1",
        by=AGENTS,
        facts=PostageSettled,
        when=[postage_is_decided],
    )
    def postage_settled(self, facts: dict[str, Any]) -> None:
        """Who bears it stands on the case (R3); what the customer advanced at our cost is asked for as a refund."""
        assert self.at is not None  # steps run with a situation
        if facts["settled"] != Settled.NOTHING_OWED and not facts["how"].strip():
            raise Malformed(_("Say how much, and how."), code="how_required", field="how")
        self.keep(settled=facts["settled"])
        self._ask_to_ship(coming(self.at).wanted)

    shipped = shipping_out.shipped([State.TO_SHIP], State.SENT, rule="R6.1")

    @step(State.TO_SHIP, State.TO_OFFER, label=_("Not in stock"), rule="R6.1", by=SYSTEM, hidden=True)
    def not_in_stock(self) -> None:
        """Other goods, or a refund."""

    @guard(_("Not all came as claimed: a lead lets new goods go, or it is refunded."), rule="R5.2")
    def nothing_is_owed_to_us(self: Exchange, at: Situation) -> bool:
        return coming(at).is_right or coming(at).facts.exchange_in_spite_at is not None

    @step(
        State.TO_OFFER,
        State.TO_SHIP,
        label=_("The customer takes other goods"),
        rule="R6.1",
        by=AGENTS,
        facts=OtherGoods,
        when=[nothing_is_owed_to_us],
    )
    def other_goods(self, facts: dict[str, Any]) -> None:
        """The warehouse is asked anew; a difference in price is settled as R5.4 says."""
        assert self.at is not None  # steps run with a situation
        wanted = facts["wanted"].strip()
        self.keep(wanted=wanted)
        self._ask_to_ship(wanted or coming(self.at).words)

    delivered = endings.delivered([State.SENT], State.EXCHANGED)
    customer_has_it = endings.customer_has_it([State.SENT], State.EXCHANGED)
    came_back = endings.came_back([State.SENT], State.TO_OFFER)
    lost_again = shipping_out.lost_again([State.SENT], State.TO_OFFER)

    being_refunded = money.being_refunded([State.DIFFERENT, State.TO_OFFER], State.REFUNDING)
    refund_fell_through = money.refund_fell_through([State.REFUNDING], State.TO_OFFER)
    refunded = money.refunded([State.REFUNDING], State.REFUNDED)
    call_off = inspecting.call_off(
        (*EXPECTED, State.TO_INSPECT, State.DIFFERENT, State.POSTAGE, State.TO_SHIP, State.TO_OFFER),
        State.CALLED_OFF,
        drops=[SHIP_AGAIN.name],
    )
    override_freight = override_freight(OPEN)
