"""S4.3: packed with the next parcel, not forgotten, and told."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from casework.workflow import guard, step
from orders.roles import AGENTS, CLOCK, SYSTEM
from refunds.goods.carriers import parcel_with
from refunds.goods.gifts import standing
from refunds.kinds.gift.agreeing import Agreeing
from refunds.kinds.gift.states import WAITING, State
from refunds.models.goods import GoodsOut
from refunds.standing import MEMO
from refunds.task_kinds import PUT_IN, PutIn


class Packing(Agreeing):
    """Warehouse and print clerk have it in their list until a parcel carries it."""

    @step(WAITING, State.PACKED, label=_("Packed"), rule="S4.3", by=SYSTEM, facts=PutIn, hidden=True)
    def packed(self, facts: dict[str, Any]) -> None:
        """A parcel of the customer carries it."""
        self.effects.do(lambda: self._keep_parcel(facts))
        gift = self.facts
        kind = GoodsOut.Kind.GIFT
        self.effects.write(GoodsOut(case_id=self.pk, kind=kind, what=gift.what, quantity=gift.pieces, unit_cost=gift.unit_cost))

    @step(WAITING, State.ASKED, label=_("None of it there"), rule="S4.3", by=SYSTEM, hidden=True, drops=[MEMO])
    def none_there(self) -> None:
        """Another gift, or none."""
        self._take_back()

    @step(
        [State.TO_PACK, State.NO_PARCEL],
        State.NEXT_ORDER,
        label=_("Customer has ordered again"),
        rule="S4.3",
        by=SYSTEM,
        hidden=True,
        plain=True,
    )
    def ordered_again(self) -> None:
        """The new order is the next parcel."""

    @guard(_("None of the customer's orders waits for shipping any more."), rule="S4.3")
    def an_order_waits(self: Packing, at: Situation) -> bool:
        return standing(at).carriers.newest is not None

    @step(
        State.NEXT_ORDER,
        State.TO_PACK,
        label=_("Put it on the new order"),
        rule="S4.3",
        by=AGENTS,
        when=[an_order_waits],
        drops=[PUT_IN.name, MEMO],
        hint=_("The memo on that order, so that nobody packs it without the gift."),
    )
    def put_on_the_new_order(self) -> None:
        """Memo and question name the order that goes next."""
        assert self.at is not None  # steps run with a situation
        self._goes_with(standing(self.at).carriers.newest)

    @step(
        [State.NEXT_ORDER],
        State.TO_PACK,
        label=_("It still goes with the earlier parcel"),
        rule="S4.3",
        by=AGENTS,
        needs_note=True,
        event=True,
    )
    def stays_where_it_is(self) -> None:
        """The parcel of the first order has not left yet."""

    @step(State.TO_PACK, State.NO_PARCEL, label=_("No parcel came"), rule="S4.3", by=CLOCK)
    def no_parcel_came(self) -> None:
        """The clerk decides whether it waits longer; the warehouse still has it in its list."""

    @step(State.NO_PARCEL, State.TO_PACK, label=_("Wait longer"), rule="S4.3", by=AGENTS)
    def wait_longer(self) -> None:
        """The clock begins anew."""

    @step(
        WAITING,
        State.NOT_GIVEN,
        label=_("Take the gift back"),
        rule="S4.3",
        by=AGENTS,
        needs_note=True,
        event=True,
        next_in=[State.NO_PARCEL],
        drops=[PUT_IN.name, MEMO],
    )
    def call_off(self) -> None:
        """What was agreed does not go; a memo that tells of it is corrected."""
        self._take_back()

    @step(State.PACKED, State.GIVEN, label=_("The customer was told"), rule="S4.3", by=AGENTS)
    def customer_told(self) -> None:
        """It is on its way."""

    @step(State.NOT_GIVEN, State.DECLINED, label=_("The customer was told that there is none"), rule="S4.3", by=AGENTS)
    def told_no(self) -> None:
        """Politely, and with what can be done instead."""

    def _keep_parcel(self, facts: dict[str, Any]) -> None:
        at = self.at
        assert at is not None  # steps run with a situation
        assert at.order is not None  # gifts are asked for on an order
        parcel = parcel_with(at.order, self.facts.carrier, facts["waybill"], facts["courier"], since=self.facts.agreed_at, at=at.now)
        self.facts.waybill = parcel.waybill
