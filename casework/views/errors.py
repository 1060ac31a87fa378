"""What a page says when it cannot do what was asked: one place for every refusal, in the look of the workbench."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404
from django.utils.translation import gettext_lazy as _

from casework.views.given import page_of_ours
from orders.errors import DeskError, Malformed, NotAllowed, NotFound, Text
from orders.storable import refuse_unstorable

log = logging.getLogger(__name__)

TITLES: dict[int, Text] = {
    400: _("This could not be read"),
    403: _("Not for this role"),
    404: _("Nothing here"),
    405: _("Not this way"),
    409: _("Somebody was faster"),
    413: _("Too much at once"),
    422: _("A rule says no"),
    500: _("Our fault"),
    503: _("The database does not answer"),
}
# What Django refuses, or what breaks, before or behind the API's own errors has their shape too.
CODES = {400: Malformed.code, 403: NotAllowed.code, 404: NotFound.code, 500: "broken"}


class Refusals:
    """A refusal that no view answered itself becomes a page. The API has its own place for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """A page also where an address takes forms only and somebody looks at it: Django's own answer is a blank one."""
        answer = self.get_response(request)
        if answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED or answer.content or request.path.startswith("/api/"):
            return answer
        said = error_page(
            request, HTTPStatus.METHOD_NOT_ALLOWED, detail=_("This address only takes what a form sends. Nothing was changed.")
        )
        said["Allow"] = answer["Allow"]
        return said

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_args: Any) -> HttpResponse | None:
        """The page for an address or a form with something that no column can hold; no view asks for it anew.

        The API reads strictly by itself, and who needs no token of ours (photos, couriers) reads the body in portions of their own.
        """
        if request.path.startswith("/api/"):
            return None
        try:
            refuse_unstorable(request.GET)
            if not getattr(view, "csrf_exempt", False):
                refuse_unstorable(request.POST)
        except Malformed as error:
            return refusal_page(request, error)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page of a DeskError; anything else goes on to Django."""
        if request.path.startswith("/api/"):
            return None
        if isinstance(exception, (InterfaceError, OperationalError)):
            log.error("no database: %s", type(exception).__name__)
            return error_page(request, 503, detail=_("Try again in a minute. Nothing was lost that was saved before."))
        return refusal_page(request, exception) if isinstance(exception, DeskError) else None


def refusal_page(request: HttpRequest, error: DeskError) -> HttpResponse:
    """The refusal with its sentence, its reasons and its status."""
    return error_page(request, error.status, detail=error.headline, reasons=error.reasons)


def error_page(request: HttpRequest, status: int, *, heading: Text = "", detail: Text = "", reasons: Any = ()) -> HttpResponse:
    """An error page, under /api/ an error in the API's own shape. From 500 on it draws on nothing that may have broken: no person, no database."""
    if request.path.startswith("/api/"):
        error = DeskError(detail or TITLES[status], code=CODES.get(status, DeskError.code), reasons=reasons)
        return JsonResponse(error.as_dict(), status=status)
    context = {"status": status, "heading": heading or TITLES.get(status, TITLES[400]), "detail": detail, "reasons": reasons}
    # Back to the page on which the form stood that was refused.
    context["back"] = page_of_ours(request) if request.method == "POST" else ""
    template = "casework/broken.html" if status >= 500 or not _is_known(request) else "casework/error.html"
    return render(request, template, context, status=status)


def _is_known(request: HttpRequest) -> bool:
    return getattr(request, "user", None) is not None and request.user.is_authenticated


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: handler400 of the project."""
    return error_page(request, 400, detail=_("What was sent cannot be read."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: handler403 of the project."""
    return error_page(request, 403, detail=_("Your role does not allow this."))


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: handler404 of the project. The same for what does not exist and for what is another shop's."""
    is_address = isinstance(exception, Resolver404)
    return error_page(request, 404, detail=_("There is no such page.") if is_address else NotFound.detail)


def broken(request: HttpRequest) -> HttpResponse:
    """500: handler500 of the project."""
    return error_page(request, 500, detail=_("Something broke on our side. It is in the log; what was saved before is safe."))


def no_csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that is too old, or did not come from our pages."""
    detail = _("Load its page again, and send it once more. Nothing was changed.")
    return error_page(request, 403, heading=_("The form is too old"), detail=detail)
