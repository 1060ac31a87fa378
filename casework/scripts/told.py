"""Whom a reply is about, for page and API."""

from __future__ import annotations

import datetime as dt

from casework.reading import read_case
from casework.scripts.variables import Told
from orders.access import Actor
from orders.errors import NotAllowed
from orders.roles import AGENTS


def told_of(case_id: int, *, by: Actor, now: dt.datetime) -> Told:
    """The case for a reply. Raises NotFound, NotAllowed for those who do not speak with customers."""
    view = read_case(case_id, by=by, now=now)
    if by.role_in(view.case.shop_id) not in AGENTS:
        raise NotAllowed
    return Told(view.case, view.at, by)
