"""How long what somebody did is theirs to take back; a lead can later."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from orders.errors import Reason


def undo_over(since: dt.datetime, minutes: int, now: dt.datetime) -> Reason | None:
    """Why it is too late, `minutes` (the policy `undo_within`) after it was done; None while it is not."""
    if now <= since + dt.timedelta(minutes=minutes):
        return None
    text = _("It can be taken back within {minutes} minutes; a lead can later.")
    return Reason("undo_over", str(text).format(minutes=minutes))
