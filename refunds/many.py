"""What a yes to many small requests at once would do, one after the other: who can, who cannot and why. A fixed number of queries."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from casework.actions.offers import why_not
from casework.situation import read_situations
from orders.access import Actor
from refunds.kinds.money_out.asked import wants_password
from refunds.kinds.money_out.held_to import BULK
from refunds.reading import Waiting, step_called, waiting_cases
from refunds.standing import Standing

# So many rows of a list are chosen at most; it is a page of the queue.
MOST = 50


def among_many(by: Actor) -> Actor:
    """The actor, working through many at once. Journal and database know it by the channel."""
    return dataclasses.replace(by, channel=BULK)


@dataclass(frozen=True)
class Preview:
    """The chosen requests in the order in which they would be approved."""

    rows: list[Waiting]
    wants_password: bool

    @property
    def can(self) -> list[Waiting]:
        """Those that would be approved."""
        return [each for each in self.rows if not each.reasons]

    @property
    def cannot(self) -> list[Waiting]:
        """Those that would not, with their reasons."""
        return [each for each in self.rows if each.reasons]

    @property
    def amount(self) -> Decimal:
        """Yuan that would be approved."""
        return sum((each.request.amount for each in self.can), Decimal("0.00"))


def preview_many(case_ids: Collection[int], *, by: Actor, now: dt.datetime) -> Preview:
    """The chosen ones that the actor may look at and that still wait; each counts for those of the same order, and of the same day, after it."""
    many = among_many(by)
    cases = list(waiting_cases(by).filter(pk__in=case_ids)[:MOST])
    situations = read_situations(cases, now=now, actor=many)
    of_order: dict[int | None, Decimal] = defaultdict(Decimal)
    of_day: dict[int, Decimal] = defaultdict(Decimal)
    rows, asks = [], False
    for case in cases:
        situation = situations[case.pk]
        standing: Standing | None = situation.more.get("standing")
        if standing is None:
            continue
        _count_before(standing, of_order[case.order_id], of_day)
        reasons = why_not(case, step_called("approve", type(case)), situation, many)
        rows.append(Waiting(case, standing, reasons))
        if not reasons and standing.power:
            asks = asks or wants_password(situation)
            of_order[case.order_id] += standing.request.amount
            of_day[standing.power.holder.pk] += standing.request.amount
    return Preview(rows, asks)


def _count_before(standing: Standing, approved: Decimal, of_day: dict[int, Decimal]) -> None:
    """As it would stand when those before it are approved."""
    standing.cumulated += approved
    standing.powers = [dataclasses.replace(each, used=each.used + of_day[each.holder.pk]) for each in standing.powers]
