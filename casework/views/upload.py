"""The customer's page: no login, no cookie, nothing personal. The token in the address is the whole right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from casework import brake
from casework.actions.take_photo import most_photos, open_link, take_photo
from casework.models import Evidence, UploadLink
from casework.photos.asking import Ask, asks_of, names_of
from casework.photos.pictures import BYTES
from orders.clock import now_of
from orders.errors import DeskError, Malformed, NotFound

# Nothing is loaded but our own files and the previews of what the customer chose.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
# The script sends a photo at a time; a form without it sends all at once.
BODY = 100 * 1024 * 1024
ORDER_TAIL = 4

Page = Callable[[HttpRequest, str], HttpResponse]


@dataclass
class Sent:
    """What came of a form: how many photos were stored, and the sentences of those that were not."""

    stored: int = 0
    refused: list[DeskError] = field(default_factory=list)


def in_private(view: Page) -> Page:
    """Answer in the language that the address asks for, with the strict headers, after the brake; one and the same page for every dead link."""

    @csrf_exempt  # No cookie gives a right here, so no stranger's page can borrow one.
    @wraps(view)
    def page(request: HttpRequest, token: str = "") -> HttpResponse:
        try:
            with translation.override("en" if request.GET.get("lang") == "en" else settings.LANGUAGE_CODE):
                answer = view(request, token) if brake.may_open_link(brake.address_of(request), token) else _too_many(request)
        except NotFound:
            # In both languages at once, whichever was asked for: nothing tells one dead link from another.
            with translation.override(settings.LANGUAGE_CODE):
                answer = render(request, "casework/upload_gone.html", status=HTTPStatus.NOT_FOUND)
        for name, value in HEADERS.items():
            answer[name] = value
        return answer

    return page


@in_private
def upload(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is asked for, or take what is sent. Raises NotFound for a link that does not stand, whatever is wrong with it."""
    link = open_link(token, now_of(request))
    if request.method not in ("GET", "HEAD", "POST"):
        return _refusal(request, DeskError(gettext_lazy("Not this way."), code="method_not_allowed"), HTTPStatus.METHOD_NOT_ALLOWED)
    sent = _take(request, link, token) if request.method == "POST" else None
    context = _context(link, request, sent)
    status = sent.refused[0].status if sent and sent.refused else HTTPStatus.OK
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(_as_json(context, sent), status=status)
    return render(request, "casework/upload.html", context, status=status)


def _take(request: HttpRequest, link: UploadLink, token: str) -> Sent:
    """Store every photo that was sent under the name of its kind; each stands for itself."""
    sent = Sent()
    try:
        photos = [(kind, file) for kind in link.kinds for file in _files(request).getlist(kind)]
    except DeskError as error:
        sent.refused.append(error)
        return sent
    if not photos:
        sent.refused.append(Malformed(gettext_lazy("Choose a photo."), code="file_required", field="file"))
    for kind, file in photos:
        try:
            take_photo(token, upload=file, kind=kind, at=now_of(request), request_id=getattr(request, "request_id", ""))
            sent.stored += 1
        except NotFound:
            raise
        except DeskError as error:
            sent.refused.append(error)
    return sent


def _files(request: HttpRequest) -> Any:
    """The files of the form, read only when they are not too much. Raises Malformed."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or int(length) > BODY:
        raise Malformed(gettext_lazy("This is too much at once; send fewer photos."), code="too_large", field="file")
    try:
        return request.FILES
    except (MultiPartParserError, SuspiciousOperation):
        raise Malformed(field="file") from None


def _context(link: UploadLink, request: HttpRequest, sent: Sent | None) -> dict[str, Any]:
    received = list(Evidence.objects.filter(link=link).values_list("kind", flat=True))
    asks = asks_of(link, received)
    return {
        "link": link,
        "asks": asks,
        "received": len(received),
        "missing": _missing(asks),
        "sent": sent,
        "order_tail": link.case.order.number[-ORDER_TAIL:] if link.case.order else "",
        "most": BYTES,
        "photos": most_photos(link, now_of(request)),
        "is_english": translation.get_language() == "en",
    }


def _missing(asks: list[Ask]) -> str:
    """The sentence of the footer."""
    wanting = [each.kind for each in asks if not each.received]
    return (
        _("Still missing: {photos}").format(photos=names_of(wanting)) if wanting else _("Everything that we asked for is here. Thank you!")
    )


def _as_json(context: dict[str, Any], sent: Sent | None) -> dict[str, Any]:
    """The state of the link for the script, and the sentence of what was refused."""
    error = sent.refused[0].as_dict() if sent and sent.refused else {"code": "", "detail": "", "reasons": [], "field": ""}
    return error | {
        "received": {each.kind: each.received for each in context["asks"]},
        "missing": context["missing"],
        "complete": all(each.received for each in context["asks"]),
    }


def _too_many(request: HttpRequest) -> HttpResponse:
    answer = _refusal(
        request,
        DeskError(gettext_lazy("That was very often. Please try again in a few minutes."), code="too_many"),
        HTTPStatus.TOO_MANY_REQUESTS,
    )
    answer["Retry-After"] = str(brake.LINK_WINDOW)
    return answer


def _refusal(request: HttpRequest, error: DeskError, status: HTTPStatus) -> HttpResponse:
    """A sentence instead of the page."""
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(error.as_dict(), status=status)
    return render(request, "casework/upload_said.html", {"detail": error.detail}, status=status)
