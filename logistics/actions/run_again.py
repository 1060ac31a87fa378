"""A lead asks for the nightly job by day."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from logistics.actions.flag_stalled import flag_stalled
from logistics.models import NightlyRun
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import NotAllowed, NotFound, Refused
from orders.models import Shop
from orders.roles import LEADS

PAUSE = dt.timedelta(minutes=1)


def run_again(shop: Shop, *, by: Actor, at: dt.datetime, open_held: bool = False) -> NightlyRun:
    """Run the job for a shop now, with `open_held` for what it held back as well.

    Raises NotFound, NotAllowed, Refused `too_soon` within a minute of the last run, RunsAlready.
    """
    role = by.role_in(shop.pk)
    if not role:
        raise NotFound
    if role not in LEADS:
        raise NotAllowed
    # By the wall clock, as runs are recorded.
    if NightlyRun.objects.filter(shop=shop, started_at__gt=wall_clock() - PAUSE).exists():
        raise Refused(_("It ran less than a minute ago."), code="too_soon")
    return flag_stalled(shop, at=at, by=by, open_held=open_held)
