"""L3.2, L5.3 A reshipment (补发), in its short form: the warehouse sends again what was lost or missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.workflow import Category, Clock, Queue, States, step
from logistics.goods.items import pieces_words
from logistics.kinds import endings
from logistics.kinds.incident import override_freight
from logistics.standing import ask_standings
from orders.access import Actor
from orders.models import Line
from orders.roles import AGENTS, SYSTEM
from orders.together import Reading, ask_for, side_by_side
from refunds.kinds import shipping_out
from refunds.kinds.shipping_out import OtherGoods, ShipsOut
from refunds.models.goods import GoodsOut
from refunds.models.resent import ResentLine
from refunds.task_kinds import SHIP_AGAIN


class State(States):
    """From the clerk's request to the customer's hands."""

    TO_SHIP = "to_ship", Category.OPEN, Queue.WAREHOUSE, _("To be sent again")
    TO_OFFER = "to_offer", Category.OPEN, _("Not in stock: offer other goods, or call it off")
    HELD = "held", Category.OPEN, _("Original parcel signed for: do not send yet")
    UNDER_WAY = "under_way", Category.COURIER, _("On its way to the customer")
    ARRIVED = "arrived", Category.DONE, _("Arrived")
    CAME_BACK = "came_back", Category.DONE, _("Came back to us")
    LOST = "lost", Category.DONE, _("Lost on the way")
    CANCELLED = "cancelled", Category.DONE, _("Not sent")


OPEN = tuple(each for each in State if not each.is_end)


class Reshipment(ShipsOut):
    """Asked for by a clerk for a case; the warehouse ships and enters the new waybill; tracked until signed.
    What comes back, is lost or was never sent tells the case above, which finds another remedy."""

    KIND = "reshipment"
    CHAPTER = "L5"
    STATES = State
    FIRST = State.TO_SHIP
    OPENED_BY = AGENTS
    REMEDIES = ()
    MADE_GOOD = (State.ARRIVED,)
    EVIDENCE = ("courier_reply", "chat", "other")
    CLOCKS = (
        Clock("ship", _("Sent again"), (State.TO_SHIP,), lasts="reship_within", rule="L5.3"),
        Clock("offer", _("Offer it to the customer"), (State.TO_OFFER,), lasts="reply_within", rule="L5.3"),
        Clock("decide", _("Send it or call it off"), (State.HELD,), lasts="reply_within", rule="L6.2"),
        Clock("arrive", _("With the customer"), (State.UNDER_WAY,), lasts="resent_arrives_within", rule="L5.3"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Reshipment")
        verbose_name_plural = _("Reshipments")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The new parcel once there is one, and the lines that are sent again."""
        lines = ResentLine.objects.filter(case__in=[case.pk for case in cases]).select_related("line__order")
        found, _read = yield from side_by_side(ask_standings(cases), ask_for(lines))
        return {pk: {"parcel": each, "resent": [line for line in lines if line.case_id == pk]} for pk, each in found.items()}

    def pieces_out(self) -> list[tuple[Line, int]]:
        """The pieces that were asked for."""
        assert self.at is not None  # steps run with a situation
        return [(each.line, each.quantity) for each in self.at.more["resent"]]

    def step_after_task(self, task: str, answer: str) -> str:
        """Shipped, or not in stock."""
        return {"shipped": "shipped", "cannot_ship": "cannot_be_sent"}.get(answer, "") if task == SHIP_AGAIN.name else ""

    shipped = shipping_out.shipped([State.TO_SHIP], State.UNDER_WAY, rule="L5.3")

    @step(State.TO_SHIP, State.TO_OFFER, label=_("Not in stock"), rule="L5.3", by=SYSTEM, hidden=True)
    def cannot_be_sent(self) -> None:
        """Other goods are offered; called off, the case above offers what its chapter says next, as a rule a refund."""

    @step(State.TO_OFFER, State.TO_SHIP, label=_("The customer takes other goods"), rule="L5.3", by=AGENTS, facts=OtherGoods)
    def other_goods(self, facts: dict[str, Any]) -> None:
        """Those who pack are asked anew; nothing written = it is in stock after all."""
        assert self.at is not None  # steps run with a situation
        wanted = facts["wanted"].strip()
        for each in self.at.more["resent"]:
            self.effects.update(ResentLine, each.pk, instead=wanted)
        self.effects.ask(SHIP_AGAIN.asked(wanted or pieces_words(self.pieces_out()), rule="L5.3"))

    def goods_leaving(self) -> list[GoodsOut]:
        """The pieces, or what the customer took instead of them."""
        assert self.at is not None  # steps run with a situation
        instead = next((each.instead for each in self.at.more["resent"] if each.instead), "")
        return [self.goods(what=instead, quantity=1)] if instead else super().goods_leaving()

    @step(
        [State.TO_SHIP, State.TO_OFFER],
        State.HELD,
        label=_("Original parcel signed for"),
        rule="L6.2",
        by=SYSTEM,
        drops=[SHIP_AGAIN.name],
        hidden=True,
        plain=True,
    )
    def original_signed(self) -> None:
        """The customer has the goods after all: nobody ships before an agent has asked them."""

    @step(
        [State.TO_SHIP, State.TO_OFFER, State.HELD],
        State.CANCELLED,
        label=_("Call it off"),
        rule="L5.3",
        by=AGENTS,
        needs_note=True,
        drops=[SHIP_AGAIN.name],
        event=True,
        next_in=[State.HELD],
        hint=_("The case above then offers what comes next, as a rule a refund."),
    )
    def call_off(self) -> None:
        """Nobody wants it any more."""

    @step(State.HELD, State.TO_SHIP, label=_("Send it all the same"), rule="L5.3", by=AGENTS, needs_note=True, event=True)
    def send_all_the_same(self) -> None:
        """The customer has not got it, whoever signed."""
        self.effects.ask(SHIP_AGAIN.asked(pieces_words(self.pieces_out()), rule="L5.3"))

    delivered = endings.delivered([State.UNDER_WAY], State.ARRIVED)
    customer_has_it = endings.customer_has_it([State.UNDER_WAY], State.ARRIVED)
    came_back = endings.came_back([State.UNDER_WAY], State.CAME_BACK)
    override_freight = override_freight(OPEN)

    lost_again = shipping_out.lost_again([State.UNDER_WAY], State.LOST)
