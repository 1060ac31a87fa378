"""Deciding from a page: the money of the order must still be what was shown (M11)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.actions.advance import advance, out_of_date
from casework.actions.door import door
from casework.actions.locks import lock_cases
from casework.models import Case
from orders.access import Actor
from orders.errors import NotFound
from orders.models import Line, Order
from refunds.asking.figures import seen_of


def decide(case_id: int, step: str, *, by: Actor, at: dt.datetime, version: int, seen: str, facts: dict[str, Any] | None = None) -> Case:
    """Take a step on a refund whose order still has the money that `seen` marks (figures.seen_of).

    Raises Stale (409) when another refund has moved the order's money or the case itself has moved, and
    whatever advance raises.
    """
    with door(by, at):
        if not Case.objects.for_actor(by).filter(pk=case_id).exists():
            raise NotFound
        case = lock_cases([case_id])[case_id]
        order = Order.objects.get(cases=case.pk)
        if seen != seen_of(order, Line.objects.filter(order=order)):
            raise out_of_date(case, step, by)
        return advance(case_id, step, by=by, at=at, version=version, facts=facts)
