"""Gifts in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from casework.admin.case_list import StateFilter, WhoseFilter
from casework.admin.cases import WorkedCase
from casework.reading import CaseView
from orders.admin.filters import ShopFilter
from refunds.models import Gift


@admin.register(Gift)
class GiftAdmin(WorkedCase):
    """Gifts that customers asked for (S4.3)."""

    list_display = ("number", "state_name", "turn", "subject_label", "order_number", "buyer_name", "owner", "due")
    list_filter = (ShopFilter, StateFilter, WhoseFilter)

    def kind_context(self, request: HttpRequest, found: CaseView) -> dict[str, Any]:
        """The gift beside the case."""
        return {"kind_template": "admin/refunds/gift.html", "gift": found.case.facts}
