"""The API's description for programs, and a page to read it on, from our own files only."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from orders.api.views import refuse_unknown

# The page's styles are written by its script; images are drawn from data.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class Schema(SpectacularAPIView):
    """OpenAPI 3, as YAML or JSON as the caller accepts, or `?format=json`."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Only the format may be chosen."""
        super().initial(request, *args, **kwargs)
        refuse_unknown(request.query_params, {"format"})


class Docs(SpectacularSwaggerSplitView):
    """The description as a page."""

    url_name = "api-schema"

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The page, or its script; under a policy of its own."""
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        response["Content-Security-Policy"] = POLICY
        return response
