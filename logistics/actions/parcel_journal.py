"""What people do to a parcel stands in the journal, under the parcel and under the open cases about it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.models import Case, Journal
from logistics.models import Parcel
from orders.access import Actor


def journal_parcel(parcel: Parcel, step: str, *, by: Actor, at: dt.datetime, **what: Any) -> None:
    """Write the rows. `what` may give facts, before and after: no personal data."""
    common: dict[str, Any] = {
        "at": at,
        "shop_id": parcel.shop_id,
        "step": step,
        "actor_id": by.user_id,
        "actor_name": by.name,
        "role": by.role_in(parcel.shop_id),
        "channel": by.channel,
        "request_id": by.request_id,
        **what,
    }
    rows = [Journal(object_type="parcel", object_id=str(parcel.pk), **common)]
    rows += [
        Journal(case=case, object_type="case", object_id=str(case.pk), from_state=case.state, to_state=case.state, **common)
        for case in Case.objects.open().filter(incident__parcel=parcel)
    ]
    Journal.objects.bulk_create(rows)
