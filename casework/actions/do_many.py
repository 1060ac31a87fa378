"""Doing the same with several cases: each for itself, with its own answer, and what was done taken back where that is honest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.advance import advance, locked_as_seen
from casework.actions.assign import give_case, take_case
from casework.actions.door import door
from casework.actions.step_back import step_back
from casework.actions.undo_assign import undo_assign
from casework.many import ASSIGNING, GIVE, MOST, TAKE, Deed
from casework.models import Case
from orders.access import Actor
from orders.errors import DeskError, Malformed, NotFound, Refused


@dataclass(frozen=True)
class Seen:
    """A case as it was seen when it was chosen."""

    case_id: int
    version: int


@dataclass(frozen=True)
class Result:
    """What came of it: the case as it stands now, None when it is not the actor's to see, and why nothing was done."""

    case_id: int
    case: Case | None
    error: DeskError | None


def do_many(
    deed: Deed, chosen: Sequence[Seen], *, to: int | None = None, facts: Any = None, note: str = "", by: Actor, at: dt.datetime
) -> list[Result]:
    """Do it with each of the cases, in a transaction of its own; one that refuses keeps none of the others back.

    `to` is the colleague of a handing over. Raises Malformed when none, too many or one twice is chosen.
    """

    def one(seen: Seen) -> None:
        if deed.step is not None:
            _refuse_other_kind(seen, deed, by)
            advance(seen.case_id, deed.step.name, by=by, at=at, version=seen.version, note=note, facts=facts)
            return
        with door(by, at):
            locked_as_seen(seen.case_id, seen.version, by)
            if deed.name == TAKE:
                take_case(seen.case_id, by=by, at=at)
            else:
                give_case(seen.case_id, _somebody(to) if deed.name == GIVE else None, by=by, at=at)

    return _each(chosen, one, by)


def undo_many(deed: Deed, chosen: Sequence[Seen], *, by: Actor, at: dt.datetime) -> list[Result]:
    """Take it back in each of the cases: a change of owner within a minute, a step as the door takes steps back."""

    def one(seen: Seen) -> None:
        if deed.name in ASSIGNING:
            undo_assign(seen.case_id, version=seen.version, by=by, at=at)
        else:
            step_back(seen.case_id, version=seen.version, by=by, at=at)

    return _each(chosen, one, by)


def _each(chosen: Sequence[Seen], one: Callable[[Seen], None], by: Actor) -> list[Result]:
    ids = [each.case_id for each in chosen]
    if not 0 < len(ids) <= MOST or len(set(ids)) < len(ids):
        raise Malformed(_("Choose 1 to 100 cases, each once."), code="bad_choice", field="row")
    errors: dict[int, DeskError] = {}
    for each in sorted(chosen, key=lambda seen: seen.case_id):
        try:
            one(each)
        except DeskError as error:
            errors[each.case_id] = error
    now = Case.objects.for_actor(by).select_related("order__buyer", "owner").in_bulk(ids)
    return [Result(pk, now.get(pk), errors.get(pk)) for pk in ids]


def _refuse_other_kind(seen: Seen, deed: Deed, by: Actor) -> None:
    """Another kind may have a step of the same name that is something else."""
    case = Case.objects.for_actor(by).filter(pk=seen.case_id).first()
    if case is None:
        raise NotFound
    if type(case) is not deed.kind:
        raise Refused(_("This is a case of another kind."), code="other_kind")


def _somebody(to: int | None) -> int:
    if to is None:
        raise Malformed(_("Choose a colleague."), code="bad_owner", field="to")
    return to
