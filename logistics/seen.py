"""What logistics knows of an order that somebody asks about, and what it takes down when a case is opened (L0.5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from casework.registry import SEEN, TAKEN_DOWN, Subject
from logistics.models import Finding, Parcel, ParcelFact
from logistics.signs import ParcelSeen
from orders.access import Actor
from orders.models import Order


def parcel_seen_of(order: Order | None, waybill: str, by: Actor, now: dt.datetime) -> ParcelSeen:
    """The parcel that is meant: by its waybill, else the order's, one that still travels before those that have arrived."""
    about = Q(orders=order, is_return=False) if order is not None else Q()
    about &= Q(waybill=waybill) if waybill else Q()
    parcels = list(Parcel.objects.for_actor(by).filter(about).distinct().order_by("pk")) if order is not None or waybill else []
    parcel = min(parcels, key=lambda each: (each.delivered_at is not None or each.back_at is not None, -each.pk), default=None)
    if parcel is None:
        return ParcelSeen()
    facts = list(ParcelFact.objects.filter(parcel=parcel).order_by("-at", "-pk"))
    return ParcelSeen(parcel, facts, list(Finding.objects.filter(parcel=parcel, ended_at=None).order_by("-since", "-pk")))


def taken_down(subjects: Sequence[Subject]) -> list[dict[str, Any]]:
    """Waybill, courier, when it was shipped, and where it was when the customer asked."""
    ids = {each.facts["parcel_id"] for each in subjects if each.facts.get("parcel_id")}
    parcels = Parcel.objects.select_related("courier").in_bulk(ids) if ids else {}
    return [_of_parcel(parcels.get(each.facts.get("parcel_id", 0))) for each in subjects]


def _of_parcel(parcel: Parcel | None) -> dict[str, Any]:
    if parcel is None:
        return {}
    at = {name: getattr(parcel, name).isoformat() for name in ("shipped_at", "last_event_at", "delivered_at") if getattr(parcel, name)}
    return {"waybill": parcel.waybill, "courier": parcel.courier.name, "stage": parcel.stage, **at}


SEEN["parcel"] = parcel_seen_of
TAKEN_DOWN.append(taken_down)
