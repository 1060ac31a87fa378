"""Parcels, for reading: which orders travel in one, and how far it got."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from logistics.models import Parcel
from logistics.parcel_facts import word_of
from logistics.reading import NODES, scales
from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter


@admin.register(Parcel)
class ParcelAdmin(DeskAdmin):
    """Found by waybill or by the number of an order in it."""

    SEARCH = ("waybill",)
    list_display = ("waybill", "courier", "shop", "region", "stage", "last_event_at", "shipped_at", "delivered_at")
    list_select_related = ("courier", "shop", "region")
    list_filter = (ShopFilter, "stage", "region", ("delivered_at", admin.EmptyFieldListFilter), ("back_at", admin.EmptyFieldListFilter))
    fields = (
        ("waybill", "courier", "shop"),
        ("region", "stage", "stage_since"),
        ("first_seen_at", "shipped_at", "picked_up_at"),
        ("last_event_at", "returning_at", "signed_by"),
        ("delivered_at", "back_at", "tracking_end"),
        "its_orders",
        "its_cases",
        "its_weights",
        "its_facts",
        "its_trace",
    )
    readonly_fields = ("its_orders", "its_cases", "its_weights", "its_facts", "its_trace")
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

    @admin.display(description=_("Weights"))
    def its_weights(self, parcel: Parcel) -> str:
        """What each side weighed last, and what it had weighed before."""
        rows = [
            (each.label, each.weight.grams, ", ".join(str(old.grams) for old in each.before) or "-")
            for each in scales(list(parcel.weights.all()))
        ]
        return format_html_join("", "<div>{}: {} g ({})</div>", rows) or "-"

    @admin.display(description=_("What stands out"))
    def its_facts(self, parcel: Parcel) -> str:
        """Findings and facts."""
        found = [(each.since, each.get_kind_display(), each.code) for each in parcel.findings.all()]
        told = [(each.at, word_of(each.name), f"{each.provider} {each.code}") for each in parcel.facts.all()]
        return _lines(sorted(found + told, key=lambda row: row[0], reverse=True))

    @admin.display(description=_("Its way"))
    def its_trace(self, parcel: Parcel) -> str:
        """The newest nodes, the newest first."""
        nodes = parcel.events.order_by("-at", "-place", "-pk")[:NODES]
        return _lines([(each.at, each.text, f"{each.provider} {each.code}") for each in nodes])


def _lines(rows: list[tuple[dt.datetime, str, str]]) -> str:
    """Time, words and code, one a line."""
    return (
        format_html_join("", "<div>{} {} <small>{}</small></div>", [(f"{localtime(at):%Y-%m-%d %H:%M}", *rest) for at, *rest in rows])
        or "-"
    )
