"""What a courier's statement to a shop calls its columns, told once by whoever imports it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from casework.actions.door import door
from logistics.actions.keep_columns import check_names, journal_told
from logistics.models import Courier
from orders.access import Actor
from orders.actions.import_files import check_may_import
from orders.errors import Malformed
from orders.models import Shop
from refunds.imports.statement_columns import MINUS, NAMES, told_columns
from refunds.models.statement import StatementColumns


def keep_statement_columns(shop: Shop, courier: str, told: Mapping[str, str], *, by: Actor, at: dt.datetime) -> dict[str, str]:
    """Keep field -> column, and `minus`, for the courier of that code; a field without a column goes by the usual names. Returns what is kept.

    Raises NotAllowed, and Malformed naming the field.
    """
    check_may_import(by, shop)
    row = Courier.objects.filter(code=courier, active=True).exclude(code="unknown").first()
    if row is None:
        raise Malformed(_("Choose the courier."), code="unknown_courier", field="courier_code")
    columns = {field: told[field].strip() for field in NAMES if told.get(field, "").strip()}
    check_names(columns)
    columns |= {MINUS: "yes"} if told.get(MINUS) else {}
    with door(by, at):
        before = told_columns(shop.pk, row.pk)
        if before == columns:
            return columns
        kept, _new = StatementColumns.objects.update_or_create(shop=shop, courier=row, defaults={"columns": columns})
        journal_told(shop, "statement_columns", kept.pk, before, columns | {"courier": row.code}, by=by, at=at)
    return columns
