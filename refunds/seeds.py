"""The approval limits of R1.2, put into an empty table."""

from __future__ import annotations

from typing import Any

from django.db import connections


def seed(sender: Any, using: str = "default", **_: Any) -> None:
    """Fill the limits; a database function does it, since nobody else may."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT refunds_seed_limits()")
