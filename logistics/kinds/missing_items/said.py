"""What is said of a missing item in its steps: by customer, courier, scales and staff."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts, InstantField
from logistics.goods.items import ItemsField
from logistics.kinds.said_of_goods import Photos, grams


class Missing(Facts):
    """What the customer misses (L5.1)."""

    items = ItemsField(label=_("Missing: line × pieces"), error_messages={"required": _("Fill in how many pieces are missing.")})
    unpacked = forms.BooleanField(
        label=_("The customer has unpacked everything, small bags and fillings too"),
        error_messages={"required": _("First let the customer unpack everything, and tick it.")},
    )
    told_where = forms.CharField(label=_("Where small parts of it are packed, as told to the customer"), max_length=200, required=False)
    arrived = forms.CharField(label=_("What arrived"), max_length=300, required=False)


class LegiblePhotos(Facts):
    """The four things that make the base slip unnecessary (L5.5), each looked at."""

    box = forms.CharField(label=_("Size of the box"), max_length=60, required=False)
    waybill = grams(_("Weight on the photo of the waybill (g)"), required=True)
    shows_number = forms.BooleanField(label=_("Waybill number is legible"))
    shows_goods = forms.BooleanField(label=_("Product and quantity are legible"))
    shows_weight = forms.BooleanField(label=_("Weight is legible"))
    shows_date = forms.BooleanField(label=_("Shipping date is legible"))


class Promise(Facts):
    """Until when the next order is waited for."""

    until = InstantField(label=_("Followed up on"), required=False)


class KeptWith(Facts):
    """With what it went."""

    sent_with = forms.CharField(label=_("Order number or waybill that it went with"), max_length=64)


__all__ = ["KeptWith", "LegiblePhotos", "Missing", "Photos", "Promise"]
