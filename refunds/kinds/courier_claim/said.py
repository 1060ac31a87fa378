"""What the steps of a claim ask for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts, InstantField
from refunds.models.claim import LONGEST_NUMBER, LONGEST_WANTED
from refunds.money import YuanField


class Filed(Facts):
    """The courier's own number of it, where there is one."""

    number = forms.CharField(label=_("The courier's claim number, if there is one"), max_length=LONGEST_NUMBER, required=False)


class Wanted(Facts):
    """What else the courier wants."""

    wanted = forms.CharField(label=_("What the courier wants"), max_length=LONGEST_WANTED, widget=forms.Textarea(attrs={"rows": 2}))


class Answered(Facts):
    """The courier's words."""

    said = forms.CharField(label=_("What the courier says, and who"), max_length=500)


class PartAccepted(Answered):
    """A part of it, in yuan."""

    accepted = YuanField(label=_("What the courier accepts (yuan)"))
    field_order = ("accepted", "said")


class Urged(Answered):
    """Until when an answer is promised."""

    promised_until = InstantField(label=_("Promised until"))
