"""What was imported, and the rows that wait for a person. For reading; importing is a page of the workbench."""

from __future__ import annotations

from django.contrib import admin

from orders.admin.desk import DeskAdmin, ReadInline
from orders.admin.filters import ShopFilter
from orders.models import HeldRow, ImportFile, ImportRun

COUNTS = ("read", "new", "changed", "unchanged", "held")


class FileInline(ReadInline):
    """The files of an import with their counts."""

    model = ImportFile
    fields = ("name", "kind", "vintage", "encoding", "size", *COUNTS)
    readonly_fields = fields


@admin.register(ImportRun)
class ImportRunAdmin(DeskAdmin):
    """Imports, the newest first."""

    list_display = ("id", "shop", "state", "at", "by_name", "channel", *COUNTS)
    list_select_related = ("shop",)
    list_filter = (ShopFilter, "state", "channel")
    fields = (("shop", "state", "channel"), ("by_name", "at"), ("started_at", "finished_at"), COUNTS, ("retried", "message"))
    inlines = (FileInline,)


@admin.register(HeldRow)
class HeldRowAdmin(DeskAdmin):
    """Held rows with line, column and reason; the row itself stays sealed."""

    list_display = ("id", "file", "line", "column", "code", "value", "order_number", "retry", "resolved_at")
    list_select_related = ("file",)
    list_filter = (ShopFilter, "kind", "code", "retry", ("resolved_at", admin.EmptyFieldListFilter))
    fields = (("shop", "run", "file"), ("kind", "line", "column"), ("code", "value", "order_number"), ("retry", "resolved_at"))
    ordering = ("-id",)
    SEARCH = ("order_number",)
