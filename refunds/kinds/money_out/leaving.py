"""R2.3: finance lets the money leave, records it, and the customer is told."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.situation import Situation
from casework.workflow import guard, step
from orders.roles import AGENTS, Role
from refunds.gateways import MANUAL
from refunds.kinds import paying
from refunds.kinds.asked_on_platform import (
    AskedOnPlatform,
)
from refunds.kinds.money_out.asked import standing
from refunds.kinds.money_out.deciding import Deciding
from refunds.kinds.money_out.held_to import HeldTo
from refunds.kinds.paying import PAYERS, Number, write_payout
from refunds.kinds.refund_state import State


class Leaving(Deciding):
    """While a provider is asked to pay nothing else pays, and the approval does not end."""

    @guard(_("Finance pays; in this shop the one who approved does not."), rule="R2.3")
    def payer_is_finance(self: Leaving, at: Situation) -> bool:
        if at.actor.role_in(self.shop_id) == Role.FINANCE:
            approval = standing(at).approval
            return approval is not None and (approval.decided_by_id != at.actor.user_id or at.policy("payer_may_be_approver"))
        return bool(at.policy("payer_may_be_approver"))

    @guard(_("The approval has run out; ask anew."), rule="R1.2")
    def approval_holds(self: Leaving, at: Situation) -> bool:
        approval = standing(at).approval
        return approval is not None and approval.valid_until is not None and at.now <= approval.valid_until

    # Whatever lets money leave asks these.
    MAY_LEAVE = (
        HeldTo.somebody_else_asked,
        payer_is_finance,
        approval_holds,
        AskedOnPlatform.platform_has_not_decided,
        HeldTo.is_not_paid_there,
        HeldTo.no_return_holds_it,
        HeldTo.no_parcel_is_being_stopped,
    )

    @step(
        State.TO_PAY,
        State.PAID,
        label=_("Record the payout"),
        rule="R2.3",
        by=PAYERS,
        facts=Number,
        when=[*MAY_LEAVE, paying.nothing_was_paid_after_all],
        decides_money=True,
    )
    def record_payout(self, facts: dict[str, Any]) -> None:
        """Finance paid outside and records the platform's own number; the ledger is settled."""
        assert self.at is not None  # steps run with a situation
        write_payout(self, facts, gateway=MANUAL.name, paid_by=self.at.actor.person_id)

    pay = paying.pay(
        State.TO_PAY,
        State.PAYING,
        when=MAY_LEAVE,
    )
    alipay_paid = paying.alipay_paid(State.PAYING, State.PAID)
    alipay_refused = paying.alipay_refused(State.PAYING, State.TO_PAY)
    alipay_paid_after_all = paying.alipay_paid_after_all(State.TO_PAY, State.PAYING)
    ask_alipay_again = paying.ask_alipay_again(State.PAYING, when=[HeldTo.somebody_else_asked, payer_is_finance])
    seen_as_paid = paying.seen_as_paid(State.PAYING, State.PAID, when=[HeldTo.somebody_else_asked, payer_is_finance])
    seen_as_not_paid = paying.seen_as_not_paid(State.PAYING, State.TO_PAY, when=[HeldTo.somebody_else_asked, payer_is_finance])

    @step(State.PAID, State.SETTLED, label=_("The customer was told"), rule="R2.3", by=AGENTS)
    def customer_told(self) -> None:
        """Once paid the customer is told; with the memo written the refund is settled."""
