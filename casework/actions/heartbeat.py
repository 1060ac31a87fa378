"""A round that ran says so; a silent stop is seen by the age of its last word."""

from __future__ import annotations

import datetime as dt

from casework.models import Heartbeat


def beat(name: str, at: dt.datetime) -> None:
    """Note that the round `name` ran at `at`."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})
