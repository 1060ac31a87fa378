"""Parcels, for reading: which orders travel in one, and how far it got."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from logistics.models import Parcel
from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter


@admin.register(Parcel)
class ParcelAdmin(DeskAdmin):
    """Found by waybill or by the number of an order in it."""

    SEARCH = ("waybill",)
    list_display = ("waybill", "courier", "shop", "first_seen_at", "delivered_at", "back_at")
    list_select_related = ("courier", "shop")
    list_filter = (ShopFilter, ("delivered_at", admin.EmptyFieldListFilter), ("back_at", admin.EmptyFieldListFilter))
    fields = (("waybill", "courier", "shop"), ("first_seen_at", "delivered_at", "back_at"), "its_orders", "its_cases")
    readonly_fields = ("its_orders", "its_cases")
    ordering = ("-id",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        """By the beginning of the waybill or of an order number."""
        text = search_term.strip()
        if not text:
            return queryset, False
        by_waybill = Parcel.objects.order_by().filter(waybill__startswith=text).values("pk")
        by_order = Parcel.objects.order_by().filter(orders__number__startswith=text).values("pk")
        return queryset.filter(pk__in=by_waybill.union(by_order)), False

    @admin.display(description=_("orders"))
    def its_orders(self, parcel: Parcel) -> str:
        """The orders in it."""
        rows = [(reverse("admin:orders_order_change", args=[pk]), number) for pk, number in parcel.orders.values_list("pk", "number")]
        return format_html_join(", ", '<a href="{}">{}</a>', rows) or "-"

    @admin.display(description=_("cases"))
    def its_cases(self, parcel: Parcel) -> str:
        """The cases about it."""
        cases = Case.objects.filter(incident__parcel=parcel)
        rows = [(reverse("admin:casework_case_change", args=[each.pk]), each.number, each.state_label) for each in cases]
        return format_html_join(", ", '<a href="{}">{}</a> {}', rows) or "-"
