"""Reshipments in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from casework.reading import CaseView
from logistics.admin.incidents import IncidentAdmin
from refunds.models import Reshipment


@admin.register(Reshipment)
class ReshipmentAdmin(IncidentAdmin):
    """What is sent again, with its lines and its new parcel."""

    def kind_context(self, request: HttpRequest, found: CaseView) -> dict[str, Any]:
        """The lines beside the parcel."""
        return super().kind_context(request, found) | {"pieces": found.at.more["resent"]}
