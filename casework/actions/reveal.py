"""Showing the person of one order in clear: one record at a time, with a reason, journalled (S5.1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.deeds import text_of
from casework.actions.door import door
from casework.actions.journal import Entry, write_journal
from casework.actions.locks import lock_cases
from casework.models import Case
from casework.situation import read_situations
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, NotAllowed, NotFound, Refused
from orders.persons import Person, person_of
from orders.roles import AGENTS

LONGEST = 300


def reveal(case_id: int, *, reason: Any, by: Actor, at: dt.datetime | None = None) -> Person:
    """Name, phone and street of the case's order, for agents and leads; closed cases as well.

    Raises Malformed without a reason, NotFound, NotAllowed, Refused `no_person` when the file held none.
    """
    now = at or wall_clock()
    why = text_of(reason, "reason", length=LONGEST)
    if not why:
        raise Malformed(_("Write what you need it for."), code="reason_required", field="reason")
    with door(by, now):
        case = _load(case_id, by)
        situation = read_situations([case], now=now, actor=by)[case.pk]
        person = person_of(situation.order) if situation.order is not None else Person("", "", "")
        shown = [name for name, value in asdict(person).items() if value]
        if not shown:
            raise _about(Refused(_("The platform's file held neither name nor phone nor street."), code="no_person"), case)
        write_journal([Entry(case, situation, "reveal", source=case.state, note=why, own={"shown": shown})])
    return person


def _load(case_id: int, by: Actor) -> Case:
    if not Case.objects.for_actor(by).filter(pk=case_id).exists():
        raise NotFound
    case = lock_cases([case_id])[case_id]
    if by.role_in(case.shop_id) not in AGENTS:
        raise _about(NotAllowed(), case)
    return case


def _about(error: Any, case: Case) -> Any:
    error.about = {"shop_id": case.shop_id, "case_id": case.pk, "step": "reveal", "state": case.state}
    return error
