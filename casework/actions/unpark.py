"""Sending a parked message once more, when what kept it from going out is mended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from casework.models import Journal, Outbox
from orders.access import Actor, acting


def unpark(ids: Collection[int], *, by: Actor, at: dt.datetime) -> int:
    """Let parked messages be tried again; the number of them. Each leaves a journal row."""
    with acting(by, at):
        rows = list(Outbox.objects.select_for_update(no_key=True).filter(pk__in=ids, parked=True).order_by("pk"))
        Outbox.objects.filter(pk__in=[row.pk for row in rows]).update(parked=False, attempts=0, wake_at=at, last_error="")
        Journal.objects.bulk_create(
            Journal(
                at=at,
                case_id=row.payload.get("case"),
                object_type="outbox",
                object_id=str(row.pk),
                step="unpark",
                actor_id=by.user_id,
                actor_name=by.name,
                channel=by.channel,
                facts={"topic": row.topic},
                request_id=by.request_id,
            )
            for row in rows
        )
    return len(rows)
