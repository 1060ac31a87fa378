"""What is said of goods in the steps that missing, wrong and damaged ones share: by customer, scales and staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts, WholeField
from logistics.models.weight import WeighedBy
from logistics.task_kinds import MOST_GRAMS


def grams(label: Any, *, required: bool = False) -> WholeField:
    """A weight in grams."""
    return WholeField(label=label, required=required, min_value=1, max_value=MOST_GRAMS)


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


class Because(Facts):
    """Why, in words that the customer may be told."""

    reason = forms.CharField(label=_("Reason, as the customer may hear it"), max_length=500)
