"""Trouble in use in the admin, with the causes that were looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from casework.reading import CaseView
from logistics.admin.incidents import IncidentAdmin
from refunds.kinds.trouble_in_use import causes
from refunds.models import TroubleInUse


@admin.register(TroubleInUse)
class TroubleInUseAdmin(IncidentAdmin):
    """Products that give trouble in use (P1)."""

    def kind_context(self, request: HttpRequest, found: CaseView) -> dict[str, Any]:
        """The causes beside what every incident shows."""
        return super().kind_context(request, found) | {"kind_template": "admin/refunds/trouble_in_use.html", "causes": causes(found.at)}
