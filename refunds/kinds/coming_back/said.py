"""What the steps of goods on their way back ask for."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from logistics.shipping import courier_choices
from logistics.task_kinds import WaybillField
from refunds.goods.findings import FoundField
from refunds.models.returned import NOT_TAKEN
from refunds.money import YuanField

# A slip of places, and no postage that anybody advanced.
MOST_POSTAGE = Decimal("9999.00")


class OnItsWay(Facts):
    """The customer's waybill, by which the return is tracked (R5.4), and what they advanced for it (R3.1)."""

    waybill = WaybillField(label=_("Waybill of the return"), max_length=80)
    courier = forms.ChoiceField(label=_("Courier"), choices=courier_choices)
    postage = YuanField(label=_("Postage that the customer advanced (yuan)"), required=False, zero=True, most=MOST_POSTAGE)


class Received(Facts):
    """A parcel whose waybill nobody told us has one now."""

    waybill = WaybillField(label=_("Waybill of the return"), max_length=80, required=False)
    courier = forms.ChoiceField(label=_("Courier"), choices=courier_choices, required=False)


class NotTaken(Facts):
    """How it was sent, so that it was not taken (R3.6)."""

    sent_by = forms.ChoiceField(label=_("How it was sent"), choices=NOT_TAKEN)
    waybill = WaybillField(label=_("Waybill of the return"), max_length=80, required=False)


class Found(Facts):
    """What was in it: per line the pieces as claimed (fit for sale or not), worn, and another thing. What is left over is short."""

    found = FoundField(label=_("What came: line, good, unsaleable, worn, wrong"))
    remark = forms.CharField(label=_("Remark"), max_length=500, required=False)


class Agreed(Facts):
    """What was agreed with the customer about a difference."""

    agreed = forms.CharField(label=_("What was agreed with the customer"), max_length=500)
