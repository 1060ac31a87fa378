"""Runs of the nightly job, with their figures."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from rest_framework import serializers

from casework.api.rows import moment
from logistics.models import NightlyCell, NightlyRun
from orders.access import Actor
from orders.api.filters import text_filter
from orders.api.views import DeskList

Row = serializers.Serializer[Any]


class NightlyCellRow(Row):
    """The figures of one courier and one region; `region` is null where the destination is not known."""

    courier = serializers.CharField(source="courier.code")
    region = serializers.CharField(source="region.code", allow_null=True, default=None)
    looked_at = serializers.IntegerField()
    found = serializers.IntegerField()
    twice = serializers.IntegerField()
    opened = serializers.IntegerField()
    closed = serializers.IntegerField()


class NightlyRunRow(Row):
    """A run over one shop as of `at`. `found` and `twice` are what stood beyond the norm and beyond twice the norm after it; of parcels
    that nothing is known of yet (`unknown`) nothing is said; `held` of them wait for the feed. `by` is "" when the night came by itself."""

    id = serializers.IntegerField()
    shop = serializers.CharField(source="shop.code")
    at = serializers.DateTimeField()
    started_at = serializers.DateTimeField()
    finished_at = moment()
    state = serializers.ChoiceField(choices=NightlyRun.State.choices)
    by = serializers.CharField(source="by_name")
    looked_at = serializers.IntegerField()
    unknown = serializers.IntegerField()
    found = serializers.IntegerField()
    twice = serializers.IntegerField()
    opened = serializers.IntegerField()
    updated = serializers.IntegerField()
    closed = serializers.IntegerField()
    told = serializers.IntegerField()
    held = serializers.IntegerField()
    cells = NightlyCellRow(many=True)


class NightlyRunFilters(django_filters.FilterSet):
    """By the shop's code."""

    shop = text_filter("shop__code")


def runs_of(by: Actor) -> QuerySet[NightlyRun]:
    """Runs with all that a row shows, in two queries whatever their number."""
    cells = NightlyCell.objects.select_related("courier", "region").order_by("courier__name", "region__position", "pk")
    found: QuerySet[NightlyRun] = NightlyRun.objects.for_actor(by).select_related("shop")
    return found.prefetch_related(Prefetch("cells", cells))


class NightlyRuns(DeskList):
    """Runs of the nightly job in the caller's shops."""

    queryset = NightlyRun.objects.none()
    serializer_class = NightlyRunRow
    filterset_class = NightlyRunFilters

    def get_queryset(self) -> QuerySet[NightlyRun]:
        """Newest first."""
        return runs_of(self.actor)
