"""Looking at parcels after tracking came in: what the provider's codes mean for us (DetectionRule)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from types import MappingProxyType

from orders.access import Actor

NONE: Mapping[int, str] = MappingProxyType({})


def detect(parcels: Collection[int], *, by: Actor, at: dt.datetime, aborted: Mapping[int, str] = NONE) -> None:
    """Open cases, findings and facts for the parcels. `aborted`: the provider's message about those that it gave up on."""
