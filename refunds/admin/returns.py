"""Returns and exchanges in the admin, and what the returns desk keeps, for reading."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from casework.reading import CaseView
from logistics.admin.incidents import IncidentAdmin
from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter
from refunds.goods.coming import coming
from refunds.models import CameBackAfterRefund, Exchange, QualityFault, ReturnGoods, StrayParcel


class ComesBackAdmin(IncidentAdmin):
    """What comes back, with its pieces and the parcel."""

    def kind_context(self, request: HttpRequest, found: CaseView) -> dict[str, Any]:
        """The pieces and what was found, beside the parcel."""
        return super().kind_context(request, found) | {"kind_template": "admin/refunds/coming_back.html", "coming": coming(found.at)}


@admin.register(ReturnGoods)
class ReturnGoodsAdmin(ComesBackAdmin):
    """Returns (R5)."""


@admin.register(Exchange)
class ExchangeAdmin(ComesBackAdmin):
    """Exchanges (R6)."""


@admin.register(QualityFault)
class QualityFaultAdmin(DeskAdmin):
    """Goods that came back for their quality, and who gave them to which department (R5.3)."""

    SEARCH = ("case__number", "line__title")
    list_display = ("case", "line", "quantity", "found_at", "department", "given_at", "given_by")
    list_select_related = ("case", "line", "given_by")
    list_filter = (("given_at", admin.EmptyFieldListFilter), "found_at")
    fields = (("case", "line", "quantity"), "found_at", ("department", "given_at", "given_by"))
    ordering = ("-id",)


@admin.register(StrayParcel)
class StrayParcelAdmin(DeskAdmin):
    """Parcels that came without a case, and those that were not taken (R3.6)."""

    SEARCH = ("waybill",)
    list_display = ("waybill", "courier", "came_at", "kept_by", "refused", "case", "matched_at", "matched_by")
    list_select_related = ("courier", "kept_by", "case", "matched_by")
    list_filter = (ShopFilter, "refused", ("matched_at", admin.EmptyFieldListFilter))
    fields = (("waybill", "courier"), ("came_at", "kept_by"), "note", "refused", ("case", "matched_at", "matched_by"))
    ordering = ("-id",)


@admin.register(CameBackAfterRefund)
class CameBackAfterRefundAdmin(DeskAdmin):
    """Parcels that came back although their goods were refunded as lost (L13.1)."""

    SEARCH = ("waybill", "order__number")
    list_display = ("waybill", "courier", "order", "refunded", "at", "seen_at", "seen_by")
    list_select_related = ("courier", "order", "seen_by")
    list_filter = (ShopFilter, ("seen_at", admin.EmptyFieldListFilter))
    fields = (("waybill", "courier", "order"), "refunded", "at", ("seen_at", "seen_by"))
    ordering = ("-id",)
