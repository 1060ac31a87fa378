"""Looking at what a refund would do, before it is asked. Changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from casework.actions.open_case import may_open
from orders.access import Actor
from orders.models import Line
from refunds.actions.on_order import above_of, order_of
from refunds.asking.concerned import incident_of
from refunds.asking.draft import read_draft
from refunds.asking.figures import figures_of
from refunds.asking.simulation import Simulation, simulate
from refunds.kinds.refund import Refund
from refunds.models import Request
from refunds.reading import is_set_aside


def simulate_refund(given: Mapping[str, Any], *, by: Actor, at: dt.datetime) -> Simulation:
    """What {case, order, reason, ground, lines, freight, beyond} would do; any part may be missing, a line may name pieces for an amount.

    Raises Malformed naming the field (400), NotFound, NotAllowed for those who may not ask, StepRefused for a case without this remedy.
    """
    above = above_of(given.get("case"), Refund, by)
    order = order_of(given.get("order"), above, by)
    may_open(Refund, order.shop_id, by)
    lines = list(Line.objects.filter(order=order))
    before = newest_of(above)
    figures = figures_of(order, lines, before, set_aside=before is not None and is_set_aside(before))
    draft = read_draft(given, {line.pk: line for line in lines})
    return simulate(order, figures, draft, above=incident_of(above), before=before, at=at)


def newest_of(above: Any) -> Request | None:
    """The request in force where `above` is a refund that is asked anew."""
    if above is None or above.kind != Refund.KIND:
        return None
    return Request.objects.filter(case=above).select_related("send_back", "ending", "approval__payout").order_by("-seq").first()
