"""Sealing the journal: a keyed hash chain, made seconds later so that writers never queue for it (DESIGN 3)."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import logging
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from casework.actions.heartbeat import beat
from casework.models import Journal, Seal
from orders.clock import wall_clock
from orders.vault import keys

log = logging.getLogger(__name__)

BATCH = 2000
FIRST = "0" * 64
COVERED = (
    "id", "at", "shop_id", "case_id", "object_type", "object_id", "step", "from_state", "to_state", "actor_id", "actor_name",
    "role", "channel", "facts", "before", "after", "note", "request_id",
)  # fmt: skip


def seal_journal(*, at: dt.datetime | None = None) -> int:
    """Seal the rows of all finished transactions; the number sealed. One sealer at a time, others return 0."""
    _requeue()
    total = 0
    while sealed := _seal_some():
        total += sealed
    beat("seal_journal", at or wall_clock())
    return total


def _requeue() -> None:
    """Queue anew what neither waits nor is sealed: an accident with the queue heals, and is told."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not _alone(cursor):
            return
        cursor.execute("SELECT casework_queue_for_seal()")
        found = cursor.fetchone()[0]
    if found:
        log.error("%s journal rows had no place in the queue to be sealed; they have one again", found)


def _alone(cursor: Any) -> bool:
    """Whether this is the only sealer until the transaction ends."""
    cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('casework.seal'))")
    return bool(cursor.fetchone()[0])


def _seal_some() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        if not _alone(cursor):
            return 0
        ids = _finished(cursor)
        rows = Journal.objects.filter(pk__in=ids).order_by("pk").values(*COVERED)
        last = Seal.objects.order_by("-seq").first()
        seals = list(chain(rows, last.seq if last else 0, last.hash if last else FIRST))
        Seal.objects.bulk_create(seals)
        cursor.execute("SELECT casework_sealed(%s)", [ids])
        return len(seals)


def _finished(cursor: Any) -> list[int]:
    """Rows behind the oldest running transaction: nothing older can still appear.

    A number at or beyond the next one comes from before a restore into a new cluster; it is finished too.
    """
    cursor.execute(
        "SELECT journal_id FROM casework_unsealed"
        " WHERE txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint OR txid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        " ORDER BY txid, journal_id LIMIT %s",
        [BATCH],
    )
    return [row[0] for row in cursor.fetchall()]


def chain(rows: Iterable[dict[str, Any]], seq: int, previous: str) -> Iterable[Seal]:
    """The seals of journal rows, each over the row and the seal before it."""
    for row in rows:
        seq += 1
        link = hash_of(row, previous)
        yield Seal(seq=seq, journal_id=row["id"], journal_at=row["at"], previous=previous, hash=link)
        previous = link


def hash_of(row: dict[str, Any], previous: str, key: int = 0) -> str:
    """HMAC-SHA256 over the previous seal and the row's covered columns, in hex, under the data key number `key`."""
    text = json.dumps({name: row[name] for name in COVERED}, sort_keys=True, ensure_ascii=False, default=_plain)
    return hmac.new(keys()[key].blind("journal seal", ""), f"{previous}\n{text}".encode(), hashlib.sha256).hexdigest()


def _plain(value: Any) -> str:
    return value.astimezone(dt.UTC).isoformat() if isinstance(value, dt.datetime) else str(value)
