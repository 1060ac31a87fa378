"""Taking steps in memory and writing them: what the door, the sweep and the deeds share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.actions.apply import Move, facts_of, settle_case, write_moves
from casework.actions.journal import Entry, owner_taken, write_journal
from casework.actions.locks import lock_cases
from casework.actions.offers import reasons_of_rules
from casework.actions.tell_owner import forget_news
from casework.actions.traces import clocks_of
from casework.effects import Effects
from casework.facts import Facts
from casework.models import Case, Deadline
from casework.situation import Situation, read_situations
from casework.workflow import Step
from orders.access import Actor
from orders.errors import NotFound
from orders.roles import AGENTS


def step_named(case: Case, name: str) -> Step:
    """The step of the case's kind. Raises NotFound when the kind has no such step."""
    for each in type(case).steps():
        if each.name == name:
            return each
    raise unknown_step()


def unknown_step() -> NotFound:
    """The refusal of a step that the kind lacks, or that only follows from another deed."""
    return NotFound(_("This kind of case has no such step."), code="unknown_step", field="step")


def take(case: Case, step: Step, at: Situation, facts: Facts, note: str = "", *, fired: Deadline | None = None) -> Move:
    """Take an allowed step in memory; `finish` writes it. Every caller has checked rights and guards."""
    case.at, case.effects, source = at, Effects(drops=step.drops), case.state
    at.fired = fired
    before, clocks = facts_of(case), clocks_of(at) if at.actor.is_person else []
    method = getattr(case, step.name)
    if step.facts is Facts:
        method()
    else:
        method(facts.cleaned_data)
    move = Move(case, at, step.name, source, note, facts.kept(), before, clocks)
    settle_case(case, at.now)
    case.version += 1
    return move


def claim(case: Case, by: Actor) -> int | None:
    """Let an agent or lead who begins to work a case that nobody has be its owner; who that is now, None when nothing changes."""
    if case.owner_id is not None or by.role_in(case.shop_id) not in AGENTS:
        return None
    case.owner_id = by.person_id
    return case.owner_id


def finish(moves: Sequence[Move]) -> None:
    """Write a batch of moves, then let the parents of closed children know."""
    write_moves(list(moves))
    for move in moves:
        if move.case.closed_at is not None and move.case.parent_id:
            tell_parent(move.case, move.at)
        move.case.at = None
    if moves:
        go_on([move.case for move in moves], by=moves[0].at.actor, at=moves[0].at.now)


def go_on(cases: Sequence[Case], *, by: Actor, at: dt.datetime) -> None:
    """Take the steps that follow by themselves from how the cases stand now, in the same transaction; the caller holds their locks."""
    following = [case for case in cases if case.is_open and type(case).GOES_ON]
    situations = read_situations(following, now=at, actor=by) if following else {}
    named = [(case, case.step_by_itself(situations[case.pk])) for case in following]
    steps = [(case, step_named(case, name)) for case, name in named if name]
    possible = [(case, step) for case, step in steps if case.state in step.source and not reasons_of_rules(case, step, situations[case.pk])]
    moves = [take(case, step, situations[case.pk], step.facts.read({})) for case, step in possible]
    for move in moves:
        move.facts = {"deed": "by_itself"}
    finish(moves)


def tell_parent(child: Case, at: Situation) -> None:
    """The end of a child is an entry in its parent's timeline, and may be a step there."""
    assert child.parent_id is not None  # the caller saw it
    parent = lock_cases([child.parent_id])[child.parent_id]
    follow(
        parent,
        parent.step_after_child(child),
        "child_closed",
        at,
        facts={},
        own={"child": child.number, "kind": child.kind, "state": child.state},
    )


def follow(
    case: Case,
    step: str,
    deed: str,
    at: Situation,
    *,
    facts: dict[str, Any],
    note: str = "",
    own: dict[str, Any] | None = None,
    given: Facts | None = None,
    owner: int | None = None,
) -> None:
    """Journal the deed; when it brings about a step that is possible now, take the step instead of a bare entry.

    The case is locked by the caller. One deed leaves one journal row: the step's when there is one. A step that takes facts
    gets those of the deed (`given`). `owner` is who claimed the case by the deed.
    """
    situation = read_situations([case], now=at.now, actor=at.actor)[case.pk]
    meta = step_named(case, step) if step else None
    if meta is None or case.state not in meta.source or reasons_of_rules(case, meta, situation):
        if owner is not None:
            Case.objects.filter(pk=case.pk).update(owner=owner)
        write_journal([Entry(case, situation, deed, source=case.state, note=note, facts=facts, own=own or {}, **owner_taken(owner))])
        forget_news([case], at.actor)
        go_on([case], by=at.actor, at=at.now)
        return
    move = take(case, meta, situation, given if isinstance(given, meta.facts) else meta.facts.read({}), note)
    move.facts = {"deed": deed} | facts | move.facts
    move.owner = owner
    case.effects.facts |= own or {}
    finish([move])
