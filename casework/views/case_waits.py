"""Who or what a case waits for when there is nothing to do, and what then comes by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from casework.models import Deadline
from casework.reading import CaseView
from casework.templatetags.workbench import stamp
from casework.wording import clock_label
from casework.workflow import Category, Clock, Queue
from orders.errors import Text
from orders.roles import LEADS

WHO: dict[str, Text] = {
    Queue.FINANCE: _("Waiting for finance"),
    Queue.WAREHOUSE: _("Waiting for the warehouse"),
    Category.CUSTOMER: _("Waiting for the customer"),
    Category.COURIER: _("Waiting for the courier"),
    Category.LEAD: _("Waiting for a lead"),
}


def waits_for(view: CaseView, role: str) -> str:
    """Who has the word, until when, and where the case goes then by itself; "" when nobody is waited for."""
    case = view.case
    if not case.is_open:
        return ""
    who = WHO.get(case.queue) or WHO.get(case.category, "")
    if case.category == Category.LEAD and role in LEADS:
        who = _("Waiting for another lead")
    # A task's own deadline is that of whoever does the task.
    own = {each.name for each in type(case).CLOCKS if not each.platform}
    running = (each for each in view.deadlines if each.status in Deadline.RUNNING and each.kind in own)
    first = next((each for each in running if each.due_at >= view.at.now), None)
    if not who or first is None:
        return str(who)
    after = _state_after(view, first)
    text = _("{who} until {when}; then by itself “{state}”. Nothing to do now.") if after else _("{who} until {when} ({clock}).")
    clock = clock_label(type(case), first.kind, view.tasks)
    return str(text).format(who=who, when=stamp(first.due_at), state=after, clock=clock)


def _state_after(view: CaseView, deadline: Deadline) -> str:
    """The state that the clock leads to as things stand; "" when it only marks the case as overdue."""
    kind = type(view.case)
    clock: Clock | None = next((each for each in kind.CLOCKS if each.name == deadline.kind), None)
    steps = {each.name: each for each in kind.steps()}
    for name in clock.then if clock else ():
        step = steps[name]
        if step.target is not None and all(each.holds(view.case, view.at) for each in step.guards):
            return str(step.target.label)
    return ""
