"""The list of refunds, as the import of orders takes it in beside its own."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from orders.imports.lists import ColumnsForm, ListKind, SeenOn, add_list
from orders.models import HeldRow
from refunds.claims.lists import READERS
from refunds.claims.statement_form import statement_form
from refunds.imports import statement_columns, statements
from refunds.imports.statement_columns import STATEMENT
from refunds.imports.statement_rows import StatementRows
from refunds.imports.words import SENTENCES


def never(rows: QuerySet[HeldRow]) -> QuerySet[HeldRow]:
    """A row of a statement waits for no other list."""
    return rows.none()


def register() -> None:
    """Tell the import; called from AppConfig.ready."""
    add_list(
        ListKind(
            STATEMENT,
            _("courier's statement"),
            statement_columns.layout_of,
            StatementRows,
            statements.COLUMNS,
            statements.merge,
            never,
            _(
                "Monthly statements of couriers: waybill and what was paid for it. A line pays its open claim; what pays none waits among the claims."
            ),
            form=ColumnsForm("refunds/statement_asked.html", statement_form, "statement-columns"),
            sentences=SENTENCES,
            seen_on=SeenOn(_("Claims"), "claims", READERS),
            is_surest=True,
        )
    )
