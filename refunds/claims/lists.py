"""The lists of claims: to be filed, overdue, unmatched lines of statements, and money to be given back (L13.1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from casework.lists.queues import held_in
from casework.models import Case, Deadline
from casework.models.case import CaseQuerySet
from casework.photos.checklist import Line as Paper
from casework.photos.checklist import checklist, missing, words_of
from casework.reading import list_cases
from casework.situation import read_situations
from orders.access import Actor
from orders.models import Line
from orders.roles import AGENTS, FINANCE, LEADS, Role
from refunds.claims.claiming import Claim, claim_of
from refunds.kinds.courier_claim import CourierClaim
from refunds.kinds.courier_claim.states import State
from refunds.models.claim import ClaimFacts
from refunds.models.statement import StatementLine

READERS = AGENTS | FINANCE | {Role.AUDITOR}
# Who says whose money a line is.
SETTLERS = FINANCE | LEADS
FILED_FROM = (State.REGISTERED, State.NEED_INFO)


@dataclass(frozen=True)
class Row:
    """A claim as a list shows it. `missing` are its papers in words, "" when it is complete."""

    case: Case
    facts: ClaimFacts
    claim: Claim
    papers: list[Paper]
    missing: str
    goods: str

    @property
    def complete(self) -> int:
        """How many of its papers are there."""
        return sum(1 for each in self.papers if each.is_there)


def claims(by: Actor, roles: frozenset[Any] = READERS) -> CaseQuerySet:
    """Claims of the shops where one of the roles is held, what runs out first at the top."""
    rows: Any = list_cases(by).filter(held_in(by, roles), kind=CourierClaim.KIND)
    return rows.order_by("closed_at", "next_due", "pk")


def to_file(by: Actor, roles: frozenset[Any] = READERS) -> CaseQuerySet:
    """Claims that nobody has filed yet, or of which the courier wants more."""
    return claims(by, roles).filter(state__in=FILED_FROM)


def overdue(by: Actor, now: dt.datetime) -> CaseQuerySet:
    """Open claims one of whose deadlines has run out: not filed in time, not answered, not paid, not decided."""
    late = Deadline.objects.filter(case=OuterRef("pk"), due_at__lt=now, status__in=Deadline.STANDING).exclude(status=Deadline.Status.PAUSED)
    return claims(by).open().filter(Exists(late))


def to_give_back(by: Actor) -> CaseQuerySet:
    """Claims that the courier paid although there is no loss, whether they have ended or not."""
    return claims(by).filter(claim__turned_up_at__isnull=False, claim__received__gt=0)


def unmatched(by: Actor) -> QuerySet[StatementLine]:
    """Lines of statements that pay no claim yet, the oldest first."""
    rows = StatementLine.objects.for_actor(by).unmatched().filter(held_in(by, READERS))
    return rows.select_related("courier", "shop", "file", "recovery").order_by("at", "pk")


def settled(by: Actor) -> QuerySet[StatementLine]:
    """Lines of which somebody said that they pay no claim of ours, the newest word first."""
    rows = StatementLine.objects.for_actor(by).filter(held_in(by, READERS), settled_at__isnull=False)
    return rows.select_related("courier", "shop", "file", "settled_by", "recovery").order_by("-settled_at", "-pk")


def claim_rows(cases: Iterable[Case], *, by: Actor, now: dt.datetime, size: int = 100) -> Iterator[Row]:
    """The claims with what stands around them; a fixed number of queries for every `size` of them."""
    rest = iter(cases)
    while batch := list(islice(rest, size)):
        yield from _rows(batch, by, now)


def _rows(cases: Sequence[Case], by: Actor, now: dt.datetime) -> Iterator[Row]:
    situations = read_situations(cases, now=now, actor=by)
    goods = _goods({claim_of(each).loss.parcel_id for each in situations.values()})
    for case in cases:
        at = situations[case.pk]
        lacks = words_of(missing(case, at))
        yield Row(case, case.facts, claim_of(at), checklist(case, at), lacks, goods.get(claim_of(at).loss.parcel_id, ""))


def _goods(parcels: set[int]) -> dict[int, str]:
    """The titles of all lines in a parcel as one cell, by parcel."""
    found: dict[int, list[str]] = {}
    rows = Line.objects.filter(order__parcels__in=parcels).order_by("order", "position")
    for parcel, title, number in rows.values_list("order__parcels", "title", "number"):
        found.setdefault(parcel, []).append(title or number)
    return {parcel: "；".join(titles) for parcel, titles in found.items()}


def why_unmatched(lines: Sequence[StatementLine]) -> dict[int, list[Case]]:
    """The claims of each line's waybill, by line: none, several, or one that wants less or has ended. One query."""
    rows = CourierClaim.objects.filter(
        shop__in={each.shop_id for each in lines}, claim__loss__parcel__waybill__in={each.waybill for each in lines}
    )
    found: dict[tuple[int, str], list[Case]] = {}
    for case in rows.select_related("claim__loss__parcel").order_by("pk"):
        found.setdefault((case.shop_id, case.claim.loss.parcel.waybill), []).append(case)
    return {each.pk: found.get((each.shop_id, each.waybill), []) for each in lines}
