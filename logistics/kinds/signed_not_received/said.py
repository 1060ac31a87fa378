"""What the steps of L1 ask for: where the customer lives and looked, who signed, who had it."""

from __future__ import annotations

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts, InstantField
from logistics.inquiring import Asking
from logistics.kinds.endings import CourierSaid
from logistics.models.incident import AddressIs


class LivesAt(models.TextChoices):
    """What kind of address it is (L1.1)."""

    HOME = "home", _("Home")
    WORK = "work", _("Workplace")


class Place(models.TextChoices):
    """Where a parcel that somebody signed for often is (L1.1)."""

    GATEHOUSE = "gatehouse", _("Gatehouse")
    COLLEAGUE = "colleague", _("Colleague")
    PROPERTY_OFFICE = "property_office", _("Property office")
    PARCEL_SHOP = "parcel_shop", _("Parcel shop or locker")
    NEIGHBOUR = "neighbour", _("Neighbour")


class Looked(models.TextChoices):
    """What the customer says of a place."""

    NOT_THERE = "not_there", _("Asked: not there")
    NONE_SUCH = "none_such", _("There is none")
    NOT_ASKED = "not_asked", _("Not asked yet")


WITH_WHOM = [*Place.choices, ("family", _("Family")), ("other", _("Somebody else"))]


class LookAround(Facts):
    """Home or workplace: the places to suggest go by it."""

    lives_at = forms.ChoiceField(label=_("Home or workplace?"), choices=LivesAt.choices)


class AddressChecked(Facts):
    """The address as the customer says it, and what came of each place."""

    address = forms.ChoiceField(label=_("The address on the order"), choices=AddressIs.choices)
    lives_at = forms.ChoiceField(label=_("Home or workplace?"), choices=LivesAt.choices)
    gatehouse = forms.ChoiceField(label=Place.GATEHOUSE.label, choices=Looked.choices, initial=Looked.NOT_ASKED)
    colleague = forms.ChoiceField(label=Place.COLLEAGUE.label, choices=Looked.choices, initial=Looked.NOT_ASKED)
    property_office = forms.ChoiceField(label=Place.PROPERTY_OFFICE.label, choices=Looked.choices, initial=Looked.NOT_ASKED)
    parcel_shop = forms.ChoiceField(label=Place.PARCEL_SHOP.label, choices=Looked.choices, initial=Looked.NOT_ASKED)
    neighbour = forms.ChoiceField(label=Place.NEIGHBOUR.label, choices=Looked.choices, initial=Looked.NOT_ASKED)


class FoundWith(Facts):
    """Who had it."""

    with_whom = forms.ChoiceField(label=_("Who had it"), choices=WITH_WHOM)


class SignedBy(Asking):
    """The signer's name on the delivery slip, and who told us."""

    signer = forms.CharField(label=_("Signer on the delivery slip"), max_length=60)
    field_order = ("signer", "whom", "way", "promise", "promised_until")


class Fetching(Facts):
    """What the courier promised about the second delivery."""

    promise = forms.CharField(label=_("What they promised, if anything"), max_length=500, required=False)
    promised_until = InstantField(label=_("Promised until"), required=False)


__all__ = ["AddressChecked", "Asking", "CourierSaid", "Fetching", "FoundWith", "LivesAt", "LookAround", "Looked", "Place", "SignedBy"]
