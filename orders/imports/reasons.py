"""Why a row is held, as a sentence for a person. Codes are stable; parameters are amounts, counts and times, never personal."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from orders.errors import Text
from orders.files import errors
from orders.models import ImportRun

SENTENCES: dict[str, Text] = {
    "damaged_id": _(
        "This number was damaged by a spreadsheet program or is no number. Export the list again and do not save it in between."
    ),
    "missing_value": _("This cell is empty but is needed."),
    "wrong_number_of_cells": _("The row has {cells} cells, the list {columns} columns. A separator or quotation mark is probably missing."),
    "text_too_long": _("The text is longer than {limit} characters."),
    "unknown_status": _("This status is not known. A person must look at it."),
    "bad_amount": _("This is no amount of money: digits and at most two decimal places are expected."),
    "bad_quantity": _("This is no quantity: a whole number from 1 on is expected."),
    "bad_time": _("This is no time: a form like 2026-11-20 12:00:00 is expected, not before 2003 and not much later than next year."),
    "times_contradict": _("This time lies before the one that must come first ({earlier})."),
    "amounts_contradict:paid_but_waiting": _("The order waits for payment, but {paid} are shown as paid."),
    "amounts_contradict:paid_above_due": _("Paid is {paid}, but only {due} were due."),
    "amounts_contradict:freight_above_paid": _("Postage is {freight}, but only {paid} were paid in all."),
    "amounts_contradict:refund_above_paid": _("Refunded is {refund}, but only {paid} were paid."),
    "lines_do_not_add_up": _(
        "The lines add up to {lines}; with postage of {freight} that is not the {paid} paid. Tried again at the next import."
    ),
    "lines_numbered_otherwise": _("The order's lines are known by sub-order number, and none is like this one."),
    "rows_contradict": _("The file holds this number several times with different values."),
    "unknown_order": _("The order is not known yet. Tried again at the next import."),
    "below_refunded": _("Paid is {paid}, but {refunded} are refunded or reserved for refunds already."),
    "sheets_contradict": _("Two sheets of this workbook tell different things of this order."),
    "other_row_held": _("Another row of this order is held, and they go in together."),
    "paid_unclear": _("{paid} stands in each of the order's rows, and may be paid for each line or for all. Import an order list."),
    "sheet_not_taken:unknown_list": _(
        "This sheet is no order list, item list, dispatch list or refund list: the column names are not known."
    ),
    "sheet_not_taken:missing_column": _("This sheet has no column “{column}”, which is needed. Choose it in the export and import again."),
    "sheet_not_taken:duplicated_column": _("This sheet has the column “{column}” twice. Delete one and import again."),
    "sheet_not_taken:too_many_columns": _("This sheet has too many columns. This is not an export of the platform."),
}
# An accident of ours. The log has its details, the reader the number to ask for.
UNEXPECTED = "unexpected"
ACCIDENT = _("Something unexpected stopped the import. Try it once more; if it happens again, the log tells more under import {number}.")


def reason_text(code: str, params: Mapping[str, object]) -> str:
    """The sentence for a held row in the language of the moment. Amounts that the row did not tell are shown as a question mark."""
    sentence = SENTENCES.get(f"{code}:{params['why']}" if "why" in params else code)
    if sentence is None:
        return code
    return str(sentence).format_map(_Known(params))


def failure_text(run: ImportRun) -> str:
    """Why an import failed, in the language of the moment: the refusal of a file, or an accident; "" for one that did not."""
    if run.state != ImportRun.State.FAILED:
        return ""
    return str(errors.SENTENCES.get(run.code, ACCIDENT)).format_map(_Known(run.params | {"number": run.pk}))


class _Known(dict[str, object]):
    """Parameters; one that nobody knew reads as "?"."""

    def __init__(self, params: Mapping[str, object]) -> None:
        super().__init__({name: value for name, value in params.items() if value is not None})

    def __missing__(self, name: str) -> str:
        return "?"
