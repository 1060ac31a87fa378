"""What was imported, and the rows that wait for a person. For reading; importing is a page of the workbench."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from orders.admin.desk import DeskAdmin, ReadInline
from orders.admin.filters import ShopFilter
from orders.imports.reasons import failure_text
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
    fields = (("shop", "state", "channel"), ("by_name", "at"), ("started_at", "finished_at"), COUNTS, ("retried", "failure"))
    inlines = (FileInline,)

    @admin.display(description=_("Why it failed"))
    def failure(self, run: ImportRun) -> str:
        """The sentence, in the reader's language."""
        return failure_text(run)


@admin.register(HeldRow)
class HeldRowAdmin(DeskAdmin):
    """Held rows with line, column and reason; the row itself stays sealed."""

    list_display = ("id", "file", "line", "column", "code", "value", "order_number", "retry", "resolved_at")
    list_select_related = ("file",)
    list_filter = (ShopFilter, "kind", "code", "retry", ("resolved_at", admin.EmptyFieldListFilter))
    fields = (("shop", "run", "file"), ("kind", "line", "column"), ("code", "value", "order_number"), ("retry", "resolved_at"))
    ordering = ("-id",)
    SEARCH = ("order_number",)
