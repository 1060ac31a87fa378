"""The door for data services: no session, no cookie, a signature over the bytes as they came."""

from __future__ import annotations

import logging
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from casework.brake import LINK_WINDOW, address_of, may_push, note_forged_push
from logistics.actions.take_push import take_push
from orders.clock import now_of
from orders.errors import DeskError, NotAllowed

log = logging.getLogger(__name__)
# A megabyte of Chinese text, percent-encoded.
MOST_BYTES = 4 * 1024 * 1024
# Anybody may send: what is not ours is not decoded, and no more is than a push may have.
OURS = ("param", "sign")
MOST_FIELDS, LONGEST_NAME, MOST_DECODED, PIECE = 100, 20, 1024 * 1024, 64 * 1024
DONE = {"result": True, "returnCode": "200", "message": "成功"}


@csrf_exempt
@require_POST
def kuaidi100(request: HttpRequest, shop_code: str) -> HttpResponse:
    """Take a push. The provider's success only once it is stored; anything else lets the provider come again."""
    address = address_of(request)
    if not may_push(address, shop_code):
        return _too_many()
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("This is more than can be sent here at once."))
        form = _form(request)
        take_push(shop_code, form.get("param", b""), form.get("sign", b""), at=now_of(request), request_id=_id_of(request))
    except RequestDataTooBig:
        return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("This is more than can be sent here at once."))
    except (ValueError, SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return _refusal(HTTPStatus.BAD_REQUEST, _("What was sent cannot be read."))
    except NotAllowed as error:
        note_forged_push(address, shop_code)
        return _refusal(error.status, str(error.detail))
    except DeskError as error:
        return _refusal(error.status, str(error.detail))
    except (InterfaceError, OperationalError) as error:
        log.error("push not stored: %s", type(error).__name__)
        return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, _("The database does not answer"))
    return JsonResponse(DONE, json_dumps_params={"ensure_ascii": False})


def _form(request: HttpRequest) -> dict[str, bytes]:
    """The fields of the form as the bytes that travelled. A field that is there twice is not there: nobody knows which was signed."""
    if request.content_type == "multipart/form-data":
        return {name: values[0].encode() for name, values in request.POST.lists() if len(values) == 1}
    if request.body.count(b"&") >= MOST_FIELDS:
        raise SuspiciousOperation("too many fields")
    fields: dict[str, list[bytes]] = {}
    for pair in request.body.split(b"&"):
        raw, _equals, value = pair.partition(b"=")
        name = unquote_to_bytes(raw[:LONGEST_NAME]).decode(errors="replace")
        if name in OURS:
            fields.setdefault(name, []).append(value)
    return {name: _decoded(values[0]) for name, values in fields.items() if len(values) == 1}


def _decoded(value: bytes) -> bytes:
    """The bytes behind percent signs, piece by piece: at once it would take two hundred times the memory. Raises RequestDataTooBig."""
    if max(value.count(b"%"), len(value) - 2 * value.count(b"%")) > MOST_DECODED:
        raise RequestDataTooBig
    pieces, begin = [], 0
    while begin < len(value):
        end = begin + PIECE
        # Not in the middle of %41.
        escape = value.rfind(b"%", end - 2, end)
        end = escape if escape > begin else end
        pieces.append(unquote_to_bytes(value[begin:end].replace(b"+", b" ")))
        begin = end
    return b"".join(pieces)


def _id_of(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))


def _too_many() -> JsonResponse:
    answer = _refusal(HTTPStatus.TOO_MANY_REQUESTS, _("That was very often. Please try again in a few minutes."))
    answer["Retry-After"] = str(LINK_WINDOW)
    return answer


def _refusal(status: int, message: str) -> JsonResponse:
    body = {"result": False, "returnCode": "500", "message": message}
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
