"""The register as a workbook for finance (R2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from orders.workbook import moment, write_workbook
from refunds.books.register import goods_text, state_label
from refunds.models import Approval

# Headers and widths in the order of R2.1; what the platform and the cashier add follows.
COLUMNS = [
    (_("Approved at"), 18), (_("Case number"), 18), (_("Shop"), 18), (_("Buyer"), 18),
    (_("Order number"), 24), (_("Amount (yuan)"), 12), (_("Of it postage (yuan)"), 14),
    (_("Reason"), 16), (_("Ground"), 16), (_("Product"), 40), (_("Handler"), 12),
    (_("Asked at"), 18), (_("Approver"), 12), (_("Paid by way of"), 18), (_("Payee"), 18),
    (_("Payer"), 12), (_("Paid at"), 18), (_("The platform's number"), 24), (_("State"), 12),
]  # fmt: skip
AMOUNTS = (5, 6)


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


def write_register(approvals: Iterable[Approval]) -> IO[bytes]:
    """The workbook as an open temporary file at its beginning; the sums stand as numbers, as a file read by a program has no formulas."""
    file, _count = write_workbook(_("Refund register"), COLUMNS, (cells(each) for each in approvals), totals=AMOUNTS)
    return file
