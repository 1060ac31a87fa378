"""R1, R2, R7 to R10 A refund: what was paid goes back, by the road of all money (money_out), whether asked here or on the platform."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from casework.workflow import Clock, guard, step
from orders.access import Actor
from orders.errors import Reason, Text
from orders.roles import AGENTS
from orders.together import Reading, side_by_side
from refunds.asking.grounds import a_lead_decides
from refunds.kinds.asked_on_platform import AskedOnPlatform, asked_there, asked_there_by, words_of
from refunds.kinds.money_out import MoneyOut
from refunds.kinds.money_out.asked import APPROVAL_HOLDS, MORE_EVIDENCE, TELL, standing
from refunds.kinds.refund_state import State
from refunds.memos import SHIP_AS_NORMAL, is_to_ship, ship_as_normal
from refunds.models.request import Beyond, PayeeChannel
from refunds.models.request import Reason as Reasons
from refunds.standing import ask_standings

# What the customer is told of a refund that left, by the way it went.
REFUNDED: Mapping[str, Text] = {
    PayeeChannel.PLATFORM: _(
        "Hello, your refund of {amount} yuan is paid and on its way: it goes back on the platform the way you paid. Please have a look there; "
        "if it has not come, please tell us."
    ),
    PayeeChannel.SMALL_PAYMENT: _(
        "Hello, your refund of {amount} yuan is paid and on its way: as a small payment (小额打款) on the platform. Please have a look there; "
        "if it has not come, please tell us."
    ),
    PayeeChannel.ALIPAY: _(
        "Hello, your refund of {amount} yuan is paid and on its way: to the Alipay account that you gave us. Please have a look there; "
        "if it has not come, please tell us."
    ),
    PayeeChannel.BANK: _(
        "Hello, your refund of {amount} yuan is paid and on its way: to the bank account that you gave us. A transfer between banks may take "
        "until the next working day; if it has not come then, please tell us."
    ),
}
# What the customer is told to do while a request of these reasons waits.
MEANWHILE: Mapping[str, Text] = {
    Reasons.WRONG_PURCHASE: _(
        "Hello, an item that was bought by mistake cannot be exchanged by a note on the order. Please apply for the refund of order {order} on the "
        "platform and place a new order for the right one. You hear from us within 24 hours."
    ),
    Reasons.FREIGHT: _(
        "Hello, about the postage of order {order}: please do not confirm receipt yet, and apply on the platform for the refund of {amount} yuan "
        "as postage. We have noted it and look into it."
    ),
}


def own_deadline(case: Refund, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """The platform's own deadline (超时时间), taken and never computed."""
    there = asked_there(at)
    return there.deadline_at if there is not None and there.is_open else None


def request_began(case: Refund, at: Situation) -> dt.datetime | None:
    """The customer's request on the platform starts the 24 hours, if there is one."""
    there = asked_there(at)
    return there.requested_at if there is not None else None


def purchase_confirmed_by(case: Refund, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """R7.1: whoever bought the wrong thing waits with the new order for our word."""
    found = at.more.get("standing")
    is_so = found is not None and found.request.reason == Reasons.WRONG_PURCHASE
    return at.after(start, at.policy("wrong_purchase_confirmed_within")) if is_so else None


class Refund(AskedOnPlatform, MoneyOut):
    """Reason and ground or evidence; then a lead who did not ask; then finance; then the customer knows.
    The money is set aside while the request lives, and set free when it ends without payment. While a provider is asked to pay
    nothing else pays, and the approval does not end. With what was paid goes the postage that the customer advanced (R3.1)."""

    KIND = "refund"
    CHAPTER = "R1"
    STATES = State
    IN_BULK = True
    FIRST_IN_BULK = State.REQUESTED
    MADE_GOOD = (State.SETTLED, State.REFUNDED_THERE)
    BEYOND = (Beyond.FREIGHT,)
    MEMO_SAYS = _("{day:%Y-%m-%d} refund {amount} yuan, {reason}, {handler}")
    VOID_SAYS = _("{day:%Y-%m-%d} refund {amount} yuan is void: {why}, {handler}")
    ON_ITS_WAY = REFUNDED
    ANSWERS_PLATFORM = True
    CLOCKS = (
        Clock(
            "answer",
            _("Answer the request"),
            (State.REQUESTED, State.ASKED, State.LAPSED),
            lasts="answer_platform_refund",
            starts=request_began,
            rule="R2.3",
            pauses_in=(State.SENT_BACK,),
            column="requested_at",
        ),
        Clock("wrong_purchase", _("Confirm the wrong purchase"), (State.ASKED,), due=purchase_confirmed_by, rule="R7.1"),
        MORE_EVIDENCE,
        Clock(
            "platform",
            _("Platform's deadline"),
            (State.REQUESTED, State.ASKED, State.SENT_BACK, State.LAPSED, State.TO_PAY, State.PAYING),
            due=own_deadline,
            rule="R2.3",
            platform=True,
            column="deadline_at",
        ),
        APPROVAL_HOLDS,
        TELL,
    )

    class Meta:
        proxy = True
        verbose_name = _("Refund")
        verbose_name_plural = _("Refunds")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The platform's request, and once somebody has asked here the request in force with its decisions and the actor's limit."""
        parts, standings = yield from side_by_side(asked_there_by(cases), ask_standings(cases, by, now))
        for case_id, found in standings.items():
            parts[case_id]["standing"] = found.with_platform(parts[case_id]["asked_there"])
        return parts

    def contact_message(self, at: Situation) -> str:
        """While it waits: what the customer does meanwhile (R7.1, R9.1). Nothing is promised before a lead has decided (R1.1)."""
        found = at.more.get("standing")
        if found is None or at.order is None or self.state not in (State.ASKED, State.SENT_BACK):
            return super().contact_message(at)
        return str(MEANWHILE.get(found.request.reason, "")).format(order=at.order.number, amount=f"{found.request.amount:.2f}")

    @guard(_("Nothing of this order is to be shipped any more."), rule="R10.1")
    def has_goods_to_ship(self: Refund, at: Situation) -> bool:
        return is_to_ship(at.order)

    @guard(_("The memo is a task of this case already."), rule="R10.1")
    def no_memo_waits(self: Refund, at: Situation) -> bool:
        return all(each.kind != SHIP_AS_NORMAL for each in at.open_tasks)

    @step(
        [State.REQUESTED, State.ASKED, State.SENT_BACK, State.LAPSED, State.TO_PAY],
        None,
        label=_("The goods are still wanted"),
        rule="R10.1",
        by=AGENTS,
        when=[has_goods_to_ship, no_memo_waits],
        event=True,
        hint=_("Print staff drop an order with a refund; the memo tells them to ship it as normal."),
    )
    def goods_still_wanted(self) -> None:
        """The memo is a task with its exact words (S7.1)."""
        assert self.at is not None  # steps run with a situation
        self.effects.ask(ship_as_normal(self.at.actor.person_id, self.at.now))

    def beyond_the_rule(self, at: Situation) -> Reason | None:
        """R8.1: a price difference once the goods have left us."""
        mine = standing(at)
        return a_lead_decides(mine.request, mine.around) if mine.around is not None else None

    def why_here(self, at: Situation) -> str:
        """What the customer asks on the platform, before anybody has asked here; then as ever."""
        return super().why_here(at) if "standing" in at.more else words_of(asked_there(at))
