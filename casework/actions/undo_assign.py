"""Taking back who was made owner of a case: within a minute, by who did it, as long as nothing has happened since."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from casework.actions.advance import locked_as_seen
from casework.actions.assign import give_back_to
from casework.actions.deeds import about_case
from casework.actions.door import door
from casework.actions.ways_back import newest
from casework.models import Case
from casework.situation import read_situations
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Refused

WITHIN = dt.timedelta(minutes=1)


def undo_assign(case_id: int, *, version: int, by: Actor, at: dt.datetime | None = None) -> Case:
    """Make the owner of before the owner again. `version` is the one that the change of owner left.

    Raises NotFound, Stale when something happened since, Refused `undo_over`, `not_yours_to_undo`, Malformed when the owner of before has left.
    """
    now = at or wall_clock()
    with door(by, now):
        case = locked_as_seen(case_id, version, by)
        entry = next(iter(newest(case)), None)
        if entry is None or entry.step != "assign" or entry.before is None or entry.actor_id != by.user_id:
            raise about_case(Refused(_("Only who has just passed it on takes that back."), code="not_yours_to_undo"), case)
        if now - entry.at > WITHIN:
            raise about_case(Refused(_("It was to be taken back within a minute."), code="undo_over"), case)
        give_back_to(case, entry.before["owner"], entry, read_situations([case], now=now, actor=by)[case.pk])
    return case
