"""S4.3 A gift (赠品): asked by the customer, agreed within the table or by a lead, packed with the next parcel and not forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.effects import TaskAsked
from casework.facts import Facts, WholeField
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Category, Clock, Queue, States, guard, step
from orders.access import Actor
from orders.models import Order
from orders.persons import redact_for_order
from orders.roles import AGENTS, CLOCK, LEADS, SYSTEM
from orders.together import Reading
from refunds.carriers import parcel_with
from refunds.gifts import ask_gifts, standing
from refunds.messages import gift_message
from refunds.models.gift import LONGEST, GiftFacts
from refunds.models.goods import GoodsOut
from refunds.money import YuanField
from refunds.standing import MEMO, MEMO_CORRECTED
from refunds.task_kinds import PUT_IN, PutIn

MOST_PIECES = 1000


class State(States):
    """From the customer's wish to the parcel that brings it."""

    ASKED = "asked", Category.OPEN, _("Gift asked for; agree or not")
    WITH_LEAD = "with_lead", Category.LEAD, _("Lead decides about the gift")
    TO_PACK = "to_pack", Category.OPEN, Queue.WAREHOUSE, _("Goes with the next parcel")
    NEXT_ORDER = "next_order", Category.OPEN, _("Customer has ordered again: put the gift on that order")
    NO_PARCEL = "no_parcel", Category.OPEN, _("No next parcel came; wait longer or not")
    PACKED = "packed", Category.OPEN, _("In the parcel; tell the customer")
    NOT_GIVEN = "not_given", Category.OPEN, _("No gift; tell the customer")
    GIVEN = "given", Category.DONE, _("Given")
    DECLINED = "declined", Category.DONE, _("Not given")


WAITING = (State.TO_PACK, State.NEXT_ORDER, State.NO_PARCEL)


class What(Facts):
    """The gift."""

    what = forms.CharField(label=_("Gift"), max_length=LONGEST)
    pieces = WholeField(label=_("Number of pieces"), min_value=1, max_value=MOST_PIECES, initial=1)
    worth = YuanField(label=_("Worth in all (yuan)"))
    unit_cost = YuanField(label=_("What one costs us (yuan), where known"), required=False)


def paid_for(at: Situation) -> Decimal:
    """Yuan paid for the order, by which the table goes."""
    return at.order.paid if at.order is not None else Decimal("0.00")


class Gift(Case):
    """Within the table the clerk agrees alone, above it a lead who did not ask. Who agreed signs the memo. Warehouse and print clerk
    have it in their list until a parcel of the customer carries it."""

    KIND = "gift"
    CHAPTER = "S4"
    STATES = State
    FIRST = State.ASKED
    FACTS = GiftFacts
    OPENED_BY = AGENTS
    # A new one is held against the table of gifts anew (S4.3).
    REOPENS = False
    WITNESSED = ("askers", "agreed_by_id")
    MADE_GOOD = (State.GIVEN,)
    EVIDENCE = ("chat", "other")
    HAS_CONTACTS = True
    CLOCKS = (
        Clock("answer", _("Answer the customer"), (State.ASKED, State.NOT_GIVEN), lasts="reply_within", rule="S4.3"),
        Clock("lead_decides", _("Lead decides"), (State.WITH_LEAD,), lasts="reply_within", rule="S4.3"),
        Clock("next_parcel", _("Goes with a parcel"), (State.TO_PACK,), lasts="gift_waits_for", then=("no_parcel_came",), rule="S4.3"),
        Clock("settle", _("Decide what becomes of it"), (State.NEXT_ORDER, State.NO_PARCEL), lasts="reply_within", rule="S4.3"),
        Clock("tell", _("Tell the customer"), (State.PACKED,), lasts="reply_within", rule="S4.3"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Gift")
        verbose_name_plural = _("Gifts")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """Who signs, which orders still wait for a parcel, and which memos are written."""
        found = yield from ask_gifts(cases, by)
        return {case_id: {"gift": each} for case_id, each in found.items()}

    def facts_shown(self) -> dict[str, Any]:
        """The gift, and where it is."""
        facts = self.facts
        return {
            "what": facts.what,
            "pieces": facts.pieces,
            "worth": str(facts.worth),
            "unit_cost": None if facts.unit_cost is None else str(facts.unit_cost),
            "agreed_at": facts.agreed_at and facts.agreed_at.astimezone(SHOP_TIME).isoformat(),
            "order": facts.carrier.number if facts.carrier else None,
            "waybill": facts.waybill or None,
        }

    def contact_message(self, at: Situation) -> str:
        """What the customer is told; nothing is promised before it is agreed (L0.2)."""
        return gift_message(self.state, str(self.facts), self.facts.waybill)

    def step_after_task(self, task: str, answer: str) -> str:
        """Packed, or none there."""
        return {"packed": "packed", "none_there": "none_there"}.get(answer, "") if task == PUT_IN.name else ""

    # Asked and agreed -------------------------------------------------------------------------------

    @guard(
        _(
            "For an order of {paid} yuan you may agree to a gift up to {most}; this one counts as {worth}, by its worth or its cost. A lead decides."
        ),
        rule="S4.3",
        says=lambda case, at: {
            "paid": paid_for(at),
            "most": at.policy("gift_by_amount").of(paid_for(at)),
            "worth": case.facts.counts_as,
        },
    )
    def within_the_table(self: Gift, at: Situation) -> bool:
        return bool(self.facts.counts_as <= at.policy("gift_by_amount").of(paid_for(at)))

    @guard(_("You asked for this gift; somebody else decides."), rule="S4.3")
    def somebody_else_asked(self: Gift, at: Situation) -> bool:
        return at.actor.user_id not in self.facts.askers

    @step(
        State.ASKED,
        State.TO_PACK,
        label=_("Agree to the gift"),
        rule="S4.3",
        by=AGENTS,
        when=[within_the_table],
        hint=_("Within the table; your code stands on the memo."),
    )
    def agree(self) -> None:
        """Within the table by the order's amount, whoever asked."""
        self._agreed()

    @step(
        State.ASKED,
        State.WITH_LEAD,
        label=_("Ask a lead about the gift"),
        rule="S4.3",
        by=AGENTS,
        hint=_("Above the table, or where you are not sure."),
    )
    def ask_the_lead(self) -> None:
        """Whoever passes it on asks for it as well."""
        self._asked()
        self.effects.send("notice", to="leads", about="gift_asked")

    @step(
        State.WITH_LEAD,
        State.TO_PACK,
        label=_("Agree as a lead"),
        rule="S4.3",
        by=LEADS,
        when=[somebody_else_asked],
        decides_money=True,
    )
    def lead_agrees(self) -> None:
        """A lead who did not ask."""
        self._agreed()

    @step(
        State.WITH_LEAD, State.NOT_GIVEN, label=_("No gift"), rule="S4.3", by=LEADS, when=[somebody_else_asked], needs_note=True, event=True
    )
    def lead_refuses(self) -> None:
        """With the reason, for the clerk who tells the customer."""

    @step(
        State.ASKED,
        None,
        label=_("Change the gift"),
        rule="S4.3",
        by=AGENTS,
        facts=What,
        event=True,
        hint=_("Another thing, another number, another worth."),
    )
    def change(self, facts: dict[str, Any]) -> None:
        """Whoever changes it asks for it as well."""
        self.facts.what = redact_for_order(facts["what"], self.at.order if self.at else None)
        self.facts.pieces, self.facts.worth, self.facts.unit_cost = facts["pieces"], facts["worth"], facts["unit_cost"]
        self._asked()

    @step([State.ASKED, State.WITH_LEAD], State.NOT_GIVEN, label=_("Drop the wish"), rule="S4.3", by=AGENTS, needs_note=True, event=True)
    def decline(self) -> None:
        """Staff do not have to agree, and the customer may not want it any more."""

    # Packed -----------------------------------------------------------------------------------------

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
    def an_order_waits(self: Gift, at: Situation) -> bool:
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

    # Told -------------------------------------------------------------------------------------------

    @step(State.PACKED, State.GIVEN, label=_("The customer was told"), rule="S4.3", by=AGENTS)
    def customer_told(self) -> None:
        """It is on its way."""

    @step(State.NOT_GIVEN, State.DECLINED, label=_("The customer was told that there is none"), rule="S4.3", by=AGENTS)
    def told_no(self) -> None:
        """Politely, and with what can be done instead."""

    # ------------------------------------------------------------------------------------------------

    def _asked(self) -> None:
        assert self.at is not None  # steps run with a situation
        if self.at.actor.user_id is not None and self.at.actor.user_id not in self.facts.askers:
            self.facts.askers = [*self.facts.askers, self.at.actor.user_id]

    def _agreed(self) -> None:
        assert self.at is not None  # steps run with a situation
        self.facts.agreed_by_id, self.facts.agreed_at = self.at.actor.user_id, self.at.now
        self.effects.note(gift=str(self.facts), worth=self.facts.worth)
        self._goes_with(standing(self.at).carriers.first)

    def _goes_with(self, order: Order | None) -> None:
        """Memo (S7.1, signed by who agreed) and question name the order whose parcel takes it; without one the memo stands where it was asked."""
        assert self.at is not None  # steps run with a situation
        self.facts.carrier = order
        words = {"gift": self.facts, "number": order or self.at.order, "buyer": standing(self.at).carriers.buyer}
        with translation.override(settings.LANGUAGE_CODE):
            title = str(_("Write the memo on order {number}")).format(**words)
            memo = self._memo(
                _("{day:%Y-%m-%d} gift {gift}, worth {worth} yuan, with the next parcel, {code}"), standing(self.at).agreed_code
            )
            asked = _("{gift}\nOrder {number}, {buyer}") if order is not None else _("{gift}\nWith the next order of {buyer}")
            self.effects.ask(TaskAsked(MEMO, memo, title, rule="S4.3"))
            self.effects.ask(PUT_IN.asked(str(asked).format(**words), rule="S4.3"))

    def _take_back(self) -> None:
        """Nobody has agreed to it any more; what a written memo tells of it is corrected."""
        assert self.at is not None  # steps run with a situation
        if standing(self.at).memo_is_written:
            with translation.override(settings.LANGUAGE_CODE):
                title = str(_("Correct the memo on order {number}")).format(number=self.facts.carrier or self.at.order)
                memo = self._memo(_("{day:%Y-%m-%d} no gift {gift} (worth {worth} yuan), {code}"), standing(self.at).actor_code)
            self.effects.ask(TaskAsked(MEMO_CORRECTED, memo, title, rule="S4.3"))
        self.facts.agreed_by_id = self.facts.agreed_at = self.facts.carrier = None

    def _memo(self, text: Any, code: str) -> str:
        """A line of the memo, signed with the code (L9.9)."""
        assert self.at is not None  # steps run with a situation
        return str(text).format(day=self.at.now.astimezone(SHOP_TIME), gift=self.facts, worth=self.facts.worth, code=code)

    def _keep_parcel(self, facts: dict[str, Any]) -> None:
        at = self.at
        assert at is not None  # steps run with a situation
        assert at.order is not None  # gifts are asked for on an order
        parcel = parcel_with(at.order, self.facts.carrier, facts["waybill"], facts["courier"], since=self.facts.agreed_at, at=at.now)
        self.facts.waybill = parcel.waybill
