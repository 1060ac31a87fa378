"""Lists of the API in pages (orders/keyset.py): `limit` rows after `cursor`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from orders.errors import Malformed
from orders.keyset import AFTER, LONGEST, page_of

USUAL, MOST = 50, 200


class CursorPages(BasePagination):
    """`limit` rows (at most MOST) after `cursor`. The answer is {"results": [...], "next": address or null}."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The rows of the page. Raises Malformed naming `limit` or `cursor`."""
        self.request = request
        limit = _limit(request.query_params.get("limit", ""))
        given = {AFTER: request.query_params.get("cursor", "")}
        self.page = page_of(queryset.order_by(*getattr(view, "cursor_fields", ("-pk",))), given, limit)
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        """The page as it is answered."""
        following = None
        if self.page.after:
            following = replace_query_param(self.request.build_absolute_uri(), "cursor", self.page.after)
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
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string", "maxLength": LONGEST}},
        ]


def _limit(text: str) -> int:
    if not text:
        return USUAL
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MOST):
        raise Malformed(_("A page has between 1 and 200 rows."), code="bad_limit", field="limit")
    return int(text)
