"""A parcel that is with us again moves the open cases that waited for it, whoever had it in hand (L3.4)."""

from __future__ import annotations

import datetime as dt

from casework.actions.locks import lock_cases
from casework.actions.moves import follow
from casework.models import Case
from casework.registry import KINDS
from casework.situation import read_situations
from logistics.models import Parcel
from orders.access import Actor
from orders.roles import SYSTEM

# Waited for, or here while the case waits for somebody.
ARRIVALS = ("came_back", "is_back")


def follow_back(parcel: Parcel, *, by: Actor, at: dt.datetime) -> None:
    """Take the step of arrival on the parcel's open cases whose kinds let the programme do so. The caller holds their locks and has kept `back_at`."""
    rows = Case.objects.open().filter(incident__parcel=parcel, kind__in=_waiting()).order_by("pk")
    for case in lock_cases(list(rows.values_list("pk", flat=True))).values():
        step = next((each.name for each in type(case).steps() if each.name in ARRIVALS and case.state in each.source), "")
        if step:
            situation = read_situations([case], now=at, actor=by)[case.pk]
            follow(case, step, "parcel_told", situation, facts={}, own={"waybill": parcel.waybill})


def _waiting() -> list[str]:
    return [name for name, kind in KINDS.items() if any(each.name == "came_back" and SYSTEM in each.by for each in kind.steps())]
