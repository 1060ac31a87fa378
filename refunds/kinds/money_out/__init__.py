"""R1, R2 Money to the customer: asked by one, approved by another, paid by a third, and written down. Refund and compensation are of this road.

Its steps stand in deciding.py and leaving.py, what is written elsewhere of it in noted.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from casework.workflow import States
from orders.access import Actor
from orders.errors import Text
from orders.models import Line, Order
from orders.roles import AGENTS
from orders.together import Reading
from refunds.asking.figures import totals_of
from refunds.kinds import paying
from refunds.kinds.asked_on_platform import (
    asked_there,
    is_its_decision,
)
from refunds.kinds.money_out.asked import PAID_THERE, is_paid_there, standing
from refunds.kinds.money_out.leaving import Leaving
from refunds.kinds.refund_state import State
from refunds.standing import ask_standings


class MoneyOut(Leaving, Case):
    """Reason and ground or evidence; then a lead who did not ask; then finance; then the customer knows.
    The order's money is set aside while the request lives, and set free when it ends without payment. While a provider is asked to pay
    nothing else pays, and the approval does not end."""

    # What such a case may give beyond the order's own money (refunds.models.Beyond).
    BEYOND: ClassVar[tuple[str, ...]] = ()
    # What the customer is told of money that left, by the way it went.
    ON_ITS_WAY: ClassVar[Mapping[str, Text]] = {}
    FIRST = State.ASKED
    OPENED_BY = AGENTS
    # What was decided about money is asked for anew, never opened again.
    REOPENS = False
    MADE_GOOD: ClassVar[Sequence[States]] = (State.SETTLED,)
    EVIDENCE = ("photo_damage", "photo_waybill", "photo_goods", "chat", "platform", "courier_reply", "other")

    class Meta:
        proxy = True
        verbose_name = "money to the customer"
        verbose_name_plural = "money to customers"

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The request in force with its decisions and the actor's limit."""
        found = yield from ask_standings(cases, by, now)
        return {case_id: {"standing": each} for case_id, each in found.items()}

    def seen_anew(self) -> dict[str, Any]:
        """With the order's money as it is now: whoever decides was shown other sums (M11)."""
        order = Order.objects.get(cases=self.pk)
        return super().seen_anew() | {"totals": totals_of(order, Line.objects.filter(order=order))}

    def why_here(self, at: Situation) -> str:
        """What the lead wants first, or why the approval holds no longer (R1.3)."""
        request = standing(at).request
        if self.state in (State.ASKED, State.TO_PAY) and (is_paid_there(at) or is_its_decision(asked_there(at))):
            return str(PAID_THERE)
        if self.state == State.SENT_BACK and hasattr(request, "send_back"):
            return str(_("Wanted: {reason}")).format(reason=request.send_back.reason)
        if self.state == State.PAYING:
            return paying.why_here(at)
        if self.state != State.LAPSED or not hasattr(request, "ending"):
            return ""
        kind, reason = request.ending.get_kind_display(), request.ending.reason
        return str(_("{what}: {reason}")).format(what=kind, reason=reason) if reason else str(kind)

    def contact_message(self, at: Situation) -> str:
        """R2.3: once paid the customer is told how much, which way, and that it is under way; before that nothing is promised (R1.1)."""
        if self.state != State.PAID:
            return ""
        request = standing(at).request
        return str(self.ON_ITS_WAY[request.payee_channel]).format(amount=f"{request.amount:.2f}")
