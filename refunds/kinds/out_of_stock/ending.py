"""R12.1: shipped, with the difference to the agreed price refunded; or the money is back."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from casework.workflow import guard, step
from logistics.kinds import endings
from logistics.shipping import keep_parcel
from logistics.task_kinds import NewNumber
from orders.roles import AGENTS, PACKERS, SYSTEM
from refunds.goods.postage import way_back
from refunds.kinds.out_of_stock.offering import Offering
from refunds.kinds.out_of_stock.states import FREE, State
from refunds.standing import MEMO


class Ending(Offering):
    """It closes when a waybill comes in or the money is back."""

    @guard(_("The difference to the agreed price is not refunded yet."), rule="R12.1")
    def difference_is_back(self: Ending, at: Situation) -> bool:
        return not way_back(at).difference_unpaid

    @guard(_("No difference is to be refunded."), rule="R12.1")
    def difference_is_owed(self: Ending, at: Situation) -> bool:
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

    def _keep_parcel(self, facts: dict[str, Any]) -> None:
        assert self.at is not None  # steps run with a situation
        assert self.order_id is not None  # always about an order
        keep_parcel(self.shop_id, facts["courier"], facts["waybill"], orders={self.order_id}, at=self.at.now)
