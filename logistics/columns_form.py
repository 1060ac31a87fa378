"""The small form on which a person tells what a shop's shipping list calls its columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from logistics.imports.weight_columns import NAMES, SCALES, told_columns
from orders.errors import Text
from orders.models import Shop

LONGEST, MOST = 100, 100
LABELS: dict[str, Text] = {
    "waybill": _("Waybill"),
    "courier": _("Courier"),
    "warehouse_weight": _("Weight on our scale"),
    "waybill_weight": _("Weight on the waybill"),
    "courier_weight": _("Weight of the courier"),
    "slip_weight": _("Weight on the base slip"),
    "packed_by": _("Packed by"),
    "weighed_at": _("Time of weighing or shipping"),
    "number": _("Order number"),
}
UNIT_LABELS: dict[str, Text] = {
    "": _("stands in the cells or in the column's name"),
    "kg": _("kilograms"),
    "g": _("grams"),
    "jin": _("jin (500 g)"),
}


class Line(NamedTuple):
    """A field of the form: what it is, what is told of it so far, and the names that are known without telling."""

    name: str
    label: Text
    value: str
    usual: str


def columns_form(shop: Shop, header: Sequence[str] = (), typed: dict[str, str] | None = None) -> dict[str, Any]:
    """The form's context. `header` are the columns of a file that was not recognised, to choose from."""
    told = told_columns(shop.pk) if typed is None else typed
    usual = NAMES | {f"{source}_weight": names for source, names in SCALES.items()}
    choices = [cell.strip()[:LONGEST] for cell in header if cell.strip()][:MOST]
    return {
        "shop": shop,
        "lines": [Line(name, label, told.get(name, ""), "、".join(usual[name][:4])) for name, label in LABELS.items()],
        "units": list(UNIT_LABELS.items()),
        "unit": told.get("unit", ""),
        "header": list(dict.fromkeys(choices)),
    }
