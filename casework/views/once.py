"""A form that is sent twice is one deed: its hidden `once` is a key, with what the form holds."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest

from casework.idempotency import digest_of, run_once
from casework.models import KeptAnswer
from orders.clock import now_of

SILENT = {"csrfmiddlewaretoken", "once"}
LENGTH = 32


def new_key() -> str:
    """A key for the forms of a page that is drawn now."""
    return uuid.uuid4().hex


def is_spent(request: HttpRequest) -> bool:
    """Whether a deed was done with the form's key: what such a page still sends of what was typed on it comes too late."""
    key = request.POST.get("once", "")
    return bool(key) and KeptAnswer.objects.filter(user=request.user.pk, key__startswith=f"page:{key}:").exists()


def once(request: HttpRequest, deed: Callable[[], str]) -> str:
    """Do it, once for the form's key and content; a second sending of the same gets the first one's text.

    What is refused may be sent again. Without a key the deed is simply done.
    """
    key = request.POST.get("once", "")
    if not (key.isalnum() and key.isascii() and len(key) == LENGTH):
        return deed()
    body = {name: request.POST.getlist(name) for name in request.POST if name not in SILENT}
    files = {name: getattr(file, "size", 0) for name, file in request.FILES.items()}
    digest = digest_of(request.path, [body, files])
    assert request.user.pk is not None  # behind login_required
    _status, text = run_once(request.user.pk, f"page:{key}:{digest[:16]}", digest, now_of(request), lambda: (HTTPStatus.OK, deed()))
    return text
