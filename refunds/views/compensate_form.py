"""The form for a compensation: one amount beyond the order, and the rest as with a refund."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from refunds.caps import left_of
from refunds.models import Beyond, PayeeChannel
from refunds.views.ask_begun import seen_above
from refunds.views.ask_form import AskForm
from refunds.views.ask_target import Target


class CompensateForm(AskForm):
    """What stands in the fields of a compensation. The platform gives back the order's own money only."""

    channels = [each for each in PayeeChannel.choices if each[0] != PayeeChannel.PLATFORM]
    PLAIN: ClassVar[tuple[str, ...]] = ("reason", "ground", "channel", "account", "name", "amount")

    @classmethod
    def begun(cls, target: Target) -> CompensateForm:
        """An empty form, or the request in force when it is asked anew."""
        before = target.before
        if before is None:
            return cls(target, {"channel": PayeeChannel.SMALL_PAYMENT.value, "amount": ""} | seen_above(target))
        typed = {"reason": before.reason, "ground": before.ground, "channel": before.payee_channel, "amount": str(before.beyond)}
        return cls(target, typed, set(before.evidence), bool(before.payee_mask), target.version)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """No line of the order has a part in it."""
        return []

    @property
    def left(self) -> Decimal:
        """Yuan that need no reason of the lead's (R4.1)."""
        return left_of(self.target.order.pk)

    def wish(self) -> dict[str, Any]:
        """What is asked, without where."""
        wish = super().wish()
        return wish | {"beyond": {"kind": Beyond.COMPENSATION.value, "amount": wish.pop("amount")}}

    def _money(self) -> dict[str, Any]:
        return {"amount": self.typed["amount"]}
