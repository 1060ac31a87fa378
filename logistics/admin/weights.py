"""Weights of parcels and how shops name the columns of their shipping lists, for reading. Both are entered on the pages of the desk."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from logistics.columns_form import LABELS, UNIT_LABELS
from logistics.models import ShippingColumns, Weight
from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter


@admin.register(Weight)
class WeightAdmin(DeskAdmin):
    """Each weighing of each side; none is ever changed."""

    SEARCH = ("parcel__waybill",)
    list_display = ("parcel", "source", "grams", "weighed_at", "packed_by", "entered_at", "entered_by")
    list_select_related = ("parcel", "entered_by")
    list_filter = (ShopFilter, "source")
    fields = (("parcel", "source", "grams"), ("weighed_at", "packed_by"), ("entered_at", "entered_by"))
    ordering = ("-id",)


@admin.register(ShippingColumns)
class ShippingColumnsAdmin(DeskAdmin):
    """What each shop has told of its shipping list; told anew on the page of the import."""

    list_display = ("shop",)
    list_select_related = ("shop",)
    fields = ("shop", "told")
    readonly_fields = ("told",)
    ordering = ("shop__code",)

    @admin.display(description=_("columns"))
    def told(self, row: ShippingColumns) -> str:
        """Field and column, one a line."""
        words = LABELS | {"unit": _("Unit of the weights")}
        lines = [(words.get(name, name), UNIT_LABELS.get(value, value) if name == "unit" else value) for name, value in row.columns.items()]
        return format_html_join("", "<div>{}: {}</div>", lines) or "-"
