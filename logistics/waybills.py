"""Which case is about which parcel: the answer that casework's API asks for and cannot know."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from casework.registry import WAYBILLS, Waybills
from logistics.models import IncidentFacts


def waybills_of(case_ids: Collection[int]) -> dict[int, str]:
    """The waybills of incidents by case id, in one query."""
    rows = IncidentFacts.objects.filter(case__in=case_ids, parcel__isnull=False)
    return dict(rows.values_list("case_id", "parcel__waybill"))


def cases_about(waybill: str) -> QuerySet[Any]:
    """The ids of incidents about a parcel with that waybill."""
    return IncidentFacts.objects.filter(parcel__waybill=waybill).values("case_id")


WAYBILLS.append(Waybills(waybills_of, cases_about))
