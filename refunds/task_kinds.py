"""What refunds asks warehouse and print clerks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.task_kinds import Answer, TaskKind, add_task_kind
from logistics.task_kinds import MOST_GRAMS, NewNumber


class SentAgain(NewNumber):
    """The waybill of what was sent again, and what it weighs."""

    grams = forms.IntegerField(label=_("Weight in grams"), min_value=1, max_value=MOST_GRAMS, required=False)


NOT_AGAIN = _("Sending it again then ends here, and the customer is asked what else they would like. Is there none left?")

SHIP_AGAIN = add_task_kind(
    TaskKind(
        "ship_again",
        _("Send this again"),
        "packers",
        (Answer("shipped", _("Shipped"), SentAgain), Answer("cannot_ship", _("Not in stock"), sure=NOT_AGAIN)),
        hint=_("Print a new waybill; do not use the old one."),
    )
)
