"""A step as a form: its declared facts, a note, and the version that was seen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import leave_open
from casework.workflow import Step


def step_form(step: Step, data: Any = None, *, version: int) -> forms.Form:
    """The form of a step; with `data` as it was sent. It carries no rules: the door checks (DESIGN 3)."""
    form: forms.Form = step.facts(data)
    form.fields["note"] = forms.CharField(
        label=_("Note"), required=step.needs_note, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 4000})
    )
    form.fields["version"] = forms.CharField(widget=forms.HiddenInput, initial=str(version))
    return form


def facts_sent(step: Step, data: Any) -> dict[str, Any]:
    """The facts as the door takes them: the declared names only, empty fields left out."""
    return {name: data[name] for name in step.facts.base_fields if data.get(name, "") != ""}


def fresh(form: forms.Form, version: int) -> forms.Form:
    """The form with what was typed, for the version as it is now."""
    form.data = {**{name: form.data.get(name, "") for name in form.fields}, "version": str(version)}
    return form


class ContactForm(forms.Form):
    """An attempt to reach the customer (L6.1)."""

    def __init__(self, data: Any = None) -> None:
        from casework.models import Channel, Outcome

        super().__init__(data)
        self.fields["channel"] = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
        self.fields["outcome"] = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices)
        self.fields["note"] = forms.CharField(label=_("Note"), required=False, max_length=4000)
        leave_open(self.fields.values())


class OpenForm(forms.Form):
    """A new case, for an order or a waybill."""

    kind = forms.ChoiceField(label=_("Kind"))
    order = forms.CharField(label=_("Order number"), required=False, max_length=40)
    waybill = forms.CharField(label=_("Waybill"), required=False, max_length=64)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3, "maxlength": 4000}))

    def __init__(self, kinds: list[tuple[str, str]], data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # a choice field
        leave_open(self.fields.values())
