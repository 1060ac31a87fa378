"""What the steps of a review ask for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts, InstantField
from logistics.models.review import Malice, Rating, ReviewCause


class Noted(Facts):
    """The review as it stands on the platform."""

    rating = forms.ChoiceField(label=_("Rating"), choices=Rating.choices)
    posted_at = InstantField(label=_("Posted at"))
    says = forms.CharField(label=_("What it says"), max_length=1000)
    deal_closed_at = InstantField(label=_("Deal closed at (where the order does not know it)"), required=False)


class Asked(Facts):
    """Why the review was given."""

    cause = forms.ChoiceField(label=_("Cause"), choices=ReviewCause.choices)
    said = forms.CharField(label=_("What the customer says"), max_length=500)


class Answered(Facts):
    """What stands below the review now."""

    answer = forms.CharField(label=_("Answer on the platform"), max_length=500)


class Changed(Facts):
    """When the customer changed it."""

    changed_at = InstantField(label=_("Changed at (empty: just now)"), required=False)


class Reported(Facts):
    """For what it is reported."""

    malice = forms.ChoiceField(label=_("Reported for"), choices=Malice.choices)
