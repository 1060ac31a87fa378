"""The parts of an order whose address is to be changed: each of its parcels, and what is in none yet. Read for a whole batch of cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F

from casework.models import Case, Task
from casework.situation import Situation
from logistics.addresses.ways import Part, PrintSays
from logistics.models.parcel import Parcel, Stage
from orders.access import Actor
from orders.models import Flag, Line, Order, OrderStatus, User
from orders.together import Reading

SENT = (OrderStatus.SHIPPED, OrderStatus.FINISHED)


@dataclass(frozen=True)
class Known:
    """What stands around an address to be changed: the order's parcels, which kinds of task were done for it, the last task at all, how many
    pieces the order has, and the code of who signs a memo."""

    parcels: Sequence[Parcel] = ()
    done: Collection[str] = frozenset()
    last_task: int = 0
    pieces: int = 0
    code: str = ""


def known(at: Situation) -> Known:
    """The situation's part."""
    found: Known = at.more["address"]
    return found


def ask_known(cases: Sequence[Case], by: Actor) -> Reading[dict[int, Known]]:
    """By case id. A memo is signed by the agent who acts, else by the owner of the case (L9.9)."""
    orders = {case.order_id for case in cases if case.order_id}
    # What we sent or print; cancelled waybills are none.
    sent = Parcel.objects.filter(orders__in=orders, is_return=False, voided_at=None).exclude(stage=Stage.VOIDED)
    rows = sent.annotate(in_order=F("orders")).select_related("courier").order_by("pk")
    lines = Line.objects.filter(order__in=orders).values_list("order_id", "quantity")
    tasks = Task.objects.filter(case__in=[case.pk for case in cases]).order_by("pk")
    users = User.objects.filter(pk__in={each for each in (by.user_id, *(case.owner_id for case in cases)) if each})
    yield rows, lines, tasks, users
    parcels, pieces, people = _parcels(rows), _pieces(lines), {each.pk: each for each in users}
    done, last = _done(cases, tasks)
    signs = {case.pk: people.get(by.user_id or 0) or people.get(case.owner_id or 0) for case in cases}
    return {
        case.pk: Known(parcels[case.order_id or 0], done[case.pk], last[case.pk], pieces[case.order_id or 0], _code(signs[case.pk]))
        for case in cases
    }


def _code(user: User | None) -> str:
    return (user.code or user.username) if user else ""


def _parcels(rows: Iterable[Any]) -> Mapping[int, list[Parcel]]:
    found: dict[int, list[Parcel]] = defaultdict(list)
    for parcel in rows:
        found[parcel.in_order].append(parcel)
    return found


def _pieces(lines: Iterable[tuple[int, int]]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for order, quantity in lines:
        found[order] += quantity
    return found


def _done(cases: Sequence[Case], tasks: Iterable[Task]) -> tuple[Mapping[int, set[str]], Mapping[int, int]]:
    """What was done on the platform for the address as it is wanted now, and the last task of each case."""
    after = {case.pk: case.facts.edits_after if case.facts is not None else 0 for case in cases}
    done: dict[int, set[str]] = defaultdict(set)
    last: dict[int, int] = defaultdict(int)
    for task in tasks:
        last[task.case_id] = task.pk
        if task.pk > after[task.case_id] and task.done_by_id is not None:
            done[task.case_id].add(task.kind)
    return done, last


@dataclass(frozen=True)
class PartNow:
    """A part of the order with its parcel, if it is in one, and what is kept of it."""

    parcel: Parcel | None
    part: Part
    kept: Mapping[str, Any]

    @property
    def label(self) -> str:
        """Courier and waybill; "" for what is in no parcel yet."""
        return f"{self.parcel.courier.name} {self.parcel.waybill}" if self.parcel else ""

    @property
    def is_signed(self) -> bool:
        """Whether it has reached somebody."""
        return self.part.is_signed


def parts_now(order: Order, found: Known, kept: Sequence[Mapping[str, Any]]) -> list[PartNow]:
    """Each parcel, then what is in none. A parcel that is new has come out of what was in none, and keeps what was said and done about that."""
    by_parcel = {each["parcel"]: each for each in kept}
    rest = by_parcel.get(None, {})
    parts = [PartNow(each, _part(order, each, by_parcel.get(each.pk, rest)), by_parcel.get(each.pk, rest)) for each in found.parcels]
    if _has_rest(order, parts):
        parts.append(PartNow(None, _part(order, None, rest), rest))
    return parts


def _has_rest(order: Order, parts: Sequence[PartNow]) -> bool:
    """Whether something is in no parcel: nothing is, or a part is shipped and the platform knows all parcels. One that it does not know holds
    what it still calls unshipped."""
    sent = [each.parcel for each in parts if each.parcel is not None and each.parcel.sent_again_at is None]
    return not parts or (order.status == OrderStatus.PART_SHIPPED and all(each.waybill in order.waybills for each in sent))


def _part(order: Order, parcel: Parcel | None, kept: Mapping[str, Any]) -> Part:
    collected = None if order.flag is None else order.flag == Flag.PURPLE
    finished = order.status == OrderStatus.FINISHED
    part = Part(order.status, order.paid_at, collected, _said(order, kept), has_left=order.status in SENT, is_signed=finished)
    if parcel is None:
        return part
    return replace(
        part,
        has_waybill=True,
        has_left=_has_left(order, parcel),
        is_signed=finished or parcel.delivered_at is not None,
        comes_back=parcel.back_at is not None or parcel.returning_at is not None,
    )


def _said(order: Order, kept: Mapping[str, Any]) -> str:
    """The print clerk's word; "not collected" holds no longer once the flag has turned purple."""
    said = str(kept.get("says", ""))
    turned = order.flag == Flag.PURPLE and kept.get("flag") != Flag.PURPLE
    return "" if said == PrintSays.NOT_COLLECTED and turned else said


def _has_left(order: Order, parcel: Parcel) -> bool:
    """By the courier's scan, by the platform, or because it was sent beside the order's own."""
    told = order.status in SENT or (order.status == OrderStatus.PART_SHIPPED and parcel.waybill in order.waybills)
    return told or parcel.picked_up_at is not None or parcel.sent_again_at is not None
