"""What the customer has asked for on the platform, as somebody who asks here finds it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef

from casework.models import Case
from orders.models import Order, PlatformRefund
from refunds.asking.wish import Wish
from refunds.kinds.refund import Refund
from refunds.kinds.refund_state import State
from refunds.models import AskedThere

NEVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def requested_case(order: Order, wish: Wish) -> Case | None:
    """The case of a request there that the wish answers and at which nobody has asked here; of several the one that fits best."""
    rows = Refund.objects.filter(order=order, state=State.REQUESTED, asked_there__refund__isnull=False).select_related(
        "asked_there__refund"
    )
    fitting = {case.asked_there.refund: case for case in rows}
    best = _best(fitting, wish)
    return fitting[best] if best else None


def request_there(order: Order, wish: Wish) -> dict[str, Any]:
    """The request there that the wish answers and that has no open case, as the facts of a new one; {} for none."""
    taken = AskedThere.objects.filter(refund=OuterRef("pk"), case__kind=Refund.KIND, case__closed_at=None)
    best = _best(PlatformRefund.objects.filter(order=order, is_open=True).exclude(Exists(taken)), wish)
    return {"refund": best, "amount": best.amount, "status": best.status} if best else {}


def _best(refunds: Any, wish: Wish) -> PlatformRefund | None:
    """Of the same amount before another, what ends first before what ends later; none of another line."""
    fitting = [each for each in refunds if each.line_id is None or not wish.lines or each.line_id in wish.lines]
    return min(fitting, key=lambda each: (each.amount != wish.amount, each.deadline_at or NEVER, each.pk), default=None)
