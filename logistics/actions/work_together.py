"""Working the cases of an outage together: one step or one answer for many, each in a transaction of its own and with a result of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.advance import advance
from casework.actions.deeds import about_case
from casework.actions.door import door
from casework.actions.journal import Entry, owner_taken, write_journal
from casework.actions.locks import lock_cases
from casework.actions.moves import claim
from casework.actions.tell_owner import forget_news
from casework.models import Case
from casework.replies.checking import Draft, check, rules_of
from casework.replies.sending import refuse_blocked
from casework.situation import read_situations
from logistics.kinds.outage import Outage
from logistics.outages import MOST, check_text, filled, words_of
from orders.access import Actor
from orders.errors import DeskError, Malformed, NotAllowed, NotFound, Refused
from orders.roles import AGENTS

# In the timeline of each case that was answered.
TOLD = "told_together"


@dataclass(frozen=True)
class Chosen:
    """A case of the outage, and the version of it that was seen."""

    case_id: int
    version: int


@dataclass(frozen=True)
class Result:
    """What became of one. `case` is as it stands now; without an error it was done, in `said` what its customer is told."""

    case_id: int
    case: Case | None
    error: DeskError | None
    said: str = ""


def step_together(
    outage_id: int, step: str, chosen: Sequence[Chosen], *, facts: dict[str, Any], note: str = "", by: Actor, at: dt.datetime
) -> list[Result]:
    """Take the same step on each of these cases of the outage; what is refused to one stops no other. Sent twice, nothing happens twice: the versions
    are old then. Raises NotFound, NotAllowed, Malformed for none, too many, or one twice."""
    _outage(outage_id, by)
    ids = [each.case_id for each in chosen]
    if not 0 < len(ids) <= MOST or len(set(ids)) != len(ids):
        raise Malformed(_("Choose at least one case, each once."), code="bad_choice", field="rows")
    of_outage = set(Case.objects.for_actor(by).filter(pk__in=ids, parent=outage_id).values_list("pk", flat=True))

    def take(each: Chosen) -> str:
        if each.case_id not in of_outage:
            raise NotFound
        advance(each.case_id, step, by=by, at=at, version=each.version, note=note, facts=dict(facts))
        return ""

    return _results([(each.case_id, partial(take, each)) for each in chosen], of_outage)


def tell_together(outage_id: int, text: str, *, version: int, by: Actor, at: dt.datetime) -> list[Result]:
    """Give all customers of the outage's open cases one answer: `text` with each one's facts stands in the timeline of each case, to be copied.
    Written in batches, each whole in a transaction of its own with a fixed number of statements.

    Raises Malformed for an unknown place in the text, Refused `reply_blocked` where it must not go out (S4.2), NotFound, NotAllowed, Stale where
    somebody has answered meanwhile.
    """
    outage = _outage(outage_id, by)
    check_text(text)
    _refuse_blocked(outage, text)
    advance(outage.pk, "told_all", by=by, at=at, version=version, facts={"text": text})
    cases = list(Case.objects.open().filter(parent=outage).order_by("pk"))
    return [result for first in range(0, len(cases), MOST) for result in _tell(cases[first : first + MOST], text, by, at)]


def _tell(cases: Sequence[Case], text: str, by: Actor, at: dt.datetime) -> list[Result]:
    """An entry with the customer's own text on each of the cases that is still open."""
    with door(by, at):
        locked = lock_cases([case.pk for case in cases])
        still = [case for case in locked.values() if case.is_open]
        situations, words = read_situations(still, now=at, actor=by), words_of(still)
        said = {case.pk: filled(text, words[case.pk]) for case in still}
        free = [case.pk for case in still if claim(case, by)]
        Case.objects.filter(pk__in=free).update(owner=by.user_id)
        write_journal(
            [
                Entry(
                    case,
                    situations[case.pk],
                    TOLD,
                    source=case.state,
                    note=said[case.pk],
                    **owner_taken(by.user_id if case.pk in free else None),
                )
                for case in still
            ]
        )
        forget_news(still, by)
    errors = {
        pk: about_case(Refused(_("That case is closed."), code="case_closed"), case) for pk, case in locked.items() if not case.is_open
    }
    now = Case.objects.select_related("order__buyer").in_bulk([case.pk for case in cases])
    return [Result(case.pk, now.get(case.pk), errors.get(case.pk), said.get(case.pk, "")) for case in cases]


def _refuse_blocked(outage: Outage, text: str) -> None:
    """What is approved on one of the cases is not on all: money and gifts have no place in an answer to all."""
    try:
        refuse_blocked(check(Draft(text), rules_of(outage.shop_id)), "text")
    except Refused as refusal:
        raise about_case(refusal, outage) from None


def _outage(outage_id: int, by: Actor) -> Outage:
    found = Outage.objects.for_actor(by).filter(pk=outage_id).first()
    if not isinstance(found, Outage):
        raise NotFound
    if by.role_in(found.shop_id) not in AGENTS:
        raise about_case(NotAllowed(), found)
    return found


def _results(deeds: Sequence[tuple[int, Callable[[], str]]], seen: set[int]) -> list[Result]:
    errors: dict[int, DeskError] = {}
    said: dict[int, str] = {}
    for case_id, deed in deeds:
        try:
            said[case_id] = deed()
        except DeskError as error:
            errors[case_id] = error
    now = Case.objects.select_related("order__buyer").in_bulk(list(seen))
    return [Result(pk, now.get(pk), errors.get(pk), said.get(pk, "")) for pk, _deed in deeds]
