"""The address that a customer wants instead: kept sealed, shown masked, and written out only for who copies it (L9.8, S5.1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from orders.masks import is_masked, mask_address, mask_name, mask_phone
from orders.phones import clean_phone, phone_digits
from orders.vault import seal, unseal

# Names of the fields as staff say them, in the order in which an address is written.
LABELS: Mapping[str, Any] = {
    "name": _("Recipient"),
    "phone": _("Phone"),
    "province": _("Province"),
    "city": _("City"),
    "district": _("District"),
    "street": _("Street and house"),
}
LONGEST = {"name": 60, "phone": 30, "province": 40, "city": 60, "district": 60, "street": 300}
PLACE = ("province", "city", "district")


class NewAddress(Facts):
    """Where it shall go, and to whom. What stays as it is may be left empty, but something is new."""

    MASKED = tuple(LABELS)
    name = forms.CharField(label=LABELS["name"], max_length=LONGEST["name"], required=False)
    phone = forms.CharField(label=LABELS["phone"], max_length=LONGEST["phone"], required=False)
    province = forms.CharField(label=LABELS["province"], max_length=LONGEST["province"], required=False)
    city = forms.CharField(label=LABELS["city"], max_length=LONGEST["city"], required=False)
    district = forms.CharField(label=LABELS["district"], max_length=LONGEST["district"], required=False)
    street = forms.CharField(label=LABELS["street"], max_length=LONGEST["street"], required=False)

    def clean_phone(self) -> str:
        """A whole number; a masked one reaches nobody."""
        phone = clean_phone(self.cleaned_data["phone"])
        if phone and not phone_digits(phone):
            raise forms.ValidationError(_("This is no phone number."), code="invalid")
        return phone

    def clean(self) -> dict[str, Any]:
        """Something is new, a place is whole, and nothing is masked."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if not given:
            self.add_error(
                "street", forms.ValidationError(_("Write what is new: the address, the recipient or the phone."), code="required")
            )
        if given.keys() & {*PLACE, "street"} and not given.keys() >= {"province", "city", "street"}:
            self.add_error("street", forms.ValidationError(_("A new address has province, city and street."), code="required"))
        for name in (name for name, value in given.items() if is_masked(value)):
            self.add_error(name, forms.ValidationError(_("This is masked; ask the customer for the whole."), code="invalid"))
        return self.cleaned_data


def seal_address(given: Mapping[str, str]) -> dict[str, Any]:
    """The columns of the facts: the fields sealed, and what is shown of them without a reveal."""
    fields = {name: given[name] for name in LABELS if given.get(name)}
    return {"address_enc": seal(json.dumps(fields, ensure_ascii=False)), "shown": masked(fields)}


def open_address(sealed: bytes | memoryview | None) -> dict[str, str]:
    """The fields in clear. Only for a reveal that is journalled."""
    found: dict[str, str] = json.loads(unseal(sealed) or "{}")
    return found


def masked(fields: Mapping[str, str]) -> dict[str, str]:
    """Recipient, phone and place behind masks; what is not new is left out."""
    place = mask_address(*(fields.get(name, "") for name in PLACE))
    shown = {"name": mask_name(fields.get("name", "")), "phone": mask_phone(fields.get("phone", "")), "place": place}
    return {name: value for name, value in shown.items() if value}


def in_one_line(fields: Mapping[str, str]) -> str:
    """The exact text to copy, as waybills have it: recipient, phone, place and street."""
    address = "".join(fields.get(name, "") for name in (*PLACE, "street"))
    return " ".join(filter(None, (fields.get("name", ""), fields.get("phone", ""), address)))
