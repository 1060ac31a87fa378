"""What is said of a missing item in its steps: by customer, courier, scales and staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts, InstantField, WholeField
from logistics.items import ItemsField
from logistics.models.weight import WeighedBy
from logistics.task_kinds import MOST_GRAMS


def grams(label: Any, *, required: bool = False) -> WholeField:
    """A weight in grams."""
    return WholeField(label=label, required=required, min_value=1, max_value=MOST_GRAMS)


class Missing(Facts):
    """What the customer misses (L5.1)."""

    items = ItemsField(label=_("Missing: line × pieces"), error_messages={"required": _("Fill in how many pieces are missing.")})
    unpacked = forms.BooleanField(
        label=_("The customer has unpacked everything, small bags and fillings too"),
        error_messages={"required": _("First let the customer unpack everything, and tick it.")},
    )
    told_where = forms.CharField(label=_("Where small parts of it are packed, as told to the customer"), max_length=200, required=False)
    arrived = forms.CharField(label=_("What arrived"), max_length=300, required=False)


class Weights(Facts):
    """The three weights, as far as they are known now; what is left empty stays as it is on file. The fields are scales (WeighedBy)."""

    warehouse = grams(_("Our warehouse (g)"))
    waybill = grams(_("On the waybill (g)"))
    courier = grams(_("The courier's record (g)"))


class WeightNoted(Facts):
    """One more weight."""

    scale = forms.ChoiceField(label=_("Whose scale"), choices=[(each.value, each.label) for each in WeighedBy if each != WeighedBy.SLIP])
    grams = grams(_("Grams"), required=True)


class Photos(Facts):
    """What the photos show (L5.2)."""

    box = forms.CharField(label=_("Size of the box"), max_length=60, required=False)
    waybill = grams(_("Weight on the photo of the waybill, if readable (g)"))


class LegiblePhotos(Facts):
    """The four things that make the base slip unnecessary (L5.5), each looked at."""

    box = forms.CharField(label=_("Size of the box"), max_length=60, required=False)
    waybill = grams(_("Weight on the photo of the waybill (g)"), required=True)
    shows_number = forms.BooleanField(label=_("Waybill number is legible"))
    shows_goods = forms.BooleanField(label=_("Product and quantity are legible"))
    shows_weight = forms.BooleanField(label=_("Weight is legible"))
    shows_date = forms.BooleanField(label=_("Shipping date is legible"))


class Because(Facts):
    """Why, in words that the customer may be told."""

    reason = forms.CharField(label=_("Reason, as the customer may hear it"), max_length=500)


class Promise(Facts):
    """Until when the next order is waited for."""

    until = InstantField(label=_("Followed up on"), required=False)


class KeptWith(Facts):
    """With what it went."""

    sent_with = forms.CharField(label=_("Order number or waybill that it went with"), max_length=64)
