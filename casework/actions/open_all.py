"""Opening several cases of a kind by hand: one list, one deed, as many statements for five hundred as for one (but for what kinds themselves ask).

What open_on does for one case is done here for a batch by the same parts; a test holds the rows of both against each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from casework.actions.apply import Move, write_moves
from casework.actions.deeds import text_of
from casework.actions.door import door
from casework.actions.locks import lock_orders
from casework.actions.open_case import facts_of_new, kind_by_hand, new_case, take_numbers
from casework.intake.rows import Line, Outcome, Row, preview
from casework.models import Case
from casework.registry import Subject
from casework.signals import cases_opened
from casework.situation import read_situations
from casework.taken_down import take_down
from orders.access import Actor
from orders.clock import wall_clock


def open_all(kind: Any, lines: Sequence[Line], *, note: Any = "", by: Actor, at: dt.datetime | None = None) -> list[Row]:
    """Open a case for each line that means an order or parcel without one; what became of each line, in their order.

    Sent again it opens nothing twice: the rows lead to the cases that there are. Raises Malformed as preview does, and for an unknown kind.
    """
    now = at or wall_clock()
    found, note = kind_by_hand(kind), text_of(note, "note")
    with door(by, now):
        rows = preview(found, lines, by=by)
        lock_orders({order_id for each in rows if each.subject is not None for order_id in each.subject.orders})
        # Somebody may have opened one while we waited for the locks.
        rows = preview(found, lines, by=by)
        wanted = [each.subject for each in rows if each.outcome == Outcome.OPENS and each.subject is not None]
        opened = {case.subject: case for case in _open_on_each(found, wanted, note, by, now)}
    return [
        replace(each, case=opened[each.subject.key]) if each.outcome == Outcome.OPENS and each.subject is not None else each
        for each in rows
    ]


def _open_on_each(kind: type[Case], subjects: Sequence[Subject], note: str, by: Actor, at: dt.datetime) -> list[Case]:
    """The cases, written in one go. Their orders are locked."""
    if not subjects:
        return []
    day, first = take_numbers(at, len(subjects))
    cases = [new_case(kind, subject, by, at, number=f"{day}{number:04d}") for number, subject in enumerate(subjects, start=first)]
    kind._default_manager.bulk_create(cases)
    taken = take_down(subjects, note=note)
    facts = [facts_of_new(case, subject, each, at) for case, subject, each in zip(cases, subjects, taken, strict=True)]
    if kind.FACTS is not None:
        kind.FACTS._default_manager.bulk_create(facts)
    situations = read_situations(cases, now=at, actor=by)
    for case, each in zip(cases, taken, strict=True):
        case.effects.facts |= each.facts
        case.at = situations[case.pk]
        case.when_opened()
    write_moves([Move(case, situations[case.pk], "open", None, note) for case in cases])
    cases_opened.send(kind, cases=cases, by=by, at=at)
    return cases
