"""The complaint book: every complaint with its cause, the department that caused it, and what keeps it from coming again, for the analysis (S3.2)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from casework.calendars import SHOP_TIME
from casework.lists.queues import held_in
from casework.models import Task
from logistics.kinds.complaint import TELL_DEPARTMENT, Cause, Complaint
from logistics.models import IncidentFacts
from orders.access import Actor
from orders.roles import AGENTS, LEADS, Role

READERS = AGENTS | {Role.AUDITOR, Role.ADMIN}
EXPORTERS = LEADS | {Role.AUDITOR}
# In an address: complaints whose cause nobody has settled yet.
UNSETTLED = "none"
SAID = ("cause", "department", "finding", "analysis", "measure")


def complaints(
    by: Actor,
    *,
    roles: frozenset[Any] = READERS,
    shop: str = "",
    cause: str = "",
    department: str = "",
    is_open: bool | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> QuerySet[IncidentFacts]:
    """Complaints of the shops where one of the roles is held, the newest first, each with what was said of it and when its department was told.

    `since` and `until` are days of shop time on which it was taken down, both included; `shop` is a code; `cause` may be UNSETTLED.
    """
    told = Task.objects.filter(case=OuterRef("pk"), kind=TELL_DEPARTMENT, done_by__isnull=False).order_by("-pk")
    said = {f"said_{name}": Coalesce(KT(f"answers__complaint__{name}"), Value(""), output_field=TextField()) for name in SAID}
    rows: Any = IncidentFacts.objects.filter(held_in(by, roles, "case__shop"), case__kind=Complaint.KIND)
    rows = rows.annotate(**said, told_at=Subquery(told.values("done_at")[:1]))
    wanted = {
        "case__shop__code": shop,
        "said_cause": cause,
        "said_department": department,
        "case__closed_at__isnull": is_open,
        "case__opened_at__gte": _begin(since),
        "case__opened_at__lt": _begin(until, days=1),
    }
    rows = rows.filter(**{name: "" if value == UNSETTLED else value for name, value in wanted.items() if value not in (None, "")})
    return rows.select_related("case__shop", "case__order", "case__owner").order_by("-pk")


def _begin(day: dt.date | None, days: int = 0) -> dt.datetime | None:
    """The beginning of a day of shop time, or of one so many days later."""
    return None if day is None else dt.datetime.combine(day + dt.timedelta(days=days), dt.time(), SHOP_TIME)


@dataclass(frozen=True)
class Tally:
    """How many complaints one department has caused ("" where none of ours, or nobody knows yet), by cause in the order of Cause, then unsettled."""

    department: str
    counts: list[int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


def tallies(rows: QuerySet[IncidentFacts]) -> list[Tally]:
    """Department by cause, the most complaints first. One query."""
    plain: Any = rows.order_by().select_related(None)
    found: dict[str, dict[str, int]] = {}
    for department, cause, number in plain.values_list("said_department", "said_cause").annotate(number=Count("pk")):
        found.setdefault(department, {})[cause] = number
    made = [Tally(department, [by_cause.get(each, 0) for each in (*Cause.values, "")]) for department, by_cause in found.items()]
    return sorted(made, key=lambda each: (-each.total, each.department))


def departments(by: Actor) -> list[str]:
    """Every department that has caused one, by name. One query."""
    rows: Any = complaints(by)
    return sorted({each for each in rows.order_by().values_list("said_department", flat=True).distinct() if each})
