"""Every refusal of the API in one shape: {"code", "detail", "reasons", "field"} (DESIGN 3)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from orders.api.parsing import TooLarge
from orders.errors import DeskError, Malformed, NotAllowed, NotFound
from orders.storable import shown

log = logging.getLogger(__name__)


class Unavailable(DeskError):
    """The database is away or busy; nothing was changed."""

    status = 503
    code = "unavailable"
    detail = _("The desk cannot answer just now; try again.")


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception; None for what nobody foresaw, so that it is logged and answered as 500."""
    refusal = as_refusal(error)
    if refusal is None:
        return None
    return Response(refusal.as_dict(), status=refusal.status, headers=_headers(error))


@csrf_exempt
def unknown_address(request: HttpRequest) -> JsonResponse:
    """The answer at an address under /api/ that does not exist."""
    return JsonResponse(NotFound(_("There is nothing at this address.")).as_dict(), status=404)


def as_refusal(error: Exception) -> DeskError | None:
    """The exception as one of ours, None when it is a mistake of the programme."""
    if isinstance(error, DeskError):
        return error
    if isinstance(error, exceptions.ValidationError):
        return _malformed(error)
    if isinstance(error, Http404 | exceptions.NotFound):
        return NotFound()
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return NotAllowed()
    if isinstance(error, exceptions.APIException):
        return _of_the_library(error)
    return _below_the_views(error)


def _below_the_views(error: Exception) -> DeskError | None:
    if isinstance(error, RequestDataTooBig):
        return TooLarge()
    if isinstance(error, SuspiciousOperation | BadRequest):
        return Malformed()
    if isinstance(error, DataError):
        # A value that passed every check and no column can hold. It is the caller's, yet a check is missing.
        log.warning("a value reached the database that it cannot hold: %s", type(error.__cause__).__name__)
        return Malformed(_("A value cannot be stored."), code="bad_value")
    if isinstance(error, OperationalError | InterfaceError):
        log.error("the database did not answer: %s", type(error.__cause__).__name__)
        return Unavailable()
    return None


def _of_the_library(error: exceptions.APIException) -> DeskError:
    code = "malformed" if isinstance(error, exceptions.ParseError) else str(error.get_codes())
    refusal = DeskError(str(error.detail), code=code)
    refusal.status = error.status_code
    return refusal


def _malformed(error: exceptions.ValidationError) -> Malformed:
    """The first complaint, with the place it is about: lines.0.amount."""
    place, detail = next(_complaints(error.detail, []), ([], Malformed.detail))
    return Malformed(str(detail), code=getattr(detail, "code", "invalid"), field=shown(".".join(place)))


def _complaints(detail: Any, place: list[str]) -> Iterator[tuple[list[str], Any]]:
    if isinstance(detail, dict):
        for name, below in detail.items():
            yield from _complaints(below, place if name == "non_field_errors" else [*place, str(name)])
    elif isinstance(detail, list):
        for number, below in enumerate(detail):
            yield from _complaints(below, [*place, str(number)] if isinstance(below, dict | list) else place)
    else:
        yield place, detail


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers
