"""What the API of parcels takes."""

from __future__ import annotations

from rest_framework import serializers

from logistics.models import Asked, Way, WeighedBy
from orders.api.bodies import Body, Text, Whole


class ParcelBody(Body):
    """A waybill of a courier, and the numbers of the orders that travel in it."""

    orders = serializers.ListField(child=Text(max_length=32), max_length=50)
    courier = Text(max_length=64, help_text="The courier's code in the directory, such as zhongtong.")
    waybill = Text(max_length=100)


class WeightBody(Body):
    """A weight in grams, and whose scale showed it."""

    source = serializers.ChoiceField(choices=WeighedBy.choices)  # type: ignore[assignment]
    grams = Whole()
    weighed_at = Text(required=False, allow_null=True, max_length=40, help_text="ISO 8601; without it our own scale was read just now.")
    packed_by = Text(required=False, max_length=60)


class InquiryBody(Body):
    """Whom we asked by which way; what they answered and promised, as far as they did."""

    whom = serializers.ChoiceField(choices=Asked.choices)
    way = serializers.ChoiceField(choices=Way.choices)
    answer = Text(required=False, max_length=1000)
    promise = Text(required=False, max_length=500)
    promised_until = Text(
        required=False, allow_null=True, max_length=40, help_text="ISO 8601; without it a promise is to be kept within `courier_trace`."
    )
    asked_at = Text(required=False, allow_null=True, max_length=40, help_text="ISO 8601; without it just now.")
