"""What the nights found, for reading."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from logistics.models import Finding, NightlyCell, NightlyRun
from orders.admin.desk import DeskAdmin, ReadInline
from orders.admin.filters import ShopFilter


@admin.register(Finding)
class FindingAdmin(DeskAdmin):
    """Parcels beyond their norm, standing ones and past ones."""

    SEARCH = ("parcel__waybill",)
    SHOP_PATH = "parcel__shop"
    list_display = ("parcel", "kind", "since", "norm_hours", "code", "found_at", "ended_at", "case")
    list_select_related = ("parcel", "case")
    list_filter = ("kind", ("ended_at", admin.EmptyFieldListFilter))
    fields = (("parcel", "kind"), ("since", "norm_hours", "code"), ("found_at", "ended_at"), ("case", "run"))
    ordering = ("-found_at", "-pk")


class CellInline(ReadInline):
    """The figures by courier and region."""

    model = NightlyCell
    fields = ("courier", "region", "looked_at", "found", "twice", "opened", "closed")

    def get_queryset(self, request: HttpRequest) -> Any:
        """In the order of the board."""
        return super().get_queryset(request).select_related("courier", "region").order_by("courier__name", "region__position")


@admin.register(NightlyRun)
class NightlyRunAdmin(DeskAdmin):
    """Runs of the nightly job."""

    list_display = (
        "at",
        "shop",
        "state",
        "by_name",
        "looked_at",
        "unknown",
        "found",
        "twice",
        "opened",
        "updated",
        "closed",
        "told",
        "held",
    )
    list_select_related = ("shop",)
    list_filter = (ShopFilter, "state")
    inlines = (CellInline,)
    fields = (
        ("shop", "at"),
        ("state", "by_name"),
        ("started_at", "finished_at"),
        ("looked_at", "unknown"),
        ("found", "twice"),
        ("opened", "updated"),
        ("closed", "told"),
        "held",
    )
    ordering = ("-pk",)
