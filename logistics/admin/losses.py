"""What couriers owe, for reading: claims will be built on it (L13.1)."""

from __future__ import annotations

from django.contrib import admin

from logistics.models import Loss
from orders.admin.desk import DeskAdmin


@admin.register(Loss)
class LossAdmin(DeskAdmin):
    """Losses by courier, standing ones and those that were none after all."""

    SEARCH = ("parcel__waybill",)
    SHOP_PATH = "parcel__shop"
    list_display = ("parcel", "courier", "cause", "amount", "rule", "at", "ended_at", "case")
    list_select_related = ("parcel", "courier", "case")
    list_filter = ("cause", ("courier", admin.RelatedOnlyFieldListFilter), ("ended_at", admin.EmptyFieldListFilter))
    fields = (("parcel", "courier"), ("cause", "amount", "rule"), ("at", "ended_at"), "case")
    ordering = ("-at", "-pk")
