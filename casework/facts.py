"""The facts that a step asks for, declared as a form: one declaration for page, admin and API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed
from orders.straight import written

PLAIN = (str, bool, int, type(None))
# Beyond these a change of zone leaves what the database or Python can hold.
FIRST_YEAR, LAST_YEAR = 2000, 2100
WHOLE = re.compile(r"0|[1-9][0-9]*", re.ASCII)
PLACE = re.compile(r"\{(\w+)\}", re.ASCII)
# What a field may say of its value more closely than that it is bad.
CODES = ("bad_amount",)


def offer_once(drawn: Iterable[forms.Form]) -> None:
    """Let the fields of a page's forms that offer the same read it once: a courier may be named by several steps."""
    known: dict[Any, Any] = {}
    for form in drawn:
        for field in form.fields.values():
            source = getattr(getattr(field, "choices", None), "func", None)
            if source is not None:
                field.choices = known.setdefault(source, cache(source))  # type: ignore[attr-defined]  # it has them


def leave_open(fields: Iterable[forms.Field]) -> None:
    """Let a field that wants one of several begin with none of them, so that nothing is kept that nobody said.

    One that says `initial=` begins with that; one whose choices are looked up brings its own empty one.
    """
    for each in fields:
        choices = each.choices if isinstance(each, forms.ChoiceField) and each.required and each.initial is None else ()
        if isinstance(choices, list) and len(choices) > 1 and all(value != "" for value, _label in choices):
            each.choices = [("", _("Choose")), *choices]  # type: ignore[attr-defined]  # a choice field


def first_error(form: forms.BaseForm) -> Malformed:
    """What is wrong with a form, by its first bad field; "" names what no field alone is at fault of."""
    name, errors = next(iter(form.errors.items()))
    code = form.errors.as_data()[name][0].code
    return Malformed(str(errors[0]), code=code if code in CODES else "bad_value", field="" if name == "__all__" else name)


class TextWithPlaces(forms.CharField):
    """One text for many cases, with places in braces for the facts of each. `places` are their names in words."""

    def __init__(self, *, places: Mapping[str, Any], **options: Any) -> None:
        super().__init__(**options)
        self.places = places

    def shown(self, text: str) -> str:
        """The text with its places by their names, where it stands for all."""
        return PLACE.sub(lambda found: f"〔{self.places[found[1]]}〕" if found[1] in self.places else found[0], text)


class Facts(forms.Form):
    """Base of a step's facts. Fields are validated by Django's forms; unknown names are refused."""

    # Field names whose values are personal and never stand in the journal.
    MASKED: tuple[str, ...] = ()

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        leave_open(self.fields.values())

    # A field that takes a list or an object says so: `takes_json = True`.
    @classmethod
    def read(cls, given: Any) -> Facts:
        """Validate what was sent. Raises Malformed naming the first bad field."""
        if given is None:
            given = {}
        if not isinstance(given, dict):
            raise Malformed(_("Facts are an object of field names and values."), code="bad_facts", field="facts")
        for name, value in given.items():
            declared = cls.base_fields.get(name)
            if declared is None:
                raise Malformed(_("This step does not know such a field."), code="unknown_field", field=str(name)[:60])
            if not isinstance(value, PLAIN) and not getattr(declared, "takes_json", False):
                raise Malformed(_("This value has the wrong form."), code="bad_value", field=name)
        form = cls(data={name: _told(cls.base_fields[name], value) for name, value in given.items() if value is not None})
        if not form.is_valid():
            raise first_error(form)
        return form

    def kept(self) -> dict[str, Any]:
        """The cleaned values as the journal keeps them: plain JSON, personal ones masked."""
        return {name: self._plain(name, value) for name, value in self.cleaned_data.items() if value not in (None, "")}

    def _plain(self, name: str, value: Any) -> Any:
        if name in self.MASKED:
            return "***"
        if isinstance(value, (bool, int, list, dict)):
            return value
        return value.isoformat() if hasattr(value, "isoformat") else str(value)

    @classmethod
    def described(cls) -> list[dict[str, Any]]:
        """The fields as the API lists them: name, label, kind, required, choices."""
        return [_describe(name, each) for name, each in cls.base_fields.items()]


def _told(declared: forms.Field, value: Any) -> Any:
    """The value; "" for a text of which nothing can be seen."""
    return "" if isinstance(declared, forms.CharField) and isinstance(value, str) and not written(value) else value


def _describe(name: str, each: forms.Field) -> dict[str, Any]:
    choices = [{"value": value, "label": str(label)} for value, label in getattr(each, "choices", []) if value != ""]
    kind = type(each).__name__.removesuffix("Field").lower()
    return {"name": name, "label": str(each.label or name), "kind": kind, "required": each.required, "choices": choices}


class InstantField(forms.DateTimeField):
    """A point in time of our days: ISO 8601, with offset or in shop time. Aware when cleaned."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}))
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        """The instant, aware. Raises ValidationError for what is no text, and for years that no order has seen."""
        found = super().to_python(value) if isinstance(value, str) else None
        if value not in self.empty_values and (found is None or not FIRST_YEAR <= found.year <= LAST_YEAR):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class WholeField(forms.IntegerField):
    """A whole number: a JSON integer or plain digits, as a page sends them. "1_0", " 1", "+1" and digits of other scripts are not taken for one."""

    def to_python(self, value: Any) -> Any:
        """The number, None when it is empty. Raises ValidationError."""
        is_plain = (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, str) and WHOLE.fullmatch(value))
        if value not in self.empty_values and not is_plain:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)
