"""What incidents ask warehouse and print clerks, and with which answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts, WholeField
from casework.task_kinds import Answer, TaskKind, add_task_kind
from logistics.addresses.ways import PrintSays
from logistics.models.incident import CameBackAs, Packing, Slip, Whereabouts
from logistics.patterns import folded, is_waybill
from logistics.shipping import courier_choices
from orders.roles import Role

# A parcel by hand weighs between a gram and a ton (models/weight.py).
MOST_GRAMS = 1_000_000


class WaybillField(forms.CharField):
    """A waybill, in the one form in which it is compared."""

    default_error_messages = {"invalid": _("A waybill has 5 to 64 letters, digits and hyphens.")}

    def to_python(self, value: Any) -> str:
        """The folded waybill. Raises ValidationError when it cannot be one."""
        found = folded(super().to_python(value) or "")
        if found and not is_waybill(found):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class NewNumber(Facts):
    """The waybill and courier under which a parcel travels."""

    waybill = WaybillField(label=_("New waybill"), max_length=80)
    courier = forms.ChoiceField(label=_("Courier"), choices=courier_choices)


class OnTheSlip(Facts):
    """What the base slip shows (L5.5)."""

    grams = WholeField(label=_("Weight on the slip in grams"), min_value=1, max_value=MOST_GRAMS)
    shows = forms.CharField(label=_("Product and quantity on it"), max_length=300)
    shipped_on = forms.DateField(label=_("Shipping date on it"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class Weighed(Facts):
    """What the warehouse's scale says."""

    grams = WholeField(label=_("Weight in grams"), min_value=1, max_value=MOST_GRAMS)


class LookedAt(Facts):
    """What was in a parcel that came back (R5.4)."""

    came_back_as = forms.ChoiceField(label=_("It came back"), choices=CameBackAs.choices)
    remark = forms.CharField(label=_("Remark"), max_length=300, required=False)


LOST = _("The parcel then counts as lost, and the customer is told. Have you looked everywhere?")

# On the platform: what came back goes with the customer's new order (L10.1).
SHIP_TOGETHER = "ship_together"
# On the platform, so that an order does not confirm its receipt by itself (L0.4); no question.
EXTEND = "extend_receipt"
# L3.1, L4.2
DID_IT_LEAVE = add_task_kind(
    TaskKind(
        "did_it_leave",
        _("Did this parcel leave us?"),
        Role.WAREHOUSE,
        tuple(Answer(each.value, each.label, sure=LOST if each == Whereabouts.NOT_FOUND else "") for each in Whereabouts),
        hint=_("Nobody has picked it up yet, as far as the courier tells."),
    )
)
SHIP_NOW = add_task_kind(
    TaskKind(
        "ship_now",
        _("Ship this parcel now"),
        Role.WAREHOUSE,
        (Answer("shipped", _("Handed to the courier")), Answer("not_found", _("It cannot be found after all"), sure=LOST)),
    )
)
# L4.1
COURIER_CHANGED = add_task_kind(
    TaskKind(
        "courier_changed",
        _("Was the courier of this parcel changed?"),
        Role.PRINT_CLERK,
        (Answer("not_changed", _("Not changed")), Answer("changed", _("It was changed"), NewNumber)),
        hint=_("For example because the address is out of area."),
    )
)
# L9: on the platform (S7.1); no questions. The memo of L9.3 tells the address itself, that of L9.8 that it is changed.
CLOSE_ORDER, MEMO_ADDRESS, EDIT_ADDRESS, MEMO_CHANGED = "close_order", "memo_address", "edit_address", "memo_changed"
# L9.8
MAY_CHANGE = add_task_kind(
    TaskKind(
        "may_change",
        _("Can the address still be changed?"),
        "packers",
        (
            Answer("not_collected", PrintSays.NOT_COLLECTED.label),
            Answer("held", PrintSays.HELD.label),
            Answer("too_late", PrintSays.TOO_LATE.label),
        ),
        hint=_("Hold it back before you say yes."),
        lasts="address_answered_within",
    )
)
# L9.5
PULL_PARCEL = add_task_kind(
    TaskKind(
        "pull_parcel",
        _("Pull this parcel out: new address"),
        "packers",
        (Answer("pulled", PrintSays.PULLED.label), Answer("too_late", PrintSays.TOO_LATE.label)),
        lasts="address_answered_within",
    )
)
# L9.4, L9.5
CONFIRM_ADDRESS = add_task_kind(
    TaskKind(
        "confirm_address",
        _("Is the new address printed?"),
        Role.PRINT_CLERK,
        (
            Answer("confirmed", PrintSays.CONFIRMED.label),
            Answer("renumbered", _("Printed, with a new waybill"), NewNumber),
            Answer("still_old", _("I still see the old address")),
            Answer("too_late", PrintSays.TOO_LATE.label),
        ),
        hint=_("Synchronise first: order and memo were edited."),
        lasts="address_answered_within",
    )
)
# L5.2
WEIGHT_ON_FILE = add_task_kind(
    TaskKind(
        "weight_on_file",
        _("What did this parcel weigh with us?"),
        Role.WAREHOUSE,
        (Answer("weighed", _("It weighed"), Weighed), Answer("not_weighed", _("Not weighed"))),
    )
)
CONFIRM_PACKING = add_task_kind(
    TaskKind(
        "confirm_packing",
        _("Was this packed, gifts included?"),
        Role.WAREHOUSE,
        tuple(Answer(each.value, each.label) for each in Packing),
        hint=_("Look at stock, packing records and the gifts of running campaigns."),
    )
)
# L5.5
BASE_SLIP = add_task_kind(
    TaskKind(
        "base_slip",
        _("Find the base slip"),
        "packers",
        (Answer(Slip.FOUND, Slip.FOUND.label, OnTheSlip), Answer(Slip.NOT_FOUND, Slip.NOT_FOUND.label)),
        hint=_("Kept by shipping date; look for the buyer id."),
    )
)
# L5.4, L7.4
REPORT = add_task_kind(
    TaskKind(
        "reported",
        _("Reported to you: take note"),
        "leads",
        (Answer("noted", _("Taken note")),),
        hint=_("Nothing waits for you but the end of the case: the customer is helped meanwhile."),
    )
)
# L7.5, L10.1, R5.4
LOOK_AT_IT = add_task_kind(
    TaskKind(
        "look_at_it",
        _("What came back in this parcel?"),
        Role.WAREHOUSE,
        (Answer("looked_at", _("Looked at it"), LookedAt),),
        hint=_("Put a photo of it on the case before anybody repairs or repacks it."),
    )
)
