"""What refunds asks warehouse and print clerks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts, WholeField
from casework.task_kinds import Answer, TaskKind, add_task_kind
from logistics.shipping import courier_choices
from logistics.task_kinds import MOST_GRAMS, NewNumber, WaybillField


class SentAgain(NewNumber):
    """The waybill of what was sent again, and what it weighs."""

    grams = WholeField(label=_("Weight in grams"), min_value=1, max_value=MOST_GRAMS, required=False)


NOT_AGAIN = _("The customer is then asked what else they would like. Is there none left?")

SHIP_AGAIN = add_task_kind(
    TaskKind(
        "ship_again",
        _("Send this again"),
        "packers",
        (Answer("shipped", _("Shipped"), SentAgain), Answer("cannot_ship", _("Not in stock"), sure=NOT_AGAIN)),
        hint=_("Print a new waybill; do not use the old one."),
    )
)


class PutIn(Facts):
    """The parcel that took something along. The courier is asked only where no list knows the waybill yet."""

    waybill = WaybillField(label=_("Waybill"), max_length=80)
    courier = forms.ChoiceField(label=_("Courier, where our lists do not know the waybill yet"), choices=courier_choices, required=False)


NONE_THERE = _("The clerk then chooses another gift, or none. Is there none of it?")

# S4.3: stands in the list until a parcel carries it.
PUT_IN = add_task_kind(
    TaskKind(
        "put_in",
        _("Put this gift into the parcel"),
        "packers",
        (Answer("packed", _("Packed"), PutIn), Answer("none_there", _("None of it there"), sure=NONE_THERE)),
        hint=_("It stays in this list until a parcel of the customer carries it."),
        lasts="gift_waits_for",
    )
)
