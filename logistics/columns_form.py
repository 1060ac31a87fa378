"""The small form on which a person tells what a list calls its columns: one for every kind of list, drawn by one template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True)
class Field:
    """A field of the form: what it is and what is told of it so far. With `choices` one of them, with `is_yes` yes or no, else a column's name, of
    which `usual` are known without telling."""

    name: str
    label: Text
    value: str = ""
    usual: str = ""
    choices: Sequence[tuple[str, Text]] = ()
    is_yes: bool = False
    is_required: bool = False


def column_fields(labels: Mapping[str, Text], told: Mapping[str, str], usual: Mapping[str, Sequence[str]]) -> list[Field]:
    """The fields for names of columns, in the order of their labels."""
    return [Field(name, label, told.get(name, ""), "、".join(usual[name][:4])) for name, label in labels.items()]


def form_of(page: str, shop: Shop, fields: Sequence[Field], header: Sequence[str]) -> dict[str, Any]:
    """The form's context. `page` takes it, by the shop's code; `header` are the columns of a file that was not recognised, to choose from."""
    names = [cell.strip()[:LONGEST] for cell in header if cell.strip()][:MOST]
    return {"page": page, "shop": shop, "fields": fields, "header": list(dict.fromkeys(names))}


def shipping_form(shop: Shop, header: Sequence[str] = (), typed: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The form for a shop's shipping list."""
    told = told_columns(shop.pk) if typed is None else typed
    usual = NAMES | {f"{source}_weight": names for source, names in SCALES.items()}
    unit = Field("unit", _("Unit of the weights"), told.get("unit", ""), choices=list(UNIT_LABELS.items()))
    return form_of("shipping_columns", shop, [*column_fields(LABELS, told, usual), unit], header)
