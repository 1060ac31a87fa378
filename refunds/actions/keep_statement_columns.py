"""What a courier's statement to a shop calls its columns, told once by whoever imports it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from casework.actions.door import door
from casework.models import Journal
from logistics.models import Courier
from orders.access import Actor
from orders.actions.import_files import check_may_import
from orders.errors import Malformed
from orders.files.headers import fold
from orders.models import Shop
from refunds.imports.statement_columns import MINUS, NAMES, told_columns
from refunds.models.statement import StatementColumns
from refunds.statement_form import LONGEST


def keep_statement_columns(shop: Shop, courier: str, told: Mapping[str, str], *, by: Actor, at: dt.datetime) -> dict[str, str]:
    """Keep field -> column, and `minus`, for the courier of that code; a field without a column goes by the usual names. Returns what is kept.

    Raises NotAllowed, and Malformed naming the field.
    """
    check_may_import(by, shop)
    row = Courier.objects.filter(code=courier, active=True).exclude(code="unknown").first()
    if row is None:
        raise Malformed(_("Choose the courier."), code="unknown_courier", field="courier_code")
    columns = {field: told[field].strip() for field in NAMES if told.get(field, "").strip()}
    _check(columns)
    columns |= {MINUS: "yes"} if told.get(MINUS) else {}
    with door(by, at):
        before = told_columns(shop.pk, row.pk)
        if before == columns:
            return columns
        kept, _new = StatementColumns.objects.update_or_create(shop=shop, courier=row, defaults={"columns": columns})
        Journal.objects.create(
            at=at,
            shop=shop,
            object_type="statement_columns",
            object_id=str(kept.pk),
            step="columns_told",
            actor_id=by.user_id,
            actor_name=by.name,
            role=by.role_in(shop.pk),
            channel=by.channel,
            before=before,
            after=columns | {"courier": row.code},
            request_id=by.request_id,
        )
    return columns


def _check(columns: Mapping[str, str]) -> None:
    seen: set[str] = set()
    for field, name in columns.items():
        if len(name) > LONGEST or not fold(name) or not name.isprintable():
            raise Malformed(_("A column's name has 1 to 100 characters."), code="bad_column", field=field)
        if fold(name) in seen:
            raise Malformed(_("One column cannot hold two things: {column}.").format(column=name), code="column_twice", field=field)
        seen.add(fold(name))
