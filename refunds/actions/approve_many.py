"""Approving many small requests, each in a transaction of its own and with a result of its own (R1.2, policy `bulk_approval_up_to`)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.advance import advance
from casework.models import Case
from orders.access import Actor
from orders.errors import DeskError, Malformed, NotFound
from refunds.many import MOST, among_many
from refunds.reading import KINDS_OF_MONEY


@dataclass(frozen=True)
class Chosen:
    """A refund, and the version of it that was seen."""

    case_id: int
    version: int


@dataclass(frozen=True)
class Result:
    """What became of one. `case` is as it stands now; None where it is none of the actor's. Without an error it is approved."""

    case_id: int
    case: Any
    error: DeskError | None


def approve_many(chosen: Sequence[Chosen], *, by: Actor, at: dt.datetime) -> list[Result]:
    """Approve one after the other; what is refused to one stops no other. Sent twice, nothing happens twice: the versions are old then.

    Raises Malformed when there are none, more than a page of the queue, or one twice.
    """
    ids = [each.case_id for each in chosen]
    if not 0 < len(ids) <= MOST or len(set(ids)) != len(ids):
        raise Malformed(_("Choose 1 to 50 requests, each once."), code="bad_choice", field="rows")
    orders = dict(Case.objects.for_actor(by).filter(pk__in=ids, kind__in=KINDS_OF_MONEY).values_list("pk", "order_id"))
    # Each yes makes a new version of the order's others that wait; our own yes was foreseen by who chose both.
    ours: Counter[int | None] = Counter()
    errors: dict[int, DeskError] = {}
    for each in chosen:
        order_id = orders.get(each.case_id)
        try:
            if each.case_id not in orders:
                raise NotFound
            advance(each.case_id, "approve", by=among_many(by), at=at, version=each.version + ours[order_id])
            ours[order_id] += 1
        except DeskError as error:
            errors[each.case_id] = error
    now = Case.objects.select_related("order__buyer").in_bulk(list(orders))
    return [Result(pk, now.get(pk), errors.get(pk)) for pk in ids]
