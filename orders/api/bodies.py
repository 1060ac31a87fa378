"""The base of what the API takes: declared fields of the declared JSON type, and no others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from orders.storable import shown

UNKNOWN = _("There is no such field.")

# What the schema calls the optional fields of an example.
WITH = "x-example-with"
Shape = TypeVar("Shape", bound=type[serializers.Serializer[Any]])


def example_with(*optional: str) -> Callable[[Shape], Shape]:
    """The smallest body that works has these fields too, though none of them is needed in every one."""
    return extend_schema_serializer(extensions={WITH: [*optional]})


class Body(serializers.Serializer[Any]):
    """A body whose unknown fields are refused by name: nobody believes that something was set that was not (Z5)."""

    def to_internal_value(self, data: Any) -> Any:
        """The cleaned values. Raises ValidationError naming the first unknown field."""
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({shown(str(unknown[0])): UNKNOWN}, code="unknown_field")
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """A JSON string; numbers and truth values are not taken for one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_blank": True, "max_length": 4000, "trim_whitespace": False} | options)

    def to_internal_value(self, data: Any) -> str:
        """The text as it was sent. Raises ValidationError when it is none."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Truth(serializers.BooleanField):
    """A JSON true or false; "yes" and 1 are not taken for one."""

    def to_internal_value(self, data: Any) -> bool:
        """The value. Raises ValidationError when it is none."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Whole(serializers.IntegerField):
    """A JSON integer; "5" and true are not taken for one."""

    def to_internal_value(self, data: Any) -> int:
        """The number. Raises ValidationError when it is none."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(super().to_internal_value(data))
