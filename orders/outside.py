"""Asking a service outside by HTTP: one POST, one answer, within seconds, and not a byte to another address."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
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
    """The body of the answer to an urlencoded form. Raises NoAnswer, whose text never holds the form."""
    request = urllib.request.Request(url, form, method="POST")
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=SECONDS) as answer:
            body: bytes = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise NoAnswer(f"HTTP {error.code}") from None
    except (OSError, http.client.HTTPException) as error:
        # OSError: urllib's errors, a time-out, a line that was cut. The text of some of them holds the address, never the form.
        raise NoAnswer(type(error).__name__) from None
    if len(body) > MOST_BYTES:
        raise NoAnswer("too large")
    return body
