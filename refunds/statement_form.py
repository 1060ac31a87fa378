"""The small form on which a person tells what a courier's statement calls its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from logistics.models import Courier
from orders.errors import Text
from orders.models import Shop
from refunds.imports.statement_columns import MINUS, NAMES, told_columns

LONGEST, MOST = 100, 100
LABELS: dict[str, Text] = {
    "waybill": _("Waybill"),
    "amount": _("What was paid (yuan)"),
    "paid_on": _("Day of payment"),
    "reference": _("The courier's claim number"),
    "courier": _("Courier"),
}


class Line(NamedTuple):
    """A field of the form: what it is, what is told of it so far, and the names that are known without telling."""

    name: str
    label: Text
    value: str
    usual: str


def statement_form(
    shop: Shop, header: Sequence[str] = (), courier: Courier | None = None, typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The form's context. `header` are the columns of a file that was not recognised, to choose from."""
    told: Mapping[str, str] = typed if typed is not None else told_columns(shop.pk, courier.pk) if courier else {}
    choices = [cell.strip()[:LONGEST] for cell in header if cell.strip()][:MOST]
    return {
        "shop": shop,
        "courier": courier.code if courier else told.get("courier_code", ""),
        "couriers": Courier.objects.filter(active=True).exclude(code="unknown"),
        "lines": [Line(name, label, told.get(name, ""), "、".join(NAMES[name][:4])) for name, label in LABELS.items()],
        "minus": bool(told.get(MINUS)),
        "header": list(dict.fromkeys(choices)),
    }
