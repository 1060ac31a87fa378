"""What the steps of L10 ask for: why it comes back, what the customer chooses, how the postage was paid, which new order."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from logistics.models.incident import Choice, SentBackFor

# A slip of places, and no postage that anybody paid.
MOST_POSTAGE = Decimal("9999.00")


class Why(Facts):
    """Why it comes back, as the courier or tracking tells it."""

    sent_back_for = forms.ChoiceField(label=_("It comes back because"), choices=[("", _("Choose")), *SentBackFor.choices])
    said = forms.CharField(label=_("What the courier says, and who"), max_length=500, required=False)


class Chosen(Facts):
    """One of the three offers (L10.1)."""

    choice = forms.ChoiceField(label=_("What is done with it"), choices=[("", _("Choose")), *Choice.choices])


class PostagePaid(Facts):
    """What the customer paid for sending it again, and by which order of ours it can be found."""

    amount = forms.DecimalField(
        label=_("Postage paid (yuan)"), min_value=Decimal("0.01"), max_value=MOST_POSTAGE, max_digits=6, decimal_places=2
    )
    paid_by = forms.CharField(label=_("Number of the postage order, or how it was paid"), max_length=100)


class NewOrder(Facts):
    """The order with which the parcel's goods go."""

    order = forms.CharField(label=_("Number of the new order"), max_length=32)


class WentWith(Facts):
    """With which parcel they went."""

    sent_with = forms.CharField(label=_("Waybill that it went with"), max_length=64)
