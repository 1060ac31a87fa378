"""Approving many small requests, each in a transaction of its own and with a result of its own (R1.2, policy `bulk_approval_up_to`)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from casework.actions.advance import advance
from casework.actions.door import concerns, door
from casework.actions.locks import lock_cases
from casework.actions.offers import TOKEN, TOKEN_TEXT
from casework.models import Case
from orders.access import Actor
from orders.errors import DeskError, Malformed, NotAllowed, NotFound
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

    Raises NotAllowed for a token, Malformed when there are none, more than a page of the queue, or one twice.
    """
    _in_person([each.case_id for each in chosen], by, at)
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


def approve_at_once(chosen: Sequence[Chosen], *, by: Actor, at: dt.datetime) -> list[Result]:
    """approve_many in one transaction, for an answer that is kept under a key: all locks are taken first, in the one order."""
    ids = [each.case_id for each in chosen][:MOST]
    _in_person(ids, by, at)
    with transaction.atomic():
        lock_cases(Case.objects.for_actor(by).filter(pk__in=ids).values_list("pk", flat=True))
        return approve_many(chosen, by=by, at=at)


def _in_person(ids: list[int], by: Actor, at: dt.datetime) -> None:
    """Nothing is approved by a token; that one tried to is in the journal."""
    if by.has_session:
        return
    with door(by, at):
        shop_id = Case.objects.for_actor(by).filter(pk__in=ids[:MOST]).values_list("shop_id", flat=True).first()
        concerns(step="approve_many", **({"shop_id": shop_id, "object_type": "shop", "object_id": shop_id} if shop_id else {}))
        raise NotAllowed(TOKEN_TEXT, code=TOKEN)
