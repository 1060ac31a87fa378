"""What stood in a form that a page no longer has, in words: nobody types it twice, and nobody reads our codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.forms.fields import BaseTemporalField
from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.wording import field_words
from orders.errors import Text

Fields = Mapping[str, forms.Field]


@dataclass(frozen=True)
class LeftOver:
    """A field of such a form: its label, "" when nobody knows one, what stood in it, and whether that is somebody's own text."""

    label: Text
    text: str
    is_written: bool


def left_over(fields: Fields, values: Mapping[str, str]) -> list[LeftOver]:
    """What stood in the fields, empty ones left out; what somebody wrote stands first."""
    told = [_told(fields.get(name), text) for name, text in values.items() if text.strip()]
    return sorted(told, key=lambda each: not each.is_written)


def fields_of_step(case: Case, name: str) -> Fields:
    """The fields of the step's form with its note; none where the case knows no such step."""
    step = next((each for each in type(case).steps() if each.name == name), None)
    return {**step.facts.base_fields, "note": forms.CharField(label=_("Note"))} if step is not None else {}


def _told(field: forms.Field | None, text: str) -> LeftOver:
    if field is None:
        return LeftOver("", text, is_written=True)
    if isinstance(field, forms.BooleanField):
        return LeftOver(field.label or "", str(_("yes")), is_written=False)
    if isinstance(field, BaseTemporalField):
        return LeftOver(field.label or "", text.replace("T", " "), is_written=False)
    if isinstance(field, forms.CharField):
        return LeftOver(field.label or "", text, is_written=True)
    return LeftOver(field.label or "", field_words(field, text) or text, is_written=False)
