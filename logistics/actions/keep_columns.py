"""What a shop's shipping list calls its columns, told once by whoever imports it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from casework.actions.door import door
from casework.models import Journal
from logistics.imports.weight_columns import TOLD, UNITS, told_columns
from logistics.models import ShippingColumns
from orders.access import Actor
from orders.actions.import_files import check_may_import
from orders.errors import Malformed
from orders.files.headers import fold
from orders.models import Shop

LONGEST = 100


def keep_columns(shop: Shop, told: Mapping[str, str], *, by: Actor, at: dt.datetime) -> dict[str, str]:
    """Keep field -> column, and `unit`; a field without a column goes by the usual names. Returns what is kept.

    Raises NotAllowed, and Malformed naming the field.
    """
    check_may_import(by, shop)
    columns = {field: told[field].strip() for field in (*TOLD, "unit") if told.get(field, "").strip()}
    _check(columns)
    with door(by, at):
        before = told_columns(shop.pk)
        if before == columns:
            return columns
        ShippingColumns.objects.update_or_create(shop=shop, defaults={"columns": columns})
        journal_told(shop, "shipping_columns", shop.pk, before, columns, by=by, at=at)
    return columns


def check_names(columns: Mapping[str, str]) -> None:
    """Raise Malformed `bad_column` or `column_twice`, naming the field, unless each field has a column of its own that can be a header."""
    seen: set[str] = set()
    for field, name in columns.items():
        if len(name) > LONGEST or not fold(name) or not name.isprintable():
            raise Malformed(_("A column's name has 1 to 100 characters."), code="bad_column", field=field)
        if fold(name) in seen:
            raise Malformed(_("One column cannot hold two things: {column}.").format(column=name), code="column_twice", field=field)
        seen.add(fold(name))


def journal_told(
    shop: Shop, what: str, pk: int, before: Mapping[str, str], after: Mapping[str, str], *, by: Actor, at: dt.datetime
) -> None:
    """The row of the journal about columns that were told anew. Inside the door."""
    Journal.objects.create(
        at=at,
        shop=shop,
        object_type=what,
        object_id=str(pk),
        step="columns_told",
        actor_id=by.user_id,
        actor_name=by.name,
        role=by.role_in(shop.pk),
        channel=by.channel,
        before=before,
        after=after,
        request_id=by.request_id,
    )


def _check(columns: Mapping[str, str]) -> None:
    if columns.get("unit", "kg") not in UNITS:
        raise Malformed(_("Choose the unit."), code="unknown_unit", field="unit")
    check_names({field: name for field, name in columns.items() if field != "unit"})
