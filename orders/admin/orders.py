"""Orders as they came in, for reading. What is known of the person stays sealed here (S5.1)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.admin.desk import DeskAdmin, ReadInline
from orders.admin.filters import ShopFilter
from orders.masks import STARS, mask_address
from orders.models import Line, Memo, Order, PlatformRefund

# Nothing of it is shown, so nothing of it is read.
SEALED = ("name_enc", "phone_enc", "street_enc", "phone_index", "phone_tail_index", "message_enc", "memo_enc", "digest")


class LineInline(ReadInline):
    """The order's lines with their money."""

    model = Line
    fields = ("number", "title", "sku", "quantity", "paid", "reserved", "refunded", "platform_refunded", "status")
    readonly_fields = fields


class MemoInline(ReadInline):
    """What the seller wrote, redacted."""

    model = Memo
    fields = ("at", "flag", "writer_code", "text", "source")
    readonly_fields = fields


class PlatformRefundInline(ReadInline):
    """What the platform says of refunds of this order."""

    model = PlatformRefund
    fields = ("number", "amount", "status", "reason", "requested_at", "deadline_at", "finished_at", "forced")
    readonly_fields = fields


@admin.register(Order)
class OrderAdmin(DeskAdmin):
    """Found by order number, waybill or the buyer's name."""

    SEARCH = ("number", "buyer__nick", "waybills__contains=")
    list_display = ("number", "shop", "buyer", "status", "paid", "reserved", "refunded", "flag", "paid_at", "shipped_at")
    list_select_related = ("shop", "buyer")
    list_filter = (ShopFilter, "status", "flag")
    ordering = ("-id",)
    inlines = (LineInline, MemoInline, PlatformRefundInline)
    fieldsets = (
        (None, {"fields": (("number", "buyer"), ("status", "shop"), ("flag", "close_reason"), "memo", "message")}),
        (
            gettext_lazy("Money"),
            {
                "fields": (
                    ("paid", "freight_paid"),
                    ("reserved", "freight_reserved"),
                    ("refunded", "freight_refunded"),
                    ("platform_refunded", "approved_total"),
                    "payment_number",
                )
            },
        ),
        (
            gettext_lazy("Times"),
            {
                "fields": (
                    ("ordered_at", "paid_at"),
                    ("ship_by", "shipped_at"),
                    ("shipped_seen_at", "finished_at"),
                    ("auto_confirm_at", "as_of"),
                )
            },
        ),
        (
            gettext_lazy("Delivery"),
            {"fields": (("courier_name", "waybills"), ("person", "place"), ("freight_insured", "invoice_wish"))},
        ),
    )
    readonly_fields = ("person", "place")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the sealed columns: they are not even fetched."""
        return super().get_queryset(request).defer(*SEALED)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        """A waybill is compared whole, as one of the order's."""
        text = search_term.strip()
        if not text:
            return queryset, False
        return queryset.filter(pk__in=orders_beginning_with(text)), False

    @admin.display(description=gettext_lazy("recipient"))
    def person(self, order: Order) -> str:
        """Whether a name is known, never which."""
        known = Order.objects.filter(pk=order.pk, name_enc__isnull=False).exists()
        return STARS if known else _("Not in the file")

    @admin.display(description=gettext_lazy("place"))
    def place(self, order: Order) -> str:
        """Down to the district."""
        return mask_address(order.province, order.city, order.district)


def orders_beginning_with(text: str) -> QuerySet[Any]:
    """Ids of orders by the beginning of number or buyer, or by a whole waybill. One index each, hence a union."""
    orders = Order.objects.order_by()
    by_number = orders.filter(number__startswith=text)
    by_buyer = orders.filter(buyer__nick__startswith=text)
    by_waybill = orders.filter(waybills__contains=[text])
    return by_number.values("pk").union(by_buyer.values("pk"), by_waybill.values("pk"))


@admin.register(Memo)
class MemoAdmin(DeskAdmin):
    """Memos over all orders, redacted."""

    list_display = ("order", "at", "flag", "writer_code", "text", "source")
    list_select_related = ("order",)
    list_filter = (ShopFilter, "flag", "source")
    fields = ("order", "at", "flag", "writer_code", "text", "source")
    ordering = ("-id",)
    SEARCH = ("order__number",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the sealed original."""
        return super().get_queryset(request).defer("text_enc", *(f"order__{name}" for name in SEALED))


@admin.register(PlatformRefund)
class PlatformRefundAdmin(DeskAdmin):
    """Refund requests as the platform tells them."""

    list_display = ("number", "order", "amount", "status", "is_open", "is_paid", "forced", "deadline_at")
    list_select_related = ("order",)
    list_filter = (ShopFilter, "is_open", "forced")
    fields = (
        ("number", "shop", "order", "line"),
        ("amount", "status", "is_open", "is_paid", "forced"),
        ("after_sale_type", "phase", "reason", "return_waybill"),
        ("requested_at", "deadline_at", "evidence_deadline_at", "finished_at"),
    )
    ordering = ("-id",)
    SEARCH = ("number", "order__number")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Without the order's sealed columns."""
        return super().get_queryset(request).defer(*(f"order__{name}" for name in SEALED))
