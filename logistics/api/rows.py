"""How parcels are shown. Texts are masked; codes stand with their provider."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.api.rows import moment
from logistics.models import Asked, FindingKind, SignedBy, Stage, Way, WeighedBy
from logistics.patterns import odd_waybill
from orders.api.openapi import ReasonRow

Row = serializers.Serializer[Any]


class CourierName(Row):
    """A courier of the directory."""

    code = serializers.CharField()
    name = serializers.CharField()


class WeightRow(Row):
    """One weighing. The newest of each side counts."""

    source = serializers.ChoiceField(choices=WeighedBy.choices)  # type: ignore[assignment]
    grams = serializers.IntegerField()
    weighed_at = moment()
    packed_by = serializers.CharField()
    entered_at = serializers.DateTimeField()


class FindingRow(Row):
    """What stands out (L3.4); `ended_at` is null while it stands."""

    kind = serializers.ChoiceField(choices=FindingKind.choices)
    since = serializers.DateTimeField()
    norm_hours = serializers.IntegerField()
    found_at = serializers.DateTimeField()
    ended_at = moment()


class FactRow(Row):
    """What tracking told of the parcel beside its way."""

    name = serializers.CharField()
    at = serializers.DateTimeField()
    provider = serializers.CharField()
    code = serializers.CharField()


class EventRow(Row):
    """One node of the trace."""

    at = serializers.DateTimeField()
    text = serializers.CharField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    provider = serializers.CharField()
    code = serializers.CharField()
    area = serializers.CharField()
    received_at = serializers.DateTimeField()


class InquiryRow(Row):
    """One talk with the courier's side. `promised_until` is a deadline of the case."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    whom = serializers.ChoiceField(choices=Asked.choices)
    way = serializers.ChoiceField(choices=Way.choices, allow_blank=True)
    answer = serializers.CharField()
    promise = serializers.CharField()
    promised_until = moment()
    by = serializers.SerializerMethodField()

    def get_by(self, inquiry: Any) -> str:
        """Who asked."""
        return inquiry.by.shown_name if inquiry.by else ""


class ParcelRow(Row):
    """A parcel with what is known of its way. `stage` is empty while nothing is known; `warnings` refuse nothing."""

    id = serializers.IntegerField()
    waybill = serializers.CharField()
    courier = CourierName()
    shop = serializers.CharField(source="shop.code")
    orders = serializers.SerializerMethodField()
    region = serializers.CharField(source="region.code", allow_null=True, default=None)
    stage = serializers.ChoiceField(choices=Stage.choices)
    stage_label = serializers.CharField(source="get_stage_display")
    stage_since = moment()
    first_seen_at = serializers.DateTimeField()
    shipped_at = moment()
    picked_up_at = moment()
    last_event_at = moment()
    last_text = serializers.CharField()
    provider = serializers.CharField()
    code = serializers.CharField()
    problem = serializers.CharField()
    delivered_at = moment()
    returning_at = moment()
    back_at = moment()
    signed_by = serializers.ChoiceField(choices=SignedBy.choices, allow_blank=True)
    tracking_end = serializers.CharField()
    weights = WeightRow(many=True)
    findings = FindingRow(many=True)
    facts = FactRow(many=True)
    warnings = serializers.SerializerMethodField()

    def get_orders(self, parcel: Any) -> list[str]:
        """The numbers of the orders in it."""
        return [order.number for order in parcel.orders.all()]

    @extend_schema_field(ReasonRow(many=True))
    def get_warnings(self, parcel: Any) -> list[dict[str, str]]:
        """What somebody should look at again."""
        told = self.context.get("warnings")
        return [each.as_dict() for each in (odd_waybill(parcel.courier, parcel.waybill) if told is None else told)]
