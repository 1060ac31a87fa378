"""What the steps of L8 ask for: what the memo says, where the parcel lies, and with whom it goes on."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from logistics.inquiring import Asking
from logistics.kinds.endings import CourierSaid, Wish
from logistics.task_kinds import NewNumber

# The one courier that goes beyond the border, and from which yuan of goods on its postage may be collected (L8.3).
SF, PREPAID_BELOW = "shunfeng", Decimal(150)


class Postage(models.TextChoices):
    """How the new courier's postage is paid (L8.3)."""

    PREPAID = "prepaid", _("Prepaid, on our monthly account")
    COLLECT = "collect", _("Collected from the recipient, as the customer wishes")


class MemoInsists(Facts):
    """The words of the memo or of the buyer's message."""

    said = forms.CharField(label=_("What memo or message say of the courier"), max_length=300)


class MemoRead(Facts):
    """What else the memo says of the courier; mostly nothing."""

    said = forms.CharField(label=_("What the memo says of the courier, if anything"), max_length=300, required=False)


class PickUpPoint(Facts):
    """Where it lies: a shop or station, no person."""

    place = forms.CharField(label=_("Address of the pick-up point"), max_length=200)
    phone = forms.CharField(label=_("Phone of the pick-up point"), max_length=30)


class HandedOver(NewNumber):
    """The new courier, its waybill, and who pays it."""

    postage = forms.ChoiceField(label=_("Postage"), choices=Postage.choices, initial=Postage.PREPAID)


__all__ = [
    "PREPAID_BELOW",
    "SF",
    "Asking",
    "CourierSaid",
    "HandedOver",
    "MemoInsists",
    "MemoRead",
    "PickUpPoint",
    "Postage",
    "Wish",
]
