"""The one place where the time is read. Actions and commands take it as a parameter."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from orders.errors import Malformed

# No order of a shop, and nothing that happened to one, lies outside; further out neither zones nor pages can count.
YEARS = range(2000, 2101)
# A browser's field for a time takes years of six digits; Python's end at 9999.
_FAR = re.compile(r"\+?[0-9]{5,6}-", re.ASCII)


def wall_clock() -> dt.datetime:
    """Now, in UTC. Only the outermost layer (view, task, command) calls it."""
    return timezone.now()


def parse_instant(text: str, field: str = "now") -> dt.datetime:
    """An ISO 8601 instant; without an offset it is shop time. Raises Malformed naming `field`."""
    try:
        instant = parse_datetime(text.strip())
    except ValueError:
        instant = None
    if _FAR.match(text.strip()) or (instant is not None and instant.year not in YEARS):
        raise Malformed(_("This time is past, or too far away."), code="bad_time", field=field)
    if instant is None:
        raise Malformed(_("This is not a time in ISO 8601."), code="bad_time", field=field)
    if timezone.is_naive(instant):
        instant = timezone.make_aware(instant)
    return instant


def now_of(request: HttpRequest | Any) -> dt.datetime:
    """The time of a request: the test clock's when it is on, else the wall clock."""
    moment = getattr(request, "now", None)
    return moment if isinstance(moment, dt.datetime) else wall_clock()
