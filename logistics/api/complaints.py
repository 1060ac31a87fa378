"""GET /api/v1/complaints/: the complaint book (S3.2)."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers

from logistics.board import shops_of
from logistics.complaints import READERS, UNSETTLED, complaints
from logistics.kinds.complaint import Cause
from logistics.models import IncidentFacts
from orders.api.filters import ChoiceFilter, text_filter
from orders.api.views import DeskList


class ComplaintRow(serializers.Serializer[Any]):
    """A complaint. `cause` and what was said of it are empty as long as nobody has settled or written it; `told_at` is when the department was told."""

    case = serializers.IntegerField(source="pk")
    number = serializers.CharField(source="case.number")
    shop = serializers.CharField(source="case.shop.code")
    order = serializers.CharField(source="case.order.number", default=None, allow_null=True)
    state = serializers.CharField(source="case.state")
    cause = serializers.ChoiceField(choices=Cause.choices, allow_blank=True, source="said_cause")
    department = serializers.CharField(allow_blank=True, source="said_department")
    finding = serializers.CharField(allow_blank=True, source="said_finding")
    told_at = serializers.DateTimeField(allow_null=True)
    analysis = serializers.CharField(allow_blank=True, source="said_analysis")
    measure = serializers.CharField(allow_blank=True, source="said_measure")
    opened_at = serializers.DateTimeField(source="case.opened_at")
    closed_at = serializers.DateTimeField(source="case.closed_at", allow_null=True)


class ComplaintFilters(django_filters.FilterSet):
    """By the shop's code, by cause (`none` while it is not settled), and by department."""

    shop = text_filter("case__shop__code")
    cause = ChoiceFilter("said_cause", [*Cause.choices, (UNSETTLED, UNSETTLED)], method="by_cause")
    department = text_filter("said_department")

    def by_cause(self, rows: Any, name: str, text: str) -> QuerySet[IncidentFacts]:
        """The cause."""
        found: QuerySet[IncidentFacts] = rows.filter(said_cause="" if text == UNSETTLED else text)
        return found


class Complaints(DeskList):
    """Complaints with their cause, department and record, newest first."""

    queryset = IncidentFacts.objects.none()
    serializer_class = ComplaintRow
    filterset_class = ComplaintFilters

    def get_queryset(self) -> QuerySet[Any]:
        """Of the shops whose complaints the caller may read. Raises NotAllowed where there is none."""
        shops_of(self.actor, READERS)
        return complaints(self.actor)
