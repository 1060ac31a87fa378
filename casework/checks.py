"""System checks: no kind has a state without a way in, a way out and a clock, no clock runs into a wall, and holidays are known."""

from __future__ import annotations

import datetime as dt
import dis
import inspect
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

from casework.calendars import SHOP_TIME, known_until
from casework.facts import Facts
from casework.models import Case, EvidenceKind, Holiday
from casework.photos.checklist import needed_by
from casework.registry import KINDS
from casework.workflow import Category, Clock, Step
from orders.clock import wall_clock
from orders.roles import SYSTEM

# The State Council publishes the next year's days in November.
HOLIDAYS_WANTED = dt.timedelta(days=60)


@register
def check_kinds(app_configs: Any = None, **_: Any) -> list[CheckMessage]:
    """All checks of all kinds (casework.E001 to E010)."""
    return [message for kind in KINDS.values() for message in check_kind(kind)]


def check_kind(kind: type[Case]) -> list[CheckMessage]:
    """The checks of one kind."""
    each_of_them = (
        _reachable, _ways_out, _waiting_has_a_clock, _steps_exist, _clocks_end, _pauses, _no_step_is_lost, _evidence_is_known,
        _opens_in_bulk, _plain_steps,
    )  # fmt: skip
    return [message for check in each_of_them for message in check(kind)]


def _error(kind: type[Case], code: str, text: str) -> Error:
    return Error(f"{kind.KIND}: {text}", obj=kind, id=f"casework.{code}")


def _reachable(kind: type[Case]) -> Iterable[CheckMessage]:
    """E001: every state can be reached from the first."""
    seen, steps = {kind.FIRST, kind.FIRST_IN_BULK or kind.FIRST}, kind.steps()
    while fresh := {each.target for each in steps if each.target and seen & set(each.source)} - seen:
        seen |= fresh
    for state in set(kind.STATES) - seen:
        yield _error(kind, "E001", f"state {state} cannot be reached")


def _ways_out(kind: type[Case]) -> Iterable[CheckMessage]:
    """E002: every state that is no end has a step out of it; an end has none."""
    left = {state for each in kind.steps() if each.target for state in each.source if state != each.target}
    for state in kind.STATES:
        if state.is_end == (state in left):
            yield _error(kind, "E002", f"state {state} {'is an end with a way out' if state.is_end else 'has no way out'}")


def _waiting_has_a_clock(kind: type[Case]) -> Iterable[CheckMessage]:
    """E003: a state that waits for somebody has a clock of ours that runs there. The platform's own may not be known."""
    timed = {state for clock in kind.CLOCKS if not clock.platform for state in clock.runs_in}
    for state in kind.STATES:
        if state.category in (Category.CUSTOMER, Category.LEAD, Category.COURIER) and state not in timed:
            yield _error(kind, "E003", f"state {state} waits without a clock")


def _steps_exist(kind: type[Case]) -> Iterable[CheckMessage]:
    """E004: the steps that a clock names exist, may be taken by a clock, and ask for no facts."""
    known = {each.name: each for each in kind.steps()}
    for clock in kind.CLOCKS:
        for name in clock.then:
            each = known.get(name)
            if each is None or "clock" not in each.by or any(field.required for field in each.facts.base_fields.values()):
                yield _error(kind, "E004", f"clock {clock.name} names {name}, which a clock cannot take")


def _clocks_end(kind: type[Case]) -> Iterable[CheckMessage]:
    """E005: in every state where a clock runs, some step of its list can always be taken."""
    known = {each.name: each for each in kind.steps()}
    for clock in kind.CLOCKS:
        for state in clock.runs_in if clock.then else ():
            taken = [known[name] for name in clock.then if name in known and state in known[name].source]
            if not _always(taken):
                yield _error(kind, "E005", f"clock {clock.name} may find no step in state {state}")


def _always(steps: list[Step]) -> bool:
    """Whether one step has no guard, or two have one guard each, of which one is the other's negation."""
    if any(not each.guards for each in steps):
        return True
    singles = {(each.guards[0].test, each.guards[0].negated) for each in steps if len(each.guards) == 1}
    return any((test, not negated) in singles for test, negated in singles)


def _pauses(kind: type[Case]) -> Iterable[CheckMessage]:
    """E006: a clock has exactly one measure, and only one that counts a span can be paused."""
    for clock in kind.CLOCKS:
        if bool(clock.lasts) == bool(clock.due) or (clock.pauses_in and not clock.lasts) or _overlap(clock):
            yield _error(kind, "E006", f"clock {clock.name} is not well defined")


def _overlap(clock: Clock) -> bool:
    return bool(set(clock.runs_in) & set(clock.pauses_in))


@register(Tags.database)
def check_holidays(app_configs: Any = None, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """W001: the table of holidays ends within 60 days. Seen at `migrate` and `check --database default`."""
    if "default" not in (databases or ()) or Holiday._meta.db_table not in connections["default"].introspection.table_names():
        return []
    known, today = known_until(Holiday.objects.values_list("day", flat=True)), wall_clock().astimezone(SHOP_TIME).date()
    if known is not None and known - today > HOLIDAYS_WANTED:
        return []
    text = f"Holidays are known until {known}; after it working time is counted by week-ends alone."
    hint = "Enter the holidays and make-up days of the coming year in the admin."
    return [Warning(text, hint=hint, id="casework.W001")]


def _no_step_is_lost(kind: type[Case]) -> Iterable[CheckMessage]:
    """E007: a plain method of the same name would silently take away a step that a kind inherits."""
    for base in kind.__mro__[1:]:
        for name, method in vars(base).items():
            if hasattr(method, "_django_fsm") and not hasattr(getattr(kind, name), "_django_fsm"):
                yield _error(kind, "E007", f"step {name} of {base.__name__} is hidden by a plain method")


def _evidence_is_known(kind: type[Case]) -> Iterable[CheckMessage]:
    """E008: the checklist names known pictures once, and a step waits only for what stands on it."""
    wanted = [each.kind for each in kind.CHECKLIST]
    if len(set(wanted)) < len(wanted) or not set(wanted) <= set(EvidenceKind.values):
        yield _error(kind, "E008", "the checklist names a picture twice or an unknown one")
    for each in kind.steps():
        for name in needed_by(each) - set(wanted):
            yield _error(kind, "E008", f"step {each.name} waits for {name}, which is not on the checklist")


def _opens_in_bulk(kind: type[Case]) -> Iterable[CheckMessage]:
    """E009: of a kind that is opened in bulk, every clock of their first state has the same end for all cases of a shop, or is told by the table."""
    first = kind.FIRST_IN_BULK or kind.FIRST
    for clock in kind.CLOCKS if kind.IN_BULK else ():
        if (first in clock.runs_in and not (_is_plain(clock) or clock.column)) or first in clock.pauses_in:
            yield _error(kind, "E009", f"clock {clock.name} must be a span that runs, since cases are opened in bulk")


def _is_plain(clock: Clock) -> bool:
    return bool(clock.lasts) and clock.due is None and clock.starts is None


def _plain_steps(kind: type[Case]) -> Iterable[CheckMessage]:
    """E010: a plain step does nothing but change the state, and no clock that it starts or goes on looks at the case."""
    for each in kind.steps():
        if each.plain and not (_asks_nothing(each) and _does_nothing(getattr(kind, each.name)) and _clocks_are_plain(kind, each)):
            yield _error(kind, "E010", f"step {each.name} is not as plain as it says")


def _asks_nothing(each: Step) -> bool:
    asks = each.guards or each.needs_note or each.decides_money or each.facts is not Facts
    return not asks and each.target is not None and SYSTEM in each.by


def _does_nothing(method: Any) -> bool:
    """Whether the method's body is its docstring."""
    return {each.opname for each in dis.get_instructions(inspect.unwrap(method))} <= {
        "RESUME",
        "LOAD_CONST",
        "RETURN_CONST",
        "RETURN_VALUE",
    }


def _clocks_are_plain(kind: type[Case], each: Step) -> bool:
    """Of the clocks that know the step's target: they run there, are spans, and stood still in none of its sources."""
    known = [clock for clock in kind.CLOCKS if each.target in (*clock.runs_in, *clock.pauses_in)]
    return all(_is_plain(clock) and each.target in clock.runs_in and not set(each.source) & set(clock.pauses_in) for clock in known)
