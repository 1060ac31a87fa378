"""Giving the differences of a month out as a workbook, journalled like the register."""

from __future__ import annotations

import datetime as dt
from typing import IO

from django.utils.translation import gettext_lazy as _

from casework.actions.export import keep_record
from orders.access import Actor
from orders.workbook import moment, write_workbook
from refunds.books.reconciliation import Difference, Month, each_difference

COLUMNS = [
    (_("What differs"), 22), (_("Shop"), 18), (_("Order number"), 24), (_("The platform's number"), 24), (_("Case number"), 18),
    (_("on the platform"), 12), (_("Paid there at"), 18), (_("in our books"), 12), (_("Booked at"), 18), (_("Settled by"), 14),
    (_("Settled at"), 18), (_("Note"), 40), (_("Case"), 18),
]  # fmt: skip


def export(by: Actor, month: Month, shop: int | None, *, at: dt.datetime) -> IO[bytes]:
    """The workbook as an open temporary file at its beginning, in the language of the house. Rows are streamed."""
    file, rows = write_workbook(str(month), COLUMNS, (_cells(each) for each in each_difference(by, month, shop)))
    keep_record("reconciliation", rows, {"month": month, "shop": shop}, shop=shop, by=by, at=at)
    return file


def _cells(each: Difference) -> list[object]:
    """In the order of COLUMNS; an amount that is not there is an empty cell and no 0."""
    return [
        str(each.kind.label), each.shop, each.order, each.number, each.case or "",
        each.there, moment(each.there_at), each.here, moment(each.here_at), each.settled_by or "",
        moment(each.settled_at), each.note or "", each.settled_by_case or "",
    ]  # fmt: skip
