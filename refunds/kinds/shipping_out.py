"""L5.3, R6.1 New goods on their way to the customer: what a reshipment and an exchange share.

Each function makes a step for the states of one kind, as logistics/kinds/endings.py does for the ends of parcels.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.workflow import States, step
from logistics.freight import Checked, Circumstances, Happened
from logistics.kinds.endings import CourierSaid
from logistics.kinds.incident import Incident
from logistics.models import Loss, WeighedBy, Weight
from logistics.shipping import keep_parcel
from orders.errors import Malformed
from orders.models import Line, Order
from orders.roles import AGENTS, SYSTEM
from refunds.models.goods import GoodsOut
from refunds.task_kinds import SentAgain

Sources = Sequence[States]
Made = Callable[..., None]


class OtherGoods(Facts):
    """What the customer takes instead."""

    wanted = forms.CharField(label=_("What is sent instead; empty: the same goods"), max_length=200, required=False)


class ShipsOut(Incident):
    """A case by which goods leave us, and which knows what they are."""

    # A new one looks at what stands now: pieces, money, and what was sent already.
    REOPENS = False

    class Meta:
        proxy = True
        verbose_name = "shipping out"
        verbose_name_plural = "shipping out"

    def pieces_out(self) -> list[tuple[Line, int]]:
        """The lines whose goods go out, or for which something else does, with how many pieces of each (kinds say it)."""
        raise NotImplementedError

    def goods_leaving(self) -> list[GoodsOut]:
        """What leaves our stock: the pieces themselves, at their cost."""
        return [self.goods(line=line, quantity=quantity) for line, quantity in self.pieces_out()]

    def goods(self, **what: Any) -> GoodsOut:
        """A row for goods that leave with this case."""
        return GoodsOut(case_id=self.pk, kind=GoodsOut.Kind.RESHIPMENT, **what)

    def orders_out(self) -> list[Order]:
        """The orders of these lines."""
        return list({line.order_id: line.order for line, _quantity in self.pieces_out()}.values())


def shipped(sources: Sources, target: States, *, rule: str) -> Made:
    """L5.3: it left us, under a waybill of its own."""

    @step(sources, target, label=_("Shipped"), rule=rule, by=SYSTEM, facts=SentAgain, hidden=True)
    def shipped(self: ShipsOut, facts: dict[str, Any]) -> None:
        """The new parcel belongs to the order and is tracked like any other, its time counted from now."""
        orders = self.orders_out()
        if any(facts["waybill"] in order.waybills for order in orders):
            raise Malformed(_("This is the old number."), code="same_number", field="waybill")
        self.effects.do(lambda: _keep_parcel(self, facts, {order.pk for order in orders}))
        for row in self.goods_leaving():
            self.effects.write(row)

    return shipped


def _keep_parcel(case: ShipsOut, facts: dict[str, Any], orders: Collection[int]) -> None:
    assert case.at is not None  # steps run with a situation
    at, by = case.at.now, case.at.actor.user_id
    parcel = keep_parcel(case.shop_id, facts["courier"], facts["waybill"], orders=orders, at=at, asked_at=case.opened_at)
    case.facts.parcel = parcel
    if facts.get("grams"):
        Weight.objects.create(
            parcel=parcel, source=WeighedBy.WAREHOUSE, grams=facts["grams"], weighed_at=at, entered_at=at, entered_by_id=by
        )


def lost_again(sources: Sources, target: States) -> Made:
    """L3.2: what was sent to make it good is lost as well."""

    @step(sources, target, label=_("The courier says: lost"), rule="L3.2", by=AGENTS, facts=CourierSaid, event=True)
    def lost_again(self: ShipsOut, facts: dict[str, Any]) -> None:
        """The courier owes the price of what was in it."""
        self.decide_freight(Circumstances(Happened.LOST, Checked.COURIER))
        self.courier_owes(Loss.Cause.LOST, price(self.pieces_out()), "L13.1")

    return lost_again


def price(pieces: Iterable[tuple[Line, int]]) -> Decimal:
    """Yuan paid for the pieces."""
    shares = (line.paid * quantity / line.quantity for line, quantity in pieces)
    return sum(shares, Decimal(0)).quantize(Decimal("0.01"))
