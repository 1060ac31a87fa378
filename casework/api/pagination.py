"""Lists in pages that begin where the last one ended: as quick on page 10,000 as on the first, and never a row twice."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from orders.clock import parse_instant
from orders.errors import Malformed
from orders.storable import BIGGEST

USUAL, MOST = 50, 200
LONGEST_CURSOR = 200
# Columns that pages go by and that hold numbers; all others hold times.
NUMBERS = {"pk", "place"}


class CursorPages(BasePagination):
    """`limit` rows (at most MOST) after `cursor`. The answer is {"results": [...], "next": address or null}."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The rows of the page. Raises Malformed naming `limit` or `cursor`."""
        self.request = request
        self.fields: tuple[str, ...] = getattr(view, "cursor_fields", ("-pk",))
        limit = _limit(request.query_params.get("limit", ""))
        rows = queryset.order_by(*self.fields)
        if cursor := request.query_params.get("cursor", ""):
            rows = rows.filter(_after(self.fields, _decode(cursor, self.fields)))
        found = list(rows[: limit + 1])
        self.last = found[limit - 1] if len(found) > limit else None
        return found[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        """The page as it is answered."""
        following = None
        if self.last is not None:
            following = replace_query_param(self.request.build_absolute_uri(), "cursor", _encode(self.last, self.fields))
        return Response({"results": data, "next": following})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The page in the schema."""
        following = {"type": "string", "format": "uri", "nullable": True, "description": "Address of the next page, null on the last."}
        return {"type": "object", "required": ["results", "next"], "properties": {"results": schema, "next": following}}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """`limit` and `cursor` in the schema."""
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
        return [
            {"name": "limit", "in": "query", "required": False, "schema": limit},
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string", "maxLength": LONGEST_CURSOR}},
        ]


def _limit(text: str) -> int:
    if not text:
        return USUAL
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MOST):
        raise Malformed(_("A page has between 1 and 200 rows."), code="bad_limit", field="limit")
    return int(text)


def _encode(row: Any, fields: tuple[str, ...]) -> str:
    values = [getattr(row, name.removeprefix("-")) for name in fields]
    text = json.dumps([value.isoformat() if isinstance(value, dt.datetime) else value for value in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, fields: tuple[str, ...]) -> list[Any]:
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_value(name, value) for name, value in zip(fields, values, strict=True)]
    except (ValueError, TypeError, AttributeError, RecursionError, Malformed):
        raise Malformed(_("This is no cursor of this list."), code="bad_cursor", field="cursor") from None


def _value(name: str, value: Any) -> Any:
    if name.removeprefix("-") not in NUMBERS:
        return parse_instant(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= BIGGEST:
        raise ValueError
    return value


def _after(fields: tuple[str, ...], values: list[Any]) -> Q:
    """Rows that come later in the order: later in the first column, or equal there and later in the second."""
    name, rest = fields[0], fields[1:]
    column = name.removeprefix("-")
    later = Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": values[0]})
    return later | Q(**{column: values[0]}) & _after(rest, values[1:]) if rest else later
