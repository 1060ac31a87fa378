"""L8.2, L8.3: another courier takes it, as a rule the post, beyond the border SF alone; else it comes back and is sent again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.effects import TaskAsked
from casework.situation import Situation
from casework.workflow import guard, step
from logistics.border import is_beyond_the_border
from logistics.kinds import endings, postage
from logistics.kinds.endings import AT_THE_END
from logistics.kinds.incident import Part
from logistics.kinds.out_of_area.messages import surcharge
from logistics.kinds.out_of_area.said import PREPAID_BELOW, SF, CourierSaid, HandedOver, Postage, Wish
from logistics.kinds.out_of_area.states import OPEN, STUCK, WITH_COURIER, State
from logistics.models.inquiry import Asked
from logistics.models.parcel import Parcel, Stage
from logistics.shipping import courier_choices, keep_parcel
from logistics.standing import standing
from orders.errors import Malformed
from orders.roles import AGENTS, LEADS, SYSTEM

# On the platform: the order shows the new waybill, and the customer pays the surcharge.
WAYBILL, SURCHARGE = "enter_waybill", "collect_surcharge"


class HandingOver(Part):
    """What becomes of a parcel that nobody collects."""

    @guard(_("Part of the postage is the customer's: record their answer first."), rule="L8.3")
    def cost_was_answered(self: HandingOver, at: Situation) -> bool:
        return at.was_answered or not surcharge(at)

    @step(
        State.TO_HAND_OVER,
        State.NEW_NUMBER,
        label=_("Handed over to another courier"),
        rule="L8.2",
        by=AGENTS,
        facts=HandedOver,
        when=[cost_was_answered, postage.postage_comes_first],
        hint=_("As a rule the post; to Hong Kong, Macau and Taiwan SF only, goods under 150 yuan prepaid only."),
    )
    def handed_over(self, facts: dict[str, Any]) -> None:
        """It travels under a new waybill, which is registered on the order; the old one is void."""
        at = self.at
        assert at is not None  # steps run with a situation
        _refuse_odd(facts, at)
        found, self.facts.new_number = standing(at), facts["waybill"]
        self.facts.answers = {**self.facts.answers, "postage": facts["postage"]}
        # What a customer who insisted has paid was for this.
        self.facts.postage_kept = self.facts.postage_paid_at is not None
        orders = [each.pk for each in found.orders]
        self.effects.do(
            lambda: keep_parcel(self.shop_id, facts["courier"], facts["waybill"], orders=orders, at=at.now, asked_at=self.opened_at)
        )
        self.effects.update(Parcel, self.facts.parcel_id, stage=Stage.VOIDED, stage_since=at.now, voided_at=at.now)
        with translation.override(settings.LANGUAGE_CODE):
            self._ask_on_platform(at, facts)

    @step(State.NEW_NUMBER, State.HANDED_OVER, label=_("The customer has the new number"), rule="L8.2", by=AGENTS)
    def number_told(self) -> None:
        """The new parcel is followed like any other; the case has done its work."""

    @step(
        State.TO_HAND_OVER,
        State.TO_CONSENT,
        label=_("It cannot be handed over"),
        rule="L8.2",
        by=AGENTS,
        facts=CourierSaid,
        event=True,
        hint=_("No courier takes it there, or this one does not give it away."),
    )
    def cannot_be_handed_over(self, facts: dict[str, Any]) -> None:
        """Then it comes back and is sent again, if the customer agrees."""
        self.asked(Asked.COURIER, answer=facts["said"])

    @guard(_("The customer has not been reached: record their answer first."), rule="L8.2")
    def customer_answered(self: HandingOver, at: Situation) -> bool:
        return at.was_answered

    @step(
        State.TO_CONSENT,
        State.RETURNING,
        label=_("The customer agrees; it comes back to us"),
        rule="L8.2",
        by=AGENTS,
        facts=Wish,
        when=[customer_answered],
        hint=_("The postage goes on the courier's monthly account."),
    )
    def consented(self, facts: dict[str, Any]) -> None:
        """The way back stands on the courier's monthly account, under the waybill of the parcel."""
        assert self.at is not None  # steps run with a situation
        parcel = standing(self.at).parcel
        if parcel is not None:
            self.effects.note(monthly_account=parcel.courier.name, waybill=parcel.waybill)
        self.asked(Asked.COURIER)

    @step(
        State.TO_CONSENT,
        State.AT_LEAD,
        label=_("The customer does not agree; to the lead"),
        rule="L8.2",
        by=AGENTS,
        event=True,
    )
    def not_agreed(self) -> None:
        """Neither collected nor returned: a lead decides."""
        self.effects.send("notice", to="leads", about="no_agreement")

    @step(State.AT_LEAD, State.RETURNING, label=_("Have it returned"), rule="L8.2", by=LEADS, needs_note=True)
    def lead_returns(self) -> None:
        """The courier keeps no parcel for ever."""

    @step(State.AT_LEAD, State.TO_OFFER, label=_("Ask the customer once more"), rule="L8.2", by=LEADS, event=True)
    def ask_once_more(self) -> None:
        """The lead sees another way."""

    @step(
        [*STUCK, State.COLLECTING, State.NOT_COLLECTED, State.MOVES_AGAIN],
        State.RETURNING,
        label=_("It goes back to us"),
        rule="L8.2",
        by=AGENTS | {SYSTEM},
        event=True,
        plain=True,
    )
    def turned_back(self) -> None:
        """The courier returns it; who bears that, was decided with the memo."""

    # The warehouse has it in hand; it is sent again, or the money is asked for.
    came_back = endings.came_back(WITH_COURIER, State.TO_MEND)
    courier_says_lost = endings.courier_says_lost(WITH_COURIER, State.LOST, rule="L8.2", next_in=[])
    loss_explained = endings.loss_explained([State.LOST], State.TO_MEND, rule="L8.2")
    postage_paid = postage.postage_paid([State.TO_HAND_OVER, State.RETURNING, State.TO_MEND], rule="L8.1")
    postage_settled = postage.postage_settled(OPEN, rule="L8.1")
    being_mended = endings.being_mended([State.TO_MEND], State.MENDING, rule="L8.2")
    fell_through = endings.fell_through([State.MENDING], State.TO_MEND, rule="L8.2")
    resent = endings.resent(OPEN, State.RESENT, rule="L8.2")
    refunded = endings.refunded(OPEN, State.REFUNDED, rule="L8.2")

    @step(
        State.TO_MEND,
        State.SETTLED,
        label=_("Settled otherwise"),
        rule="L8.2",
        by=LEADS,
        when=[postage.postage_is_settled],
        needs_note=True,
        drops=AT_THE_END,
        event=True,
    )
    def settled_otherwise(self) -> None:
        """Neither sent again nor refunded here, for example added to another order."""

    def _ask_on_platform(self, at: Situation, facts: dict[str, Any]) -> None:
        """S7.1: the order shows the new waybill; L8.3: the surcharge is collected, where we pay the courier."""
        words = {
            "order": at.order,
            "courier": dict(courier_choices())[facts["courier"]],
            "waybill": facts["waybill"],
        }
        self.effects.ask(
            TaskAsked(WAYBILL, "{order} {courier} {waybill}".format(**words), _("Enter the new waybill on the platform"), rule="L8.2")
        )
        fee = surcharge(at)
        if facts["postage"] == Postage.PREPAID and fee:
            self.effects.note(surcharge=fee)
            text = str(_("{order}: the customer pays the out-of-area surcharge of {fee} yuan")).format(order=at.order, fee=fee)
            self.effects.ask(TaskAsked(SURCHARGE, text, _("Let the customer pay the surcharge"), rule="L8.3"))


def _refuse_odd(facts: dict[str, Any], at: Situation) -> None:
    """Raise Malformed naming the field for the old number, and beyond the border for another courier than SF or a small parcel that is not prepaid (L8.3)."""
    found, beyond = standing(at), is_beyond_the_border(at.order)
    if found.parcel is not None and found.parcel.waybill == facts["waybill"]:
        raise Malformed(_("This is the old number."), code="same_number", field="waybill")
    if found.parcel is not None and found.parcel.courier.code == facts["courier"]:
        raise Malformed(_("This is the courier that does not go there."), code="same_courier", field="courier")
    if beyond and facts["courier"] != SF:
        raise Malformed(_("To Hong Kong, Macau and Taiwan SF only."), code="sf_only", field="courier")
    goods = sum((each.paid - each.freight_paid for each in found.orders), Decimal(0))
    if facts["postage"] == Postage.COLLECT and not (beyond and goods >= PREPAID_BELOW):
        text = _("Goods under 150 yuan go prepaid only.") if beyond else _("Within the mainland we pay the new courier.")
        raise Malformed(text, code="prepaid_only", field="postage")
