"""What leads word and what was promised, for reading: every version with who wrote it. They are worded on the desk's own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from casework.models import Promise, ReplyRule, Script
from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter


class WordsAdmin(DeskAdmin):
    """Versions of a row, those of all shops and of the reader's."""

    BOOK = ""
    list_select_related = ("shop", "changed_by")
    list_filter = (ShopFilter, "standing")
    readonly_fields = ("worded",)
    ordering = ("code", "shop", "-number")

    def scoped(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The common ones and those of the person's shops."""
        shops = self.reader(request).shop_ids()
        return rows if shops is None else rows.filter(Q(shop=None) | Q(shop__in=shops))

    @admin.display(description=_("Worded on the desk"))
    def worded(self, row: Any) -> SafeString:
        """The way to its page."""
        query = f"?shop={row.shop.code}" if row.shop else ""
        return format_html('<a href="{}{}">{}</a>', reverse("word", args=[self.BOOK, row.code]), query, row.code)


@admin.register(Script)
class ScriptAdmin(WordsAdmin):
    """Reply scripts (S4.1)."""

    BOOK = "scripts"
    SEARCH = ("code",)
    list_display = ("code", "shop", "number", "standing", "kind", "title", "changed_at", "changed_by")
    fields = (("worded", "shop", "number"), ("kind", "states", "standing"), "title", "text", ("changed_at", "changed_by"))


@admin.register(ReplyRule)
class ReplyRuleAdmin(WordsAdmin):
    """Rules that replies are checked by (S4.2)."""

    BOOK = "rules"
    SEARCH = ("code",)
    list_display = ("code", "shop", "number", "standing", "check_for", "severity", "message", "changed_at", "changed_by")
    fields = (
        ("worded", "shop", "number"),
        ("check_for", "severity", "standing"),
        ("message", "better"),
        ("words_in", "unless", "least"),
        ("changed_at", "changed_by"),
    )


@admin.register(Promise)
class PromiseAdmin(DeskAdmin):
    """Promises to customers, over all cases (S1.4)."""

    SEARCH = ("case__number",)
    list_display = ("case", "what", "due_at", "status", "made_by", "ended_at")
    list_select_related = ("case", "made_by")
    list_filter = (ShopFilter, "status")
    fields = ("case", "what", ("due_at", "status"), ("made_at", "made_by"), ("ended_at", "ended_by"), "reason")
    ordering = ("-id",)
