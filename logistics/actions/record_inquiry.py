"""Recording what a courier was asked and answered (L0.1, L1.2, L2.2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import about_case, locked_for_work
from casework.actions.door import door
from casework.actions.moves import claim, follow
from casework.actions.sweep import fire_case
from logistics.inquiring import Inquired, keep_inquiry
from logistics.kinds.incident import Incident
from logistics.models import Inquiry
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Refused


def record_inquiry(case_id: int, *, facts: Any, by: Actor, at: dt.datetime | None = None) -> Inquiry:
    """Record a talk with the courier's side about an incident; `facts` are those of Inquired. A promise makes a deadline. What ran out before `at`
    fires first.

    Raises Malformed naming the field, NotFound, NotAllowed, Refused `case_closed`, `no_inquiries` for a case that is about no parcel.
    """
    now = at or wall_clock()
    talk = Inquired.read(facts)
    fire_case(case_id, by=by, at=now)
    with door(by, now):
        case, situation = locked_for_work(case_id, by, now)
        if not isinstance(case, Incident):
            raise about_case(Refused(_("This case is not about a parcel; nobody is asked for it."), code="no_inquiries"), case)
        inquiry = keep_inquiry(case, situation, talk.cleaned_data)
        own = {"inquiry": inquiry.pk}
        follow(case, "", "inquiry", situation, facts=talk.kept(), own=own, owner=claim(case, by))
    return inquiry
