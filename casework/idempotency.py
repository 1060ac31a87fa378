"""One deed per key, however often it is sent: the answer is kept in the transaction that did the deed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from casework.models import KeptAnswer
from orders.errors import DeskError, Malformed, Refused

HEADER = "Idempotency-Key"
FORM = re.compile(r"[!-~]{1,100}")

Answer = tuple[int, str]

# Waits for a deed of the same key that is under way, then inserts nothing if that one has come through.
CLAIM = """
INSERT INTO casework_keptanswer (user_id, key, digest, body, created_at) VALUES (%s, %s, %s, '', %s)
ON CONFLICT (user_id, key) DO NOTHING RETURNING id
"""


def read_key(given: str | None) -> str:
    """The key of a request. Raises Malformed `idempotency_key_required`, or `bad_idempotency_key`."""
    if not given:
        raise Malformed(_("Send the header Idempotency-Key."), code="idempotency_key_required", field=HEADER)
    if not FORM.fullmatch(given):
        raise Malformed(_("A key has 1 to 100 ASCII characters without blanks."), code="bad_idempotency_key", field=HEADER)
    return given


def digest_of(purpose: str, body: Any) -> str:
    """What a body is recognised by: equal JSON values, equal digest, whatever the spacing and the order of names."""
    text = json.dumps([purpose, body], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def run_once(user_id: int, key: str, body_digest: str, now: dt.datetime, deed: Callable[[], Answer]) -> Answer:
    """Do the deed, or give the kept answer of the same user's same key and body, byte for byte.

    Raises Refused `idempotency_key_reused` (422) when the key came with another body. When the deed is refused
    the key is free again, while the refusal's journal row stays.
    """
    refusal: DeskError | None = None
    with transaction.atomic():
        claimed = _claim(user_id, key, body_digest, now)
        if claimed is None:
            return _kept(user_id, key, body_digest)
        try:
            status, body = deed()
            KeptAnswer.objects.filter(pk=claimed).update(status=status, body=body)
        except DeskError as error:
            # The deed has undone itself; raising inside this block would undo its entry in the journal too.
            KeptAnswer.objects.filter(pk=claimed).delete()
            refusal = error
    if refusal is not None:
        raise refusal
    return status, body


def _claim(user_id: int, key: str, digest: str, now: dt.datetime) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [user_id, key, digest, now])
        row = cursor.fetchone()
    return row[0] if row else None


def _kept(user_id: int, key: str, digest: str) -> Answer:
    kept = KeptAnswer.objects.get(user=user_id, key=key)
    if kept.digest != digest:
        raise Refused(_("This key was used for another request."), code="idempotency_key_reused", field=HEADER)
    return int(kept.status or 200), kept.body
