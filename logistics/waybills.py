"""Which case is about which parcel, and which parcels an order has: the answers that casework asks for and cannot know."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from casework.registry import WAYBILLS, Waybills
from logistics.models import IncidentFacts, Parcel


def waybills_of(case_ids: Collection[int]) -> dict[int, str]:
    """The waybills of incidents by case id, in one query."""
    rows = IncidentFacts.objects.filter(case__in=case_ids, parcel__isnull=False)
    return dict(rows.values_list("case_id", "parcel__waybill"))


def cases_about(waybill: str) -> QuerySet[Any]:
    """The ids of incidents about a parcel with that waybill."""
    return IncidentFacts.objects.filter(parcel__waybill=waybill).values("case_id")


def waybills_of_order(order_id: int) -> list[str]:
    """The waybills under which parcels went to the customer, the newest first; void ones are none."""
    rows = Parcel.objects.filter(orders=order_id, is_return=False, voided_at=None).order_by("-pk")
    return list(dict.fromkeys(rows.values_list("waybill", flat=True)))


WAYBILLS.append(Waybills(waybills_of, cases_about, waybills_of_order))
