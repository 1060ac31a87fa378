"""What refunds does when the platform's lists come in: its cases follow the requests there (R2.3, R13.1), and goods that were refunded are watched (R10.2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from orders.access import Actor, sign
from orders.imports.actors import CHANNEL, signed_by
from orders.models import ImportRun, Shop
from refunds.actions.alarm_shipped import alarm_shipped
from refunds.actions.follow_disputes import follow_disputes
from refunds.actions.follow_platform import follow_platform


def follow_platform_requests(sender: Any, *, shop: Shop, at: dt.datetime, table: str = "", run: ImportRun | None = None, **_: Any) -> None:
    """Cases, clocks, ledger and alarms after the platform's newest list, as the programme's deed inside the import. Parcels are filled before."""
    by = Actor.system(CHANNEL)
    follow_platform(shop.pk, by=by, at=at)
    follow_disputes(shop.pk, by=by, at=at)
    if table:
        alarm_shipped(shop.pk, connection.ops.quote_name(table), by=by, at=at)
    if run is not None:
        sign(signed_by(run))
