"""What the steps of L10 ask for: why it comes back, what the customer chooses, which new order."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from logistics.models.incident import Choice, SentBackFor


class Why(Facts):
    """Why it comes back, as the courier or tracking tells it."""

    sent_back_for = forms.ChoiceField(label=_("It comes back because"), choices=SentBackFor.choices)
    said = forms.CharField(label=_("What the courier says, and who"), max_length=500, required=False)


class Chosen(Facts):
    """One of the three offers (L10.1)."""

    choice = forms.ChoiceField(label=_("What is done with it"), choices=Choice.choices)


class NewOrder(Facts):
    """The order with which the parcel's goods go."""

    order = forms.CharField(label=_("Number of the new order"), max_length=32)


class WentWith(Facts):
    """With which parcel they went."""

    sent_with = forms.CharField(label=_("Waybill that it went with"), max_length=64)
