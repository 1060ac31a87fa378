"""L10.1, L3.4: the parcel comes back, and what was settled is done; or it is lost on the way."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from casework.workflow import guard, step
from logistics.kinds import coming_home, endings, postage
from logistics.kinds.coming_home import ComesHome, is_away
from logistics.kinds.endings import AT_THE_END, Wish
from logistics.kinds.incident import override_freight
from logistics.kinds.postage import is_for_nothing, postage_is_settled
from logistics.kinds.returned_to_sender.said import NewOrder, WentWith
from logistics.kinds.returned_to_sender.states import OPEN, TRAVELLING, State
from logistics.kinds.returned_to_sender.telling import decide_who_pays
from logistics.memos import ship_together
from logistics.models.incident import DONE_BY, Choice
from logistics.models.loss import Loss
from logistics.task_kinds import EXTEND, LOOK_AT_IT, SHIP_TOGETHER
from orders.errors import Malformed, Reason
from orders.models import Order, OrderStatus
from orders.roles import AGENTS

NOT_LOST = tuple(each for each in OPEN if each != State.LOST)


def refuse_odd_order(number: str, old: Order) -> None:
    """Raise Malformed naming `order` unless it is another order of the same shop that is still to leave us."""
    found = Order.objects.filter(shop=old.shop_id, number=number).exclude(pk=old.pk).first()
    if found is None:
        raise Malformed(_("The shop has no other order of this number; import the orders first."), code="unknown_order", field="order")
    if found.buyer_id is None or old.buyer_id is None:
        text = _("Nobody knows the buyer of one of the two orders; import a list that names them.")
        raise Malformed(text, code="unknown_buyer", field="order")
    if found.buyer_id != old.buyer_id:
        raise Malformed(_("This order is another buyer's."), code="other_buyer", field="order")
    if found.status not in (OrderStatus.WAIT_SHIP, OrderStatus.PART_SHIPPED):
        raise Malformed(_("Nothing of this order is to be shipped any more."), code="not_to_ship", field="order")


class Mending(ComesHome):
    """The parcel is followed until it is here; the postage is paid before anything is sent again."""

    came_back = coming_home.came_back([State.AWAITED], State.TO_MEND)
    is_back = coming_home.is_back([State.TO_TELL, State.OFFERED, State.AT_LEAD])
    looked_at = coming_home.looked_at(OPEN)

    courier_says_lost = endings.courier_says_lost(TRAVELLING, State.LOST, rule="L3.2", next_in=[], only=[is_away])

    @step(State.LOST, State.TO_MEND, label=_("Explained to the customer"), rule="L3.2", by=AGENTS, facts=Wish)
    def loss_explained(self, facts: dict[str, Any]) -> None:
        """It is the courier's, so no postage is the customer's; what they would like is done at once."""
        self.facts.choice = Choice(facts["wish"])
        if is_for_nothing(self):
            self.effects.send("notice", to="leads", about="postage_to_settle")

    @step(State.LOST, State.OFFERED, label=_("It turned up after all"), rule="L3.2", by=AGENTS, event=True)
    def turned_up(self: Mending) -> None:
        """On its way back still; who pays is as it was."""
        self.facts.lost_at = None
        self.courier_owes_nothing(Loss.Cause.LOST)
        self.nothing_is_owed()
        decide_who_pays(self)

    # The postage --------------------------------------------------------------------------------------

    postage_paid = postage.postage_paid([State.AWAITED, State.TO_MEND], rule="L10.1")
    postage_settled = postage.postage_settled(OPEN, rule="L10.1")

    # With a new order -----------------------------------------------------------------------------------

    @guard(_("The customer has not chosen a new order."), rule="L10.1")
    def new_order_was_chosen(self: Mending, at: Situation) -> bool:
        return bool(self.facts.choice == Choice.NEW_ORDER)

    @guard(_("First the warehouse says what came back."), rule="R5.4")
    def was_looked_at(self: Mending, at: Situation) -> bool:
        return bool(self.facts.came_back_as)

    @step(
        State.TO_MEND,
        State.WITH_ORDER,
        label=_("The new order is there"),
        rule="L10.1",
        by=AGENTS,
        facts=NewOrder,
        only=[new_order_was_chosen],
        when=[was_looked_at, postage_is_settled],
        hint=_("Those who print and pack read it in the new order's memo."),
    )
    def new_order_placed(self, facts: dict[str, Any]) -> None:
        """The memo on the new order is a task with its exact words (S7.1)."""
        at = self.at
        assert at is not None  # steps run with a situation
        order = at.order
        if order is None:
            raise Malformed(_("This parcel belongs to no order."), code="no_order", field="order")
        refuse_odd_order(facts["order"], order)
        self.effects.ask(ship_together(self, order.number, facts["order"], by=at.actor.person_id, at=at.now))

    @step(
        State.WITH_ORDER, State.OFFERED, label=_("The new order fell through"), rule="L10.1", by=AGENTS, event=True, drops=[SHIP_TOGETHER]
    )
    def new_order_fell_through(self) -> None:
        """The customer chooses anew."""
        self.facts.choice = ""

    @step(
        State.WITH_ORDER, State.SENT_ALONG, label=_("It went with the new order"), rule="L10.1", by=AGENTS, facts=WentWith, drops=[EXTEND]
    )
    def went_with_it(self, facts: dict[str, Any]) -> None:
        """Under the new order's waybill, which is tracked like any other."""

    # Remedies -------------------------------------------------------------------------------------------

    being_mended = endings.being_mended([State.TO_MEND], State.MENDING, rule="L10.1")
    fell_through = endings.fell_through([State.MENDING], State.TO_MEND, rule="L10.1")
    resent = endings.resent(OPEN, State.RESENT, rule="L10.1")
    refunded = endings.refunded(OPEN, State.REFUNDED, rule="L10.1")

    @guard(_("The price of the order's goods has not gone back."), rule="L10.1")
    def goods_were_refunded(self: Mending, at: Situation) -> bool:
        order = at.order
        return order is not None and order.gone > 0 and order.gone >= order.paid - order.freight_paid

    @step(
        OPEN,
        State.REFUNDED,
        label=_("Refunded already"),
        rule="L10.1",
        by=AGENTS,
        when=[goods_were_refunded, postage_is_settled],
        drops=[*AT_THE_END, LOOK_AT_IT.name],
        event=True,
        hint=_("By a request on the platform, for example: the customer has the money, and the parcel is ours."),
    )
    def refunded_already(self) -> None:
        """Nothing is left to settle with the customer."""

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """What was chosen, once the parcel is here and looked at, and who pays is settled."""
        if self.state not in (State.TO_MEND, State.MENDING):
            return [Reason("not_chosen", _("First the customer is told and chooses, and the parcel is here."), "L10.1")]
        if DONE_BY.get(kind) != self.facts.choice:
            text = str(_("Chosen was: {choice}.")).format(choice=Choice(self.facts.choice).label if self.facts.choice else "-")
            return [Reason("other_choice", text, "L10.1")]
        return [*self.not_looked_at(kind, at), *self._who_pays(kind, at)]

    def still_wanted(self, at: Situation) -> list[str]:
        """What keeps the chosen remedy waiting, as sentences."""
        if self.state == State.TO_MEND and self.facts.choice == Choice.NEW_ORDER:
            return [str(each.reason(self, at).text) for each in (self.was_looked_at, postage_is_settled) if not each.holds(self, at)]
        kind = next((each for each, choice in DONE_BY.items() if choice == self.facts.choice), "")
        return [str(each.text) for each in self.why_no_child(kind, at)] if kind and self.state == State.TO_MEND else []

    def _who_pays(self, kind: str, at: Situation) -> list[Reason]:
        if not self.facts.freight_payer:
            return [Reason("freight_open", _("First a lead decides who bears the postage."), "L10.1")]
        return postage.postage_first(self, kind, at, rule="L10.1")

    def step_with_child(self, child: Case) -> str:
        """While a remedy is under way it has the word."""
        return "being_mended"

    def step_after_child(self, child: Case) -> str:
        """Made good, or another remedy is to be found."""
        return endings.after_child(child)

    # Arrival at the customer after all --------------------------------------------------------------------

    delivered = endings.delivered(NOT_LOST, State.DELIVERED, when=[postage_is_settled])
    customer_has_it = endings.customer_has_it(NOT_LOST, State.DELIVERED, only=[endings.is_not_back], when=[postage_is_settled])
    override_freight = override_freight(OPEN)
