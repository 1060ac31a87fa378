"""Reading parcels for pages: one with all that stands around it, and the weights of its sides beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber

from casework.models import Case
from logistics.actions.ask_tracking import ASK_AGAIN_AFTER
from logistics.models import DELIVERY, Finding, Norm, Parcel, ParcelFact, TrackingEvent, WeighedBy, Weight
from logistics.norms import delivery_hours, delivery_until
from logistics.patterns import odd_waybill
from orders.access import Actor
from orders.errors import NotFound, Reason
from orders.models import Order
from orders.together import Reading

DAY = dt.timedelta(days=1)
# Nodes on a page, where a courier writes some dozen, and beside a case.
NODES, LAST_NODES = 100, 3


@dataclass(frozen=True)
class Scale:
    """What one side weighed last, what it had weighed before, and how far that is from our warehouse."""

    label: str
    weight: Weight
    before: list[Weight]
    difference: int | None


@dataclass(frozen=True)
class Normal:
    """Day `day` of the `of` days in which a delivery is normal; `until` is when they are over."""

    day: int
    of: int
    until: dt.datetime
    is_over: bool


@dataclass
class ParcelView:
    """A parcel and what stands around it."""

    parcel: Parcel
    orders: list[Order]
    events: list[TrackingEvent]
    more_events: bool
    facts: list[ParcelFact]
    findings: list[Finding]
    scales: list[Scale]
    cases: list[Case]
    normal: Normal | None
    # Until the provider may be asked again about this number; 0 when it may now.
    ask_minutes: int = 0
    warnings: list[Reason] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Where it goes: province and city, no more."""
        return " ".join(part for part in (self.orders[0].province, self.orders[0].city) if part) if self.orders else ""

    @property
    def times(self) -> list[tuple[Any, dt.datetime]]:
        """What is known of its dates, with their names."""
        names = (
            "first_seen_at", "shipped_at", "picked_up_at", "last_event_at", "returning_at", "delivered_at", "back_at", "voided_at", "asked_at",
        )  # fmt: skip
        dated = [(Parcel._meta.get_field(name).verbose_name, getattr(self.parcel, name)) for name in names]  # type: ignore[union-attr]
        return [(name, at) for name, at in dated if at is not None]


def read_parcel(parcel_id: int, *, by: Actor, now: dt.datetime) -> ParcelView:
    """The parcel, in as many queries however long its trace is. Raises NotFound outside the actor's shops."""
    parcel: Parcel | None = Parcel.objects.for_actor(by).select_related("courier", "shop", "region").filter(pk=parcel_id).first()
    if parcel is None:
        raise NotFound
    events = list(TrackingEvent.objects.filter(parcel=parcel).order_by("-at", "-place", "-pk")[: NODES + 1])
    return ParcelView(
        parcel=parcel,
        orders=list(parcel.orders.select_related("buyer").order_by("paid_at", "pk")),
        events=events[:NODES],
        more_events=len(events) > NODES,
        facts=list(parcel.facts.order_by("-at", "-pk")),
        findings=list(parcel.findings.order_by("-found_at", "-pk")),
        scales=scales(list(parcel.weights.select_related("entered_by"))),
        cases=list(Case.objects.for_actor(by).filter(incident__parcel=parcel).select_related("owner").order_by("-pk")),
        normal=normal(parcel, list(Norm.objects.filter(measure=DELIVERY)), now),
        ask_minutes=_ask_minutes(parcel, now),
        warnings=odd_waybill(parcel.courier, parcel.waybill),
    )


def _ask_minutes(parcel: Parcel, now: dt.datetime) -> int:
    if parcel.asked_at is None:
        return 0
    return max(ceil((parcel.asked_at + ASK_AGAIN_AFTER - now) / dt.timedelta(minutes=1)), 0)


@dataclass(frozen=True)
class Short:
    """A parcel as it stands beside a case: the end of its trace, and what each side weighed last."""

    parcel: Parcel
    events: list[TrackingEvent]
    scales: list[Scale]


def ask_in_short(parcels: QuerySet[Parcel], nodes: int = LAST_NODES) -> Reading[list[Short]]:
    """Parcels in short, each with its courier and its last nodes."""
    ids = parcels.order_by().values("pk")
    nth = Window(RowNumber(), partition_by="parcel", order_by=["-at", "-place", "-pk"])
    last = TrackingEvent.objects.filter(parcel__in=ids).annotate(nth=nth).filter(nth__lte=nodes).order_by("nth")
    weights, rows = Weight.objects.filter(parcel__in=ids), parcels.select_related("courier")
    yield rows, last, weights
    return [
        Short(
            parcel,
            [each for each in last if each.parcel_id == parcel.pk],
            scales([each for each in weights if each.parcel_id == parcel.pk]),
        )
        for parcel in rows
    ]


def scales(weights: Sequence[Weight]) -> list[Scale]:
    """The sides in their order. `weights` are from the oldest to the newest."""
    by_source = {source: [each for each in weights if each.source == source] for source in WeighedBy.values}
    ours = by_source[WeighedBy.WAREHOUSE][-1].grams if by_source[WeighedBy.WAREHOUSE] else None
    return [
        Scale(str(WeighedBy(source).label), rows[-1], rows[-2::-1], _difference(source, rows[-1].grams, ours))
        for source, rows in by_source.items()
        if rows
    ]


def _difference(source: str, grams: int, ours: int | None) -> int | None:
    return None if ours is None or source == WeighedBy.WAREHOUSE else grams - ours


def normal(parcel: Parcel, norms: Sequence[Norm], now: dt.datetime) -> Normal | None:
    """Where it is in the days that are normal for its courier and region; None while nobody knows when they began (L3.4)."""
    hours, until = delivery_hours(norms, parcel), delivery_until(norms, parcel)
    if hours is None or until is None:
        return None
    ended = parcel.delivered_at or parcel.returning_at or now
    passed = max(ended - (until - dt.timedelta(hours=hours)), dt.timedelta())
    return Normal(passed // DAY + 1, ceil(hours / 24), until, ended > until)
