"""The one door: the only way in which the state of a case changes (DESIGN 3)."""

from __future__ import annotations

import datetime as dt
from itertools import takewhile
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.door import concerns, door
from casework.actions.locks import lock_cases
from casework.actions.mention import mentioned_in, tell_mentioned
from casework.actions.moves import claim, finish, step_named, take, unknown_step
from casework.actions.offers import refuse_unless_allowed
from casework.actions.sweep import fire_case
from casework.actions.ways_back import newest
from casework.models import Case
from casework.situation import read_situations
from casework.wording import step_label
from casework.workflow import Step
from orders.access import Actor
from orders.clock import wall_clock
from orders.errors import Malformed, NotFound, Stale
from orders.straight import written

NOTE_LENGTH = 4000


def advance(
    case_id: int,
    step: str,
    *,
    by: Actor,
    at: dt.datetime | None = None,
    version: int | None = None,
    note: str = "",
    facts: Any = None,
) -> Case:
    """Take a step on a case and return the case as it then stands.

    What ran out before `at` fires first. `version` is what the caller saw; another one is Stale (409). Raises NotFound, Malformed (400, naming the
    field), NotAllowed (403), StepRefused (422, every reason). Nothing is changed when it raises.
    """
    now = at or wall_clock()
    refuse_bad_version(version)
    fire_case(case_id, by=by, at=now)
    with door(by, now):
        concerns(step=step)
        case = locked_as_seen(case_id, version, by, step)
        situation = read_situations([case], now=now, actor=by)[case.pk]
        meta = step_named(case, step)
        if meta.hidden:
            raise unknown_step()
        refuse_unless_allowed(case, meta, situation, by)
        given, note = meta.facts.read(facts), check_note(note, meta)
        people = mentioned_in(note, case, strict=False)
        move = take(case, meta, situation, given, note)
        # A yes or no about money is no work on the case.
        move.owner = None if meta.decides_money else claim(case, by)
        finish([move])
        tell_mentioned(case, people, by=by, at=now)
    return case


def refuse_bad_version(version: Any) -> None:
    """Raise Malformed when the version is given and no whole number."""
    if version is not None and (isinstance(version, bool) or not isinstance(version, int)):
        raise Malformed(_("The version is a whole number."), code="bad_value", field="version")


def locked_as_seen(case_id: int, version: int | None, by: Actor, step: str = "") -> Case:
    """The locked case, at the version that the caller saw who wants the step. Raises NotFound, Stale."""
    if not Case.objects.for_actor(by).filter(pk=case_id).exists():
        raise NotFound
    case = lock_cases([case_id])[case_id]
    if version is not None and version != case.version:
        raise out_of_date(case, step, by)
    return case


def out_of_date(case: Case, step: str, by: Actor) -> Stale:
    """What somebody is told whose view of the case is old: that others were faster, or that they took this step themselves and nobody any since."""
    meta = next((each for each in type(case).steps() if each.name == step), None)
    since = takewhile(lambda entry: entry.actor_id in (by.user_id, None), newest(case))
    if meta is None or case.state in meta.source or not any(each.step == step and each.actor_id is not None for each in since):
        return Stale(extra=case.seen_anew())
    said = _("You have done this already: {step}. Nothing was done twice.")
    return Stale(str(said).format(step=step_label(type(case), step)), extra=case.seen_anew())


def check_note(note: Any, step: Step) -> str:
    """The note as text. Raises Malformed when it is no text, too long, or missing where the step needs it."""
    if not isinstance(note, str) or len(note) > NOTE_LENGTH or "\x00" in note:
        raise Malformed(_("The note is a text of at most 4,000 characters."), code="bad_note", field="note")
    words = written(note)
    if step.needs_note and not words:
        raise Malformed(_("Write why; this step needs a note."), code="note_required", field="note")
    return words
