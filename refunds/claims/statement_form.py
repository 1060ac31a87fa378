"""The fields on which a person tells what a courier's statement calls its columns, and its sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from logistics.columns_form import Field, column_fields, form_of
from logistics.models import Courier
from orders.errors import Text
from orders.models import Shop
from refunds.imports.statement_columns import MINUS, NAMES, told_columns

LABELS: dict[str, Text] = {
    "waybill": _("Waybill"),
    "amount": _("What was paid (yuan)"),
    "paid_on": _("Day of payment"),
    "reference": _("The courier's claim number"),
    "courier": _("Courier"),
}


def statement_form(
    shop: Shop, header: Sequence[str] = (), courier: Courier | None = None, typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The form for the statements of one courier to a shop."""
    told: Mapping[str, str] = typed if typed is not None else told_columns(shop.pk, courier.pk) if courier else {}
    known = Courier.objects.filter(active=True).exclude(code="unknown").values_list("code", "name")
    whose = Field(
        "courier_code",
        _("Courier"),
        courier.code if courier else told.get("courier_code", ""),
        choices=[("", _("Choose")), *known],
        is_required=True,
    )
    minus = Field(MINUS, _("What is paid stands with a minus (taken off the bill)"), told.get(MINUS, ""), is_yes=True)
    return form_of("statement-columns", shop, [whose, *column_fields(LABELS, told, NAMES), minus], header)
