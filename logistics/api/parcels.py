"""Parcels: found by waybill, order, shop and stage; entered and weighed by hand; their traces."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from logistics.actions.add_parcel import add_parcel
from logistics.actions.take_back import take_back
from logistics.actions.weigh import weigh
from logistics.api.bodies import ParcelBody, WeightBody
from logistics.api.rows import EventRow, ParcelRow, WeightRow
from logistics.models import Parcel, Stage, TrackingEvent
from logistics.patterns import folded
from orders.access import Actor
from orders.api.filters import LONGEST, ChoiceFilter, text_filter
from orders.api.views import DeskList, DeskView
from orders.clock import parse_instant
from orders.errors import NotFound
from orders.models import Order

# In an address nothing stands for nothing known.
STAGES = [("unknown", "unknown"), *((value, value) for value in Stage.values if value)]


class ParcelFilters(django_filters.FilterSet):
    """By exact waybill and order number, by the shop's code, and by stage: `unknown` where nothing is known."""

    waybill = django_filters.CharFilter(method="by_waybill", max_length=LONGEST)
    order = text_filter("orders__number")
    shop = text_filter("shop__code")
    stage = ChoiceFilter("stage", STAGES, method="by_stage")

    def by_waybill(self, rows: QuerySet[Parcel], name: str, text: str) -> QuerySet[Parcel]:
        """As it was written, or in its one form."""
        return rows.filter(waybill__in={text, folded(text)})

    def by_stage(self, rows: QuerySet[Parcel], name: str, text: str) -> QuerySet[Parcel]:
        """The stage."""
        return rows.filter(stage="" if text == "unknown" else text)


def parcels_of(by: Actor) -> QuerySet[Parcel]:
    """Parcels with all that a row shows, in five queries whatever their number."""
    orders = Prefetch("orders", Order.objects.only("number").order_by("pk"))
    found: QuerySet[Parcel] = Parcel.objects.for_actor(by).select_related("courier", "shop", "region")
    return found.prefetch_related(orders, "weights", "findings", "facts")


class Parcels(DeskList):
    """Parcels of the caller's shops."""

    queryset = Parcel.objects.none()
    serializer_class = ParcelRow
    filterset_class = ParcelFilters

    def get_queryset(self) -> QuerySet[Parcel]:
        """Newest first."""
        return parcels_of(self.actor)

    @extend_schema(request=ParcelBody, responses={201: ParcelRow, 200: ParcelRow})
    def post(self, request: Request) -> Response:
        """Enter a parcel: 201, or 200 where it stands already; orders that were missing are added. An odd waybill is only warned of."""
        added = add_parcel(**self.read(ParcelBody), by=self.actor, at=self.at)
        row = ParcelRow(parcels_of(self.actor).get(pk=added.parcel.pk), context={"warnings": added.warnings})
        return Response(row.data, status=status.HTTP_201_CREATED if added.is_new else status.HTTP_200_OK)


class Back(DeskView):
    """A parcel that is with us again."""

    @extend_schema(request=None, responses={200: ParcelRow})
    def post(self, request: Request, parcel_id: int) -> Response:
        """Keep that it is here; told again nothing changes. One that was delivered is refused."""
        parcel = take_back(parcel_id, by=self.actor, at=self.at)
        return Response(ParcelRow(parcels_of(self.actor).get(pk=parcel.pk)).data)


class Events(DeskList):
    """The trace of a parcel."""

    queryset = TrackingEvent.objects.none()
    serializer_class = EventRow
    cursor_fields = ("-at", "-place", "-pk")

    def get_queryset(self) -> QuerySet[TrackingEvent]:
        """Newest first. Raises NotFound outside the caller's shops."""
        parcel = self.kwargs["parcel_id"]
        if not Parcel.objects.for_actor(self.actor).filter(pk=parcel).exists():
            raise NotFound
        return TrackingEvent.objects.filter(parcel=parcel)


class Weights(DeskView):
    """Weights of a parcel."""

    @extend_schema(request=WeightBody, responses={201: WeightRow})
    def post(self, request: Request, parcel_id: int) -> Response:
        """Keep a weight beside those that stand there (L5.2)."""
        given: dict[str, Any] = self.read(WeightBody)
        told = given.pop("weighed_at", None)
        at = parse_instant(told, "weighed_at") if told else None
        weight = weigh(parcel_id, by=self.actor, at=self.at, weighed_at=at, **given)
        return Response(WeightRow(weight).data, status=status.HTTP_201_CREATED)
