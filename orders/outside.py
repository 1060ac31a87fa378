"""Asking a service outside by HTTP: one POST, one answer, within seconds, and not a byte to another address."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from concurrent.futures import Future
from threading import Thread
from typing import Any

SECONDS = 10
MOST_BYTES = 1024 * 1024


class NoAnswer(Exception):
    """Nothing came, or nothing that is an answer. Whether the other side did what was asked is not known."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """What carries keys goes where it was sent and nowhere else."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def post(url: str, form: bytes) -> bytes:
    """The body of the answer to an urlencoded form, within SECONDS in all. Raises NoAnswer, whose text never holds the form."""
    answer: Future[bytes] = Future()
    # A time-out of the line alone counts from byte to byte: who drips would be waited for without end.
    Thread(target=_keep, args=(answer, url, form, time.monotonic() + SECONDS), daemon=True).start()
    try:
        return answer.result(timeout=SECONDS)
    except TimeoutError:
        raise NoAnswer("too late") from None


def _keep(answer: Future[bytes], url: str, form: bytes, until: float) -> None:
    try:
        answer.set_result(_post(url, form, until))
    except (NoAnswer, ValueError) as error:  # raised where somebody waits for it; ValueError: no address at all
        answer.set_exception(error)


def _post(url: str, form: bytes, until: float) -> bytes:
    request = urllib.request.Request(url, form, method="POST")
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=SECONDS) as answer:
            body = _read(answer, until)
    except urllib.error.HTTPError as error:
        error.close()
        raise NoAnswer(f"HTTP {error.code}") from None
    except (OSError, http.client.HTTPException) as error:
        # OSError: urllib's errors, a time-out, a line that was cut. The text of some of them holds the address, never the form.
        raise NoAnswer(type(error).__name__) from None
    if len(body) > MOST_BYTES:
        raise NoAnswer("too large")
    return body


def _read(answer: Any, until: float) -> bytes:
    """The body, or as much of it as is already too large."""
    parts, size = [], 0
    while size <= MOST_BYTES and (part := answer.read1(MOST_BYTES)):
        parts.append(part)
        size += len(part)
        if time.monotonic() > until:
            raise NoAnswer("too late")
    return b"".join(parts)
