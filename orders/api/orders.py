"""GET /api/v1/orders/: orders with their lines and what is left to refund."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers

from orders.api.filters import text_filter
from orders.api.views import DeskList
from orders.models import Order, OrderStatus


def yuan(source: str | None = None) -> serializers.DecimalField:
    """An amount of yuan, as text with two places."""
    return serializers.DecimalField(max_digits=12, decimal_places=2, source=source)


class LineRow(serializers.Serializer[Any]):
    """A sub-order with its share of the order's money. `room` is what may still be asked for."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    title = serializers.CharField()
    sku = serializers.CharField()
    quantity = serializers.IntegerField()
    paid = yuan()
    reserved = yuan()
    refunded = yuan()
    room = yuan()


class OrderRow(serializers.Serializer[Any]):
    """An order as the platform's export told it, with our counters. `freight` is the postage in `paid`."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    shop = serializers.CharField(source="shop.code")
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    paid = yuan()
    freight = yuan("freight_paid")
    reserved = yuan()
    refunded = yuan()
    platform_refunded = yuan()
    room = yuan()
    freight_room = yuan()
    waybills = serializers.ListField(child=serializers.CharField())
    ordered_at = serializers.DateTimeField(allow_null=True)
    paid_at = serializers.DateTimeField(allow_null=True)
    shipped_at = serializers.DateTimeField(allow_null=True)
    ship_by = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    lines = LineRow(many=True)


class OrderFilters(django_filters.FilterSet):
    """By exact number, and by the shop's code."""

    number = text_filter("number")
    shop = text_filter("shop__code")


class Orders(DeskList):
    """Orders of the caller's shops. Nothing of a person's data is in the answer."""

    queryset = Order.objects.none()
    serializer_class = OrderRow
    filterset_class = OrderFilters

    def get_queryset(self) -> QuerySet[Order]:
        """Orders with shop and lines, in three queries whatever their number."""
        return Order.objects.for_actor(self.actor).select_related("shop").prefetch_related("lines")
