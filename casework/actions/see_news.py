"""Seen: the news of a case need nothing else done."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import about_case, locked_for_work
from casework.actions.door import door
from casework.actions.moves import follow
from casework.models import Case
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import NotAllowed
from orders.roles import STAFF


def see_news(case_id: int, *, by: Actor, at: dt.datetime | None = None) -> Case:
    """Take the news off a case: its owner does, anybody where nobody owns it. Without news nothing happens.

    Raises NotFound, NotAllowed (the role, or `owned_by_another`), Refused `case_closed`.
    """
    now = at or wall_clock()
    with door(by, now):
        case, situation = locked_for_work(case_id, by, now, STAFF)
        if case.owner_id not in (None, by.user_id):
            raise about_case(NotAllowed(_("The news are for the owner of the case."), code="owned_by_another"), case)
        if case.news:
            # Writing the entry is a deed of theirs like any other, and takes the news off.
            follow(case, "", "seen", situation, facts={}, own={"news": list(case.news)})
    return case
