"""Courier claims in the admin, and the lines of statements with what they paid."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from casework.admin.case_list import StateFilter, WhoseFilter
from casework.admin.cases import WorkedCase
from casework.reading import CaseView
from orders.admin.desk import DeskAdmin
from orders.admin.filters import ShopFilter
from refunds.claims.claiming import claim_of
from refunds.models import CourierClaim, Recovery, StatementColumns, StatementLine


@admin.register(CourierClaim)
class CourierClaimAdmin(WorkedCase):
    """What couriers owe, claimed (L13)."""

    list_display = ("number", "state_name", "turn", "subject_label", "order_number", "owner", "due")
    list_filter = (ShopFilter, StateFilter, WhoseFilter)

    def kind_context(self, request: HttpRequest, found: CaseView) -> dict[str, Any]:
        """The claim, its papers and its money beside the case."""
        recoveries = Recovery.objects.filter(case=found.case).select_related("line", "by")
        about = {"claim": claim_of(found.at), "facts": found.case.facts, "papers": found.checklist, "recoveries": list(recoveries)}
        return {"kind_template": "admin/refunds/claim.html", **about}


@admin.register(StatementLine)
class StatementLineAdmin(DeskAdmin):
    """Every line that couriers' statements have told. What it says is never changed; it is settled on the page of claims."""

    SEARCH = ("waybill", "reference")
    list_display = ("waybill", "courier", "amount", "paid_on", "reference", "recovery", "settled_at", "settled_by")
    list_select_related = ("courier", "settled_by", "recovery")
    list_filter = (ShopFilter, ("courier", admin.RelatedOnlyFieldListFilter), ("settled_at", admin.EmptyFieldListFilter), "paid_on")
    fields = (("waybill", "courier"), ("amount", "paid_on", "reference"), ("file", "at"), ("settled_at", "settled_by"), "note")
    ordering = ("-id",)


@admin.register(Recovery)
class RecoveryAdmin(DeskAdmin):
    """Money of claims that truly moved. The database refuses every change of it."""

    SEARCH = ("case__number", "line__waybill")
    list_display = ("case", "direction", "amount", "line", "by", "at", "note")
    list_select_related = ("case", "line", "by")
    list_filter = (ShopFilter, "direction", "at")
    fields = (("case", "direction", "amount"), "line", ("by", "at"), "note")
    ordering = ("-id",)


@admin.register(StatementColumns)
class StatementColumnsAdmin(DeskAdmin):
    """How each courier's statement calls its columns; told on the page of the import."""

    list_display = ("courier", "shop", "columns")
    list_select_related = ("courier", "shop")
    list_filter = (ShopFilter,)
    fields = (("shop", "courier"), "columns")
    ordering = ("shop", "courier")
