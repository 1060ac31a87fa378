"""Goods out of stock in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from casework.admin.case_list import StateFilter, WhoseFilter
from casework.admin.cases import WorkedCase
from casework.reading import CaseView
from orders.admin.filters import ShopFilter
from refunds.goods.missing_stock import standing
from refunds.models import OutOfStock


@admin.register(OutOfStock)
class OutOfStockAdmin(WorkedCase):
    """Paid but out of stock (R12)."""

    list_display = ("number", "state_name", "turn", "subject_label", "order_number", "buyer_name", "owner", "due")
    list_filter = (ShopFilter, StateFilter, WhoseFilter)

    def kind_context(self, request: HttpRequest, found: CaseView) -> dict[str, Any]:
        """What is not there, and the offer."""
        return {"kind_template": "admin/refunds/out_of_stock.html", "stock": found.case.facts, "missing": standing(found.at).pieces}
