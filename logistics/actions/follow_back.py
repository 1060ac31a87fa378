"""A parcel that is with us again moves the open cases that waited for it, whoever had it in hand (L3.4), and the owners of the others are told."""

from __future__ import annotations

import datetime as dt
from typing import Any

from casework.actions.locks import lock_cases
from casework.actions.moves import follow
from casework.actions.offers import reasons_of_rules
from casework.actions.tell_owner import tell_owners
from casework.models import Case
from casework.situation import Situation, read_situations
from logistics.models import Parcel
from orders.access import Actor
from orders.roles import SYSTEM

# Waited for; here while the case waits for somebody; or goes on by the chapter of returned parcels.
ARRIVALS = ("came_back", "came_back_for_a_fee", "is_back", "goes_on_as_returned")


def follow_back(sender: Any, *, parcel: int, by: Actor, at: dt.datetime, case: int | None = None, **_: Any) -> None:
    """Take the step of arrival on the parcel's open cases whose kinds let the programme do so. `case` is the one whose own step tells of it.

    The caller holds the lock of the parcel's order and keeps `back_at` in the same transaction.
    """
    rows = Case.objects.open().filter(incident__parcel=parcel).exclude(pk=case).order_by("pk")
    waybill = Parcel.objects.values_list("waybill", flat=True).get(pk=parcel)
    locked = lock_cases(list(rows.values_list("pk", flat=True)))
    for each in locked.values():
        situation = read_situations([each], now=at, actor=by)[each.pk]
        step = arrival_of(each, situation)
        if step:
            follow(each, step, "parcel_told", situation, facts={}, own={"waybill": waybill})
    left = Case.objects.open().filter(pk__in=locked)
    tell_owners([each for each in left if "back" not in each.news and each.owner_id != by.user_id], "back", at=at)


def arrival_of(case: Case, at: Situation) -> str:
    """The step of arrival that the programme may take on the case as it stands; one that something open holds up leaves its entry."""
    found = {each.name: each for each in type(case).steps() if SYSTEM in each.by and case.state in each.source}
    here = [found[name] for name in ARRIVALS if name in found]
    possible = [each for each in here if not reasons_of_rules(case, each, at)]
    return next((each.name for each in (*possible, *here)), "")
