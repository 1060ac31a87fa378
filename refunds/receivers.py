"""What refunds does when the platform's lists come in: its cases follow the requests there (R2.3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from orders.access import Actor, sign
from orders.imports.actors import CHANNEL, signed_by
from orders.models import ImportRun, Shop
from refunds.actions.follow_platform import follow_platform


def follow_platform_requests(sender: Any, *, shop: Shop, at: dt.datetime, run: ImportRun | None = None, **_: Any) -> None:
    """Cases, clocks and ledger after the platform's newest list, as the programme's deed inside the import."""
    follow_platform(shop.pk, by=Actor.system(CHANNEL), at=at)
    if run is not None:
        sign(signed_by(run))
