"""Requests, approvals, transfers, payouts and how requests ended, for reading. The database refuses every change of them."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter
from refunds.kept_policies import kept_policies
from refunds.models import Approval, Ending, GoodsOut, Payout, Request, SendBack, Transfer


@admin.register(Request)
class RequestAdmin(DeskAdmin):
    """Every version of every request. Account and name of the payee stay sealed."""

    SEARCH = ("order__number", "case__number")
    list_display = ("case", "seq", "order", "amount", "reason", "ground", "payee_channel", "payee_mask", "asked_by", "asked_at")
    list_select_related = ("case", "order", "asked_by")
    list_filter = (ShopFilter, "reason", "ground", "payee_channel", "asked_at")
    fields = (
        ("case", "seq", "order"),
        ("amount", "freight", "beyond", "beyond_kind", "party"),
        "lines",
        ("reason", "ground", "evidence"),
        ("payee_channel", "payee_mask"),
        ("asked_by", "asked_at"),
    )
    ordering = ("-id",)


@admin.register(Approval)
class ApprovalAdmin(DeskAdmin):
    """Every yes, with the sums and limits of its moment."""

    SEARCH = ("order__number", "request__case__number")
    list_display = ("request", "order", "amount", "cumulated", "limit_at", "asked_by", "decided_by", "decided_at", "valid_until")
    list_select_related = ("request__case", "order", "asked_by", "decided_by", "power_of")
    list_filter = (ShopFilter, "decided_at")
    fields = (
        ("request", "order", "amount"),
        ("asked_by", "decided_by", "power_of"),
        ("decided_at", "stepped_up_at"),
        ("cumulated", "limit_at"),
        ("day", "day_total", "day_limit"),
        ("valid_until", "reason"),
        "policies_then",
    )
    readonly_fields = ("policies_then",)
    ordering = ("-id",)

    @admin.display(description=_("policies at that time"))
    def policies_then(self, approval: Approval) -> SafeString:
        """Each policy that the decision used, with its value then."""
        return format_html_join(SafeString("<br>"), "{}: {}", kept_policies(approval))


@admin.register(Payout)
class PayoutAdmin(DeskAdmin):
    """Every payment with the platform's number."""

    SEARCH = ("platform_number", "approval__order__number", "approval__request__case__number")
    list_display = ("platform_number", "approval", "amount", "channel", "asked_by", "paid_by", "paid_at", "recorded_at")
    list_select_related = ("approval", "asked_by", "paid_by")
    list_filter = (ShopFilter, "channel", "paid_at")
    fields = (("approval", "amount"), ("channel", "gateway", "platform_number"), ("asked_by", "paid_by"), ("paid_at", "recorded_at"))
    ordering = ("-id",)


@admin.register(Transfer)
class TransferAdmin(DeskAdmin):
    """Every order to a provider and what is known of it. The payee stays sealed."""

    SEARCH = ("key", "approval__order__number", "approval__request__case__number")
    list_display = ("key", "approval", "amount", "gateway", "status", "code", "tries", "wake_at", "sent_by", "sent_at")
    list_select_related = ("approval", "sent_by")
    list_filter = (ShopFilter, "status", "gateway", "sent_at")
    fields = (
        ("key", "approval", "amount"),
        ("gateway", "status", "code"),
        ("tries", "tried_at", "wake_at"),
        ("asked_by", "sent_by", "sent_at"),
    )
    ordering = ("-id",)


@admin.register(SendBack)
class SendBackAdmin(DeskAdmin):
    """Requests for which more was wanted."""

    SHOP_PATH = "request__order__shop"
    SEARCH = ("request__order__number", "request__case__number")
    list_display = ("request", "by", "at", "reason")
    list_select_related = ("request__case", "by")
    list_filter = (ShopFilter, "at")
    fields = ("request", "by", "at", "reason")
    ordering = ("-id",)


@admin.register(Ending)
class EndingAdmin(DeskAdmin):
    """Requests that ended without money."""

    SHOP_PATH = "request__order__shop"
    SEARCH = ("request__order__number", "request__case__number")
    list_display = ("request", "kind", "by", "at", "reason")
    list_select_related = ("request__case", "by")
    list_filter = (ShopFilter, "kind", "at")
    fields = ("request", "kind", "by", "at", "reason")
    ordering = ("-id",)


@admin.register(GoodsOut)
class GoodsOutAdmin(DeskAdmin):
    """What left stock for a case, at which cost and at whose."""

    SEARCH = ("order__number", "case__number", "what")
    list_display = ("case", "order", "kind", "line", "what", "quantity", "unit_cost", "party", "at")
    list_select_related = ("case", "order", "line")
    list_filter = (ShopFilter, "kind", "party", "at")
    fields = (("case", "order", "kind"), ("line", "what", "quantity"), ("unit_cost", "party"), "at")
    ordering = ("-id",)
