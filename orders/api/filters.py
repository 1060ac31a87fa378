"""Filters of lists. Their names are declared one by one, so no relation can be asked through them (Z6)."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from drf_spectacular.utils import extend_schema_field

LONGEST = 64


def text_filter(path: str, **options: Any) -> django_filters.CharFilter:
    """A filter on the exact text."""
    return django_filters.CharFilter(field_name=path, max_length=LONGEST, **options)


@extend_schema_field(bool)
class FlagFilter(django_filters.TypedChoiceFilter):
    """A filter that is `true` or `false` and nothing else."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=[("true", "true"), ("false", "false")], coerce=lambda text: text == "true", **options)


@extend_schema_field(str)
class ChoiceFilter(django_filters.ChoiceFilter):
    """A filter on one of the known values."""

    def __init__(self, path: str, choices: Any, **options: Any) -> None:
        super().__init__(field_name=path, choices=choices, widget=forms.TextInput, label="", **options)
