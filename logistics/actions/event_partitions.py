"""The coming months of tracking events, and numbers that were refused long ago."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from logistics.models import RefusedPush

AROUND = dt.timedelta(days=400)
# A provider comes again four times in two hours; an import that knows the number comes within days.
REMEMBERED = dt.timedelta(days=90)


def ensure_partitions(*, at: dt.datetime) -> int:
    """Make the partitions of the thirteen months before and behind; the number made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT logistics_ensure_partitions(%s, %s)", [(at - AROUND).date(), (at + AROUND).date()])
        return int(cursor.fetchone()[0])


def forget_unknown(*, at: dt.datetime) -> int:
    """Forget refused numbers ninety days after the last push, whether an import has brought them since or not; how many."""
    return RefusedPush.objects.filter(last_at__lt=at - REMEMBERED).delete()[0]
