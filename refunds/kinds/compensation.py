"""R4 Compensation (补偿): for a fault that matters little the customer keeps the goods and gets something for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from casework.workflow import Category, Clock, Queue, States
from orders.access import Actor
from orders.errors import Reason, Text
from orders.together import Reading, ask_for, side_by_side
from refunds.caps import compensation_left
from refunds.kinds.money_out import MoneyOut
from refunds.kinds.money_out.asked import APPROVAL_HOLDS, MORE_EVIDENCE, TELL, standing
from refunds.models.request import Beyond, PayeeChannel

# What the customer is told of a compensation that left, by the way it went.
COMPENSATED: Mapping[str, Text] = {
    PayeeChannel.SMALL_PAYMENT: _(
        "Hello, we are sorry for the trouble. We have paid you {amount} yuan in compensation, as a small payment (小额打款) on the platform; "
        "the goods are yours to keep. If it has not come, please tell us."
    ),
    PayeeChannel.ALIPAY: _(
        "Hello, we are sorry for the trouble. We have paid you {amount} yuan in compensation, to the Alipay account that you gave us; "
        "the goods are yours to keep. If it has not come, please tell us."
    ),
    PayeeChannel.BANK: _(
        "Hello, we are sorry for the trouble. We have paid you {amount} yuan in compensation, to the bank account that you gave us; "
        "the goods are yours to keep. A transfer between banks may take until the next working day."
    ),
}


class State(States):
    """The road of a refund, to another end."""

    ASKED = "asked", Category.LEAD, _("Waiting for approval")
    SENT_BACK = "sent_back", Category.CUSTOMER, _("More evidence wanted")
    LAPSED = "lapsed", Category.OPEN, _("Approval no longer holds")
    TO_PAY = "to_pay", Category.OPEN, Queue.FINANCE, _("To be paid")
    PAYING = "paying", Category.OPEN, Queue.FINANCE, _("Alipay is paying")
    PAID = "paid", Category.OPEN, _("Paid; tell the customer")
    SETTLED = "settled", Category.DONE, _("Compensated")
    REJECTED = "rejected", Category.DONE, _("Rejected")
    WITHDRAWN = "withdrawn", Category.DONE, _("Withdrawn")


class Compensation(MoneyOut):
    """Asked for from a case by the same road as a refund: a lead who did not ask, then finance, then the customer knows. It is money beyond the order:
    nothing of what was paid is set aside. As a rule not above the postage; above it the lead says why."""

    KIND = "compensation"
    CHAPTER = "R4"
    STATES = State
    BEYOND = (Beyond.COMPENSATION,)
    MEMO_SAYS = _("{day:%Y-%m-%d} compensation {amount} yuan, {reason}, {handler}")
    VOID_SAYS = _("{day:%Y-%m-%d} compensation {amount} yuan is void: {why}, {handler}")
    ON_ITS_WAY = COMPENSATED
    CLOCKS = (
        Clock(
            "answer", _("Answer the customer"), (State.ASKED, State.LAPSED), lasts="reply_within", rule="L0.3", pauses_in=(State.SENT_BACK,)
        ),
        MORE_EVIDENCE,
        APPROVAL_HOLDS,
        TELL,
    )

    class Meta:
        proxy = True
        verbose_name = _("Compensation")
        verbose_name_plural = _("Compensations")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """Beside the request, what is left of the measure."""
        left = compensation_left({case.order_id for case in cases})
        found, _read = yield from side_by_side(super().situation_parts(cases, by, now), ask_for(left))
        by_order: dict[int | None, Decimal] = dict(left)
        for case in cases:
            if case.pk in found:
                found[case.pk]["left"] = by_order[case.order_id]
        return found

    def beyond_the_rule(self, at: Situation) -> Reason | None:
        """R4.1: as a rule not above the postage, whether at once or in parts."""
        left = at.more["left"]
        if standing(at).request.amount <= left:
            return None
        return Reason(
            "above_the_postage", str(_("As a rule not above the postage, of which {left} is left. Say why.")).format(left=left), "R4.1"
        )
