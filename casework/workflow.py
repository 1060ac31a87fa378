"""How a kind of case is written: states, guards, steps, clocks. The only module that knows the FSM library.

A step wraps the library's transition. Its guards are the transition's conditions as well, so calling the
method past the door is refused by the library. Permission, facts and journal are the door's business
(casework/actions/advance.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, Self

import django_fsm
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from orders.errors import Reason, Text

if TYPE_CHECKING:
    from casework.models.case import Case
    from casework.situation import Situation

FIELD = "state"


class Category(models.TextChoices):
    """Whose turn it is. Overdue is derived from the deadlines, not stored."""

    OPEN = "open", _("Our turn")
    CUSTOMER = "customer", _("Waiting for the customer")
    COURIER = "courier", _("Waiting for the courier")
    LEAD = "lead", _("Waiting for a lead")
    DONE = "done", _("Done")


class Queue(models.TextChoices):
    """Who takes the case next when nobody owns it."""

    AGENTS = "agents", _("Agents")
    LEADS = "leads", _("Leads")
    FINANCE = "finance", _("Finance")
    WAREHOUSE = "warehouse", _("Warehouse")
    NONE = "", _("Nobody")


class States(models.TextChoices):
    """Base of a kind's states: value, category[, queue], label. A state of category done is an end."""

    category: Category
    queue: Queue

    def __new__(cls, value: str, category: Category, queue: Queue | None = None) -> Self:
        if not isinstance(queue, Queue | None):
            # The library takes the last text for the label, a queue as well.
            raise TypeError(f"{value}: write value, category, queue, label")
        member = str.__new__(cls, value)
        member._value_ = value
        member.category = category
        member.queue = queue if queue is not None else _usual_queue(category)
        return member

    @property
    def is_end(self) -> bool:
        """Whether a case in this state is closed."""
        return self.category == Category.DONE


def _usual_queue(category: Category) -> Queue:
    return {Category.LEAD: Queue.LEADS, Category.DONE: Queue.NONE}.get(category, Queue.AGENTS)


Test = Callable[[Any, "Situation"], bool]
Params = Callable[[Any, "Situation"], Mapping[str, Any]]


@dataclass(frozen=True)
class Guard:
    """A condition with the sentence shown when it refuses. `says` fills the sentence's placeholders."""

    name: str
    test: Test
    text: Text
    rule: str = ""
    otherwise: Text = ""
    says: Params | None = None
    negated: bool = False

    def holds(self, case: Case, at: Situation) -> bool:
        """Whether the step may be taken as far as this guard is concerned."""
        return bool(self.test(case, at)) is not self.negated

    def reason(self, case: Case, at: Situation) -> Reason:
        """Why it refuses, as a sentence with its rule."""
        text = self.otherwise if self.negated else self.text
        if self.says is not None:
            text = str(text).format(**self.says(case, at))
        return Reason(f"not_{self.name}" if self.negated else self.name, text, self.rule)


def guard(text: Text, *, rule: str = "", otherwise: Text = "", says: Params | None = None) -> Callable[[Test], Guard]:
    """Make a guard of a method `(case, at) -> bool`. `otherwise` is the sentence of its negation."""

    def make(test: Test) -> Guard:
        return Guard(test.__name__, test, text, rule, otherwise, says)

    return make


def not_(positive: Guard) -> Guard:
    """The guard that holds when `positive` does not."""
    return Guard(positive.name, positive.test, positive.text, positive.rule, positive.otherwise, positive.says, not positive.negated)


_order = count()


@dataclass(frozen=True)
class Step:
    """What is known of a step without a case: sources, target, who, guards, facts, words."""

    name: str
    label: Text
    source: tuple[States, ...]
    # None: the case stays where it is.
    target: States | None
    by: frozenset[str]
    rule: str = ""
    guards: tuple[Guard, ...] = ()
    facts: type[Facts] = Facts
    hint: Text = ""
    needs_note: bool = False
    decides_money: bool = False
    hidden: bool = False
    # Guards that say whether there is such a step for this case at all: where they refuse, nobody is offered it.
    only: tuple[Guard, ...] = ()
    drops: tuple[str, ...] = ()
    # Recorded when it happens or when somebody wishes it; never proposed as what comes next.
    event: bool = False
    # In an event's sources, the states where it is what comes next after all.
    next_in: tuple[States, ...] = ()
    # Its whole effect is the new state, so the programme may take it on many cases at once.
    plain: bool = False
    # Money or goods were settled by it: the case is not opened again.
    final: bool = False
    position: int = field(default_factory=lambda: next(_order))

    @property
    def closes(self) -> bool:
        """Whether the case ends with this step."""
        return self.target is not None and self.target.is_end

    def comes_next_in(self, state: str) -> bool:
        """Whether the step is a deed to propose to somebody, and no event that is only recorded."""
        return not self.event or state in self.next_in


def step(
    source: States | Sequence[States],
    target: States | None,
    *,
    label: Text,
    by: Iterable[str] | str,
    rule: str = "",
    only: Sequence[Guard] = (),
    when: Sequence[Guard] = (),
    facts: type[Facts] = Facts,
    hint: Text = "",
    needs_note: bool = False,
    decides_money: bool = False,
    hidden: bool = False,
    drops: Sequence[str] = (),
    event: bool = False,
    next_in: Sequence[States] = (),
    plain: bool = False,
    final: bool = False,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare a step. `by` names roles, "clock" or "system"; `when` are guards, `facts` the declared fields.
    `only` are guards as well: where one of them refuses the step is not even offered.

    `decides_money` steps need a logged-in session (DESIGN 11). `hidden` steps follow from another deed
    (a contact, a clock) and are not offered as buttons. `drops` names kinds of task that the step makes pointless.
    An `event` is recorded when it happens and never proposed as what to do next, but in `next_in`.
    A `plain` step does nothing but change the state; the programme may take it on many cases at once (casework.E010).
    After a `final` one the case stays closed: money or goods were settled by it.
    """
    sources = (source,) if isinstance(source, States) else tuple(source)
    roles = frozenset({by} if isinstance(by, str) else {str(role) for role in by})

    def make(method: Callable[..., None]) -> Callable[..., None]:
        meta = Step(
            name=method.__name__,
            label=label,
            source=sources,
            target=target,
            by=roles,
            rule=rule,
            guards=(*only, *when),
            facts=facts,
            hint=hint,
            needs_note=needs_note,
            decides_money=decides_money,
            hidden=hidden,
            only=tuple(only),
            drops=tuple(drops),
            event=event,
            next_in=tuple(next_in),
            plain=plain,
            final=final or decides_money,
        )
        conditions = [_is_inside_the_door, *(_condition(each) for each in (*only, *when))]
        wrapped = django_fsm.transition(FIELD, source=list(sources), target=target, conditions=conditions, custom={"step": meta})(method)
        return wrapped

    return make


def _is_inside_the_door(case: Any) -> bool:
    """The door gives the case its situation and takes it away again: past the door no step can be taken."""
    return case.at is not None


def _condition(each: Guard) -> Callable[[Any], bool]:
    """A guard as the library sees it."""

    def condition(case: Any) -> bool:
        return each.holds(case, case.at)

    return condition


@cache
def steps_of(kind: type[Case]) -> list[Step]:
    """The steps of a kind in the order of its chapter."""
    found: dict[str, Step] = {}
    for transition in kind._meta.get_field(FIELD).get_all_transitions(kind):  # type: ignore[union-attr]
        found[transition.name] = transition.custom["step"]
    return sorted(found.values(), key=lambda each: each.position)


class StateField(django_fsm.FSMField):
    """The state of a case: set by steps only."""

    def deconstruct(self) -> Any:
        """Migrations know it as a plain column, so that they do not depend on the FSM library."""
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("protected", None)
        return name, "django.db.models.CharField", args, kwargs


def back_to(case: models.Model, state: str) -> None:
    """Set the state in memory to one that the case was in before; only for what takes it back there (casework/actions/ways_back.py)."""
    case._meta.get_field(FIELD).set_state(case, state)  # type: ignore[union-attr]


def forget_state(case: models.Model) -> None:
    """Let the next read of the row set the state: protection refuses a second assignment."""
    case.__dict__.pop(FIELD, None)


Due = Callable[[Any, "Situation", dt.datetime], dt.datetime | None]


@dataclass(frozen=True)
class Clock:
    """A deadline that runs while the case is in one of `runs_in`.

    `lasts` names a policy (a span, in calendar or working time as the policy says), counted from `starts` or
    from now; or `due` computes the instant from (case, situation, start), None for "no such deadline".
    `then` names the steps that are tried in order when it runs out; empty means that it only marks the case
    as overdue. In `pauses_in` the clock stands still, since somebody else has the word.
    `column` is for cases that are opened in bulk: where the table of open_many tells the start of the span, or the end itself.
    """

    name: str
    label: Text
    runs_in: tuple[States, ...]
    lasts: str = ""
    due: Due | None = None
    starts: Callable[[Any, Situation], dt.datetime | None] | None = None
    then: tuple[str, ...] = ()
    rule: str = ""
    pauses_in: tuple[States, ...] = ()
    platform: bool = False
    column: str = ""
