"""The lists of logistics, as the import of orders takes them in beside its own."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import StrIndex, Substr
from django.utils.translation import gettext_lazy as _

from logistics.columns_form import shipping_form
from logistics.imports import tracking, tracking_columns, weight_columns, weights
from logistics.imports.tracking_columns import TRACKING
from logistics.imports.tracking_rows import TrackingRows
from logistics.imports.weight_columns import WEIGHTS
from logistics.imports.weight_rows import WeightRows
from logistics.models import Parcel
from orders.imports.lists import ColumnsForm, ListKind, SeenOn, add_list
from orders.models import HeldRow, Order
from orders.roles import EVERYBODY

# Weights and traces are seen on the page of their parcel.
PARCELS = SeenOn(_("Parcels"), "parcels", EVERYBODY)
SENTENCES = {
    "bad_waybill": _("This is no waybill: letters, digits and hyphens are expected."),
    "bad_weight": _("This is no weight: a number like 1.25 with a point, in whole grams, above 0 and at most 1000 kg is expected."),
    "unit_unknown": _(
        "Neither the cell nor the column's name tells the unit. Tell the unit of the shop's shipping list and import it again."
    ),
    "units_contradict": _("The cell has another unit than the column's name."),
    "odd_waybills": _("{n} new waybills do not look like their couriers' ({examples}). They went in; look at them again."),
    "unknown_parcel": _("No parcel has this waybill yet, and no known order is named. Tried again at the next import."),
    "several_parcels": _("Several couriers ({courier}) have a parcel with this waybill; the list must name the courier."),
    "other_courier": _("This waybill is known with another courier ({courier}). Correct the parcel or the list."),
}


def with_parcel(rows: QuerySet[HeldRow]) -> QuerySet[HeldRow]:
    """Held rows whose parcel or order is known by now. What the row is about begins with its waybill."""
    about = KT("params__key")
    waybill = Substr(about, 1, StrIndex(about, Value(" ")) - 1)
    parcels = Parcel.objects.filter(shop=OuterRef("shop"), waybill=OuterRef("waybill"))
    orders = Order.objects.filter(shop=OuterRef("shop"), number=OuterRef("order_number"))
    return rows.annotate(waybill=waybill).filter(Exists(parcels) | Exists(orders) & ~Q(order_number=""))


def register() -> None:
    """Tell the import; called from AppConfig.ready. Weights before traces: a shipping list may make the parcels that traces tell of."""
    weighed = _(
        "Shipping lists of the print software: waybill and weight are needed; parcels that are not known yet wait. Each weight stands on its parcel."
    )
    add_list(
        ListKind(
            WEIGHTS,
            _("shipping list"),
            weight_columns.layout_of,
            WeightRows,
            weights.COLUMNS,
            weights.merge,
            with_parcel,
            weighed,
            form=ColumnsForm("logistics/columns_asked.html", shipping_form, "shipping_columns"),
            sentences=SENTENCES,
            seen_on=PARCELS,
        )
    )
    traced = _(
        "Traces of couriers: waybill, time and text of each node; traces of parcels that are not known yet wait. "
        "Each node stands on its parcel, and moves or closes cases."
    )
    add_list(
        ListKind(
            TRACKING,
            _("trace list"),
            tracking_columns.layout_of,
            TrackingRows,
            tracking.COLUMNS,
            tracking.merge,
            with_parcel,
            traced,
            seen_on=PARCELS,
        )
    )
