"""The register as a workbook for finance (R2.4): ids as text, amounts as numbers, nothing is ever a formula."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from xlsxwriter import Workbook

from orders.spreadsheet import text_cell
from refunds.models import Approval
from refunds.register import goods_text, state_label

# Headers and widths in the order of R2.1; what the platform and the cashier add follows.
COLUMNS = [
    (_("Approved at"), 18), (_("Case number"), 18), (_("Shop"), 18), (_("Buyer"), 18),
    (_("Order number"), 24), (_("Amount (yuan)"), 12), (_("Of it postage (yuan)"), 14),
    (_("Reason"), 16), (_("Ground"), 16), (_("Product"), 40), (_("Handler"), 12),
    (_("Asked at"), 18), (_("Approver"), 12), (_("Paid by way of"), 18), (_("Payee"), 18),
    (_("Payer"), 12), (_("Paid at"), 18), (_("The platform's number"), 24), (_("State"), 12),
]  # fmt: skip
AMOUNTS = {5, 6}


def safe(value: Any) -> str:
    """A text as a cell. Ids stay as they are, since every cell is written as text; what could start a formula gets an apostrophe."""
    text = "" if value is None else str(value)
    return text if text.isalnum() and text.isascii() else text_cell(text)


def moment(at: dt.datetime | None) -> dt.datetime | str:
    """A time in shop time, without its zone since a workbook knows none; "" for none."""
    return "" if at is None else localtime(at).replace(tzinfo=None)


def cells(approval: Approval) -> list[Any]:
    """The cells of a row in the order of COLUMNS; amounts are Decimal, times are shop time, the rest is text."""
    request, order, payout = approval.request, approval.order, getattr(approval, "payout", None)
    return [
        moment(approval.decided_at), request.case.number, order.shop.name, order.buyer.nick if order.buyer else "", order.number,
        approval.amount, request.freight, request.get_reason_display(), request.get_ground_display() if request.ground else "",
        goods_text(approval), request.asked_by.shown_name, moment(request.asked_at), approval.decided_by.shown_name,
        request.get_payee_channel_display(), request.payee_mask, payout.paid_by.shown_name if payout else "",
        moment(payout.paid_at) if payout else "", payout.platform_number if payout else "", state_label(approval),
    ]  # fmt: skip


def write_workbook(approvals: Iterable[Approval]) -> IO[bytes]:
    """The workbook as an open temporary file at its beginning. Rows are streamed; memory does not grow with them.

    Headers and words are in the language of the house, whoever asks: the file goes to people outside the desk.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the answer closes it)
    try:
        _write(file, approvals)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _write(file: IO[bytes], approvals: Iterable[Approval]) -> None:
    with translation.override(settings.LANGUAGE_CODE), Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(str(_("Refund register")))
        head, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        text = book.add_format({"num_format": "@"})
        for column, (title, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, str(title), head)
        sheet.freeze_panes(1, 0)
        time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sums, row = dict.fromkeys(sorted(AMOUNTS), Decimal("0.00")), 0
        for row, approval in enumerate(approvals, 1):
            for column, value in enumerate(cells(approval)):
                if column in AMOUNTS:
                    sums[column] += value
                    sheet.write_number(row, column, value, money)
                elif isinstance(value, dt.datetime):
                    sheet.write_datetime(row, column, value, time)
                else:
                    sheet.write_string(row, column, safe(value), text)
        # The sums stand as numbers, as a file read by a program has no formulas.
        sheet.write_string(row + 1, 0, str(_("In all")), head)
        for column, total in sums.items():
            sheet.write_number(row + 1, column, total, book.add_format({"num_format": "#,##0.00", "bold": True}))
