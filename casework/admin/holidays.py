"""Days that differ from the week's pattern. They move deadlines that count in working time."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from casework.models import Holiday
from orders.admin.desk import DeskAdmin
from orders.roles import Role

KEEPERS = frozenset({Role.MANAGER, Role.ADMIN})


@admin.register(Holiday)
class HolidayAdmin(DeskAdmin):
    """Holidays and make-up working days; deadlines that run already keep their time."""

    ADD = CHANGE = DELETE = KEEPERS
    list_display = ("day", "name", "kind")
    list_filter = ("working",)
    date_hierarchy = "day"
    fields = ("day", "working", "name")
    ordering = ("-day",)

    @admin.display(description=_("kind"))
    def kind(self, holiday: Holiday) -> Any:
        """Off or worked."""
        return _("working day") if holiday.working else _("off")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The day names the row."""
        return ("day",) if obj else ()
