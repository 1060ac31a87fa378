"""What every answer gets: an id, a policy for what the page may load, one direction of reading, no copy in any cache, and the time of the request."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from config.logs import REQUEST_ID
from orders.clock import YEARS, wall_clock
from orders.straight import straight_page

log = logging.getLogger("desk.request")

Answer = Callable[[HttpRequest], HttpResponse]

HEALTH_CHECKS = {"/healthz", "/readyz"}
SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")

STRICT = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# The admin's theme draws icons from data, sets lengths on elements and lets Alpine.js compile expressions.
# It has neither script nor style elements in the page (orders/admin_site.py), so none are allowed there either.
FOR_THE_ADMIN = STRICT | {
    "script-src": "'self' 'unsafe-eval'",
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self' data:",
}
PAGES, ADMIN = ("; ".join(f"{name} {value}" for name, value in policy.items()) for policy in (STRICT, FOR_THE_ADMIN))


class RequestId:
    """Gives each request an id, found again in journal and log, and writes one line about it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer under the caller's id when it is harmless, else under a new one."""
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if SAFE_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        token = REQUEST_ID.set(request.request_id)  # type: ignore[attr-defined]
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
            _write_line(request, response, time.perf_counter() - started)
            return response
        finally:
            REQUEST_ID.reset(token)


def _write_line(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """Method, path and result. Never the query: people search by phone number. Health checks, and pages that ask and hear nothing new, are not worth a line."""
    if response.status_code == HTTPStatus.NOT_MODIFIED or (request.path in HEALTH_CHECKS and response.status_code == HTTPStatus.OK):
        return
    facts = {"status": response.status_code, "ms": round(seconds * 1000)}
    log.info("%s %s", request.method, request.path, extra={"facts": facts})


class ContentSecurityPolicy:
    """Pages load nothing but our own files. The admin's theme needs more, and gets it under /admin/ alone."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the policy, unless the view set its own."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", ADMIN if request.path.startswith("/admin/") else PAGES)
        return response


class Straight:
    """Nothing that others wrote turns the direction in which a page is read."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Take such characters out of pages and parts of pages. What programs and spreadsheets get is not this one's business."""
        response = self.get_response(request)
        if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
            found = response.content
            plain = straight_page(found)
            if plain != found:
                response.content = plain
        return response


class NeverStored:
    """What a person sees is theirs: no cache keeps a copy."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Say no-store, unless the view said something about caches itself."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class RequestClock:
    """`request.now`: the time of the request, in UTC. With TEST_CLOCK=1 the caller may name it (X-Test-Now, ISO 8601 with offset)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the clock once, so that all of a request happens at one moment."""
        request.now = wall_clock()  # type: ignore[attr-defined]
        given = request.headers.get("X-Test-Now", "")
        if given and settings.TEST_CLOCK:
            try:
                moment = parse_datetime(given)
            except ValueError:
                moment = None
            if moment is None or timezone.is_naive(moment) or moment.year not in YEARS:
                return _bad_time()
            request.now = moment  # type: ignore[attr-defined]
        return self.get_response(request)


def _bad_time() -> JsonResponse:
    detail = _("X-Test-Now must be a time in ISO 8601 with an offset, from the year 2000 to 2100.")
    return JsonResponse({"code": "bad_time", "detail": detail, "reasons": [], "field": "X-Test-Now"}, status=400)
