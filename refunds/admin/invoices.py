"""Invoices in the admin, their data behind masks."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from casework.admin.case_list import StateFilter, WhoseFilter
from casework.admin.cases import WorkedCase
from casework.reading import CaseView
from orders.admin.filters import ShopFilter
from refunds.invoicing import WARNINGS, rows_of
from refunds.models import Invoice


@admin.register(Invoice)
class InvoiceAdmin(WorkedCase):
    """Invoices that customers want (I1)."""

    list_display = ("number", "state_name", "turn", "subject_label", "order_number", "buyer_name", "owner", "due")
    list_filter = (ShopFilter, StateFilter, WhoseFilter)

    def kind_context(self, request: HttpRequest, found: CaseView) -> dict[str, Any]:
        """What the invoice says, masked."""
        facts = found.case.facts
        warnings = [WARNINGS[each] for each in facts.warnings]
        return {
            "kind_template": "admin/refunds/invoice.html",
            "invoice": facts,
            "rows": rows_of(facts.shown, facts.missing),
            "warnings": warnings,
        }
