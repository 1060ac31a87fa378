"""The journal's coming months."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from orders.clock import wall_clock

MONTHS = 13


def ensure_partitions(*, at: dt.datetime | None = None) -> int:
    """Make the partitions of this month and the next thirteen; the number made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_ensure_partitions(%s, %s)", [(at or wall_clock()).date(), MONTHS])
        return int(cursor.fetchone()[0])
