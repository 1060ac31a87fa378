"""What the steps ask for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from refunds.models.stock import LONGEST_OFFER
from refunds.money import YuanField


class Offer(Facts):
    """Other goods at their usual price."""

    offer = forms.CharField(label=_("Other goods"), max_length=LONGEST_OFFER)


class BetterOffer(Offer):
    """Other goods at a price that a lead is asked for."""

    price = YuanField(label=_("At the price of (yuan)"))


class Why(Facts):
    """A lead's words."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
