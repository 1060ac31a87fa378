"""Addresses that are to be changed are decided anew when a list, a node or a person tells how their order stands now (L9.1).

Which cases that may concern is one query; what follows is read and written for all of them together, by the door's own steps.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from casework.actions.bulk import rows_of
from casework.actions.door import as_programme, door
from casework.actions.locks import lock_cases
from casework.actions.moves import go_on
from logistics.kinds.address_change import AddressChange
from orders.access import Actor

BATCH = 500
OPEN = """
SELECT c.id FROM casework_case c WHERE c.kind = %(kind)s AND c.closed_at IS NULL AND c.order_id IN ({orders}) ORDER BY c.id
"""
OF_PARCELS = "SELECT l.order_id FROM logistics_parcel_orders l WHERE l.parcel_id = ANY(%(parcels)s)"


def decide_anew(which: str, *, by: Actor, at: dt.datetime, **params: Any) -> None:
    """Decide the open cases of these orders anew, as the programme. `which` is SQL of order ids. Told again it does nothing."""
    ids = _open_cases(which, **params)
    for batch in (ids[first : first + BATCH] for first in range(0, len(ids), BATCH)):
        with door(by, at), as_programme(by, at) as programme:
            go_on([case for pk, case in lock_cases(batch).items() if pk in batch], by=programme, at=at)


def _open_cases(which: str, **params: Any) -> list[int]:
    return [case_id for (case_id,) in rows_of(OPEN.replace("{orders}", which), kind=AddressChange.KIND, **params)]


def _in_table(table: str) -> str:
    return f"SELECT order_id FROM {connection.ops.quote_name(table)}"


def lock_imported(sender: Any, *, table: str, **_: Any) -> None:
    """Cases are locked before the parcels that a list fills."""
    ids = _open_cases(_in_table(table))
    if ids:
        lock_cases(ids)


def decide_imported(sender: Any, *, table: str, at: dt.datetime, **_: Any) -> None:
    """After a list has come in and the parcels are filled."""
    decide_anew(_in_table(table), by=Actor.system("import"), at=at)
