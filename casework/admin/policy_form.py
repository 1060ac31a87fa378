"""A new value of a policy, typed by its kind: hours, yuan, a number, yes or no, a text, one of several, working hours, or yuan by amount."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.utils import dates
from django.utils.translation import gettext_lazy as _

from casework.facts import InstantField
from casework.policies import LONGEST_TEXT, MoneyTable, PolicyKind, Span
from casework.policy_words import short
from orders.errors import Malformed

ROW = re.compile(r"\s*([0-9.]+)\s*[:：=]\s*([0-9.]+)\s*", re.ASCII)
FRAME = re.compile(r"\s*(\d{2}:\d{2})\s*[-–—]\s*(\d{2}:\d{2})\s*")


class PolicyForm(forms.Form):
    """For which shop, from when on, and the value."""

    def __init__(self, kind: PolicyKind, shops: list[tuple[str, Any]], data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.kind = kind
        self.fields["shop"] = forms.ChoiceField(label=_("Shop"), choices=shops, required=False)
        self.fields |= value_fields(kind)
        self.fields["valid_from"] = InstantField(label=_("In force from"), required=False, help_text=_("Empty: from now on."))

    def clean(self) -> dict[str, Any]:
        """The value as it is stored, under `value`."""
        cleaned = super().clean() or self.cleaned_data
        return cleaned if self.errors else cleaned | {"value": stored_value(self.kind, cleaned)}


def value_fields(kind: PolicyKind) -> dict[str, forms.Field]:
    """The fields of a policy's type."""
    if kind.kind == "span":
        hours = forms.DecimalField(label=_("Hours"), min_value=0, max_digits=6, decimal_places=2)
        working = forms.BooleanField(label=_("Counted in working hours"), required=False)
        return {"hours": hours} if kind.calendar_only else {"hours": hours, "working": working}
    if kind.kind == "money":
        return {"amount": forms.DecimalField(label=_("Yuan"), min_value=0, max_digits=12, decimal_places=2)}
    if kind.kind == "cap":
        return {"value": forms.CharField(label=_("Yuan"), max_length=12, help_text=_("An amount, or: postage"))}
    if kind.kind == "number":
        return {"number": forms.IntegerField(label=_("Number"), min_value=0, max_value=1_000_000)}
    if kind.kind == "flag":
        return {"flag": forms.BooleanField(label=_("Yes"), required=False)}
    if kind.kind == "timetable":
        hint = _("Frames like 09:00-17:30, 17:30-01:00; empty: closed.")
        return {
            f"day{day}": FramesField(label=str(dates.WEEKDAYS[day]), required=False, help_text=hint if day == 0 else "") for day in range(7)
        }
    if kind.kind == "table":
        return {
            "table": TableField(
                kind, label=_("Yuan by amount"), required=False, help_text=_("One row a line, such as 100: 10 (from 100 on 10).")
            )
        }
    if kind.kind == "text":
        rows = forms.Textarea(attrs={"rows": 3})
        return {"value": forms.CharField(label=_("Value"), required=False, max_length=LONGEST_TEXT, widget=rows)}
    if kind.kind == "choice":
        return {"value": forms.ChoiceField(label=_("Value"), choices=kind.choices)}
    return {"value": forms.JSONField(label=_("Value"))}


def typed_value(kind: PolicyKind, value: Any) -> dict[str, Any]:
    """A typed value as the fields show it, so that one begins from what is in force."""
    if isinstance(value, Span):
        return {"hours": value.hours, "working": value.working}
    if kind.kind == "timetable":
        return {f"day{day}": ", ".join(f"{begin:%H:%M}-{end:%H:%M}" for begin, end in frames) for day, frames in value.items()}
    if isinstance(value, MoneyTable):
        return {"table": "\n".join(f"{short(begin)}: {short(held)}" for begin, held in value.rows)}
    return {{"money": "amount", "number": "number", "flag": "flag"}.get(kind.kind, "value"): value}


def stored_value(kind: PolicyKind, cleaned: dict[str, Any]) -> Any:
    """The value as the table keeps it (JSON)."""
    if kind.kind == "span":
        hours = cleaned["hours"]
        return {"hours": int(hours) if hours == int(hours) else str(hours), "working": cleaned.get("working", False)}
    if kind.kind == "money":
        return str(cleaned["amount"])
    if kind.kind == "timetable":
        return {str(day): cleaned[f"day{day}"] for day in range(7) if cleaned[f"day{day}"]}
    return cleaned[{"number": "number", "flag": "flag", "table": "table"}.get(kind.kind, "value")]


class FramesField(forms.CharField):
    """Times of a day as a list of [from, to]; a frame that ends before it starts goes past midnight."""

    def to_python(self, value: Any) -> Any:
        """The frames. Raises ValidationError for what is no time."""
        frames = []
        for part in filter(str.strip, str(value or "").replace("，", ",").split(",")):
            found = FRAME.fullmatch(part)
            try:
                frames.append([dt.time.fromisoformat(each).strftime("%H:%M") for each in found.groups()] if found else None)
            except ValueError:
                frames.append(None)
        if None in frames:
            raise forms.ValidationError(_("Write frames like 09:00-17:30."))
        return frames


class TableField(forms.CharField):
    """Rows of amount and value, one a line, as a list of [amount, value]."""

    def __init__(self, kind: PolicyKind, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 6}), **options)
        self.kind = kind

    def to_python(self, value: Any) -> Any:
        """The rows. Raises ValidationError for what is no amount, and for a table that does not rise."""
        found = [ROW.fullmatch(line) for line in str(value or "").splitlines() if line.strip()]
        if None in found:
            raise forms.ValidationError(_("Write rows like 100: 10."))
        rows = [list(each.groups()) for each in found if each]
        try:
            self.kind.read(rows)
        except Malformed:
            raise forms.ValidationError(_("Both amounts rise from row to row, with at most two places.")) from None
        return rows
