"""L5.3, L5.4, L7.1 Confirmed or not: what missing, wrong and damaged goods share once everything was looked at.

Each function makes a step for the states of one kind, as endings.py does for the ends of parcels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Outcome
from casework.situation import Situation
from casework.workflow import Guard, States, guard, step
from logistics.kinds.incident import Incident
from logistics.kinds.said_of_goods import Because
from logistics.task_kinds import WEIGHT_ON_FILE
from orders.roles import AGENTS, LEADS

Sources = Sequence[States]
Made = Callable[..., None]
# Nobody needs to look for our weight any more once it is decided.
DROPS = (WEIGHT_ON_FILE.name,)


def contacted_first(rule: str) -> Guard:
    """The guard that nothing is offered before somebody spoke with the customer about what was confirmed."""

    @guard(_("Contact the customer first, and record it."), rule=rule)
    def customer_was_contacted(case: Incident, at: Situation) -> bool:
        since = case.facts.confirmed_at
        return any(each.at >= since and each.outcome != Outcome.NOT_AVAILABLE for each in at.contacts) if since else False

    return customer_was_contacted


def not_confirmed(sources: Sources, target: States, *, rule: str) -> Made:
    """L5.3: as far as we can see nothing went wrong."""

    @step(sources, target, label=_("Not confirmed"), rule=rule, by=AGENTS, facts=Because, drops=DROPS, event=True)
    def not_confirmed(self: Incident, facts: dict[str, Any]) -> None:
        """The customer is told why."""

    return not_confirmed


def lead_asked(sources: Sources, target: States, *, rule: str) -> Made:
    """L5.3: the checks do not agree, or the chapter leaves it to a lead."""

    @step(sources, target, label=_("Let a lead decide"), rule=rule, by=AGENTS, needs_note=True, event=True)
    def lead_asked(self: Incident) -> None:
        """The checks do not agree."""

    return lead_asked


def told_why(sources: Sources, target: States, *, rule: str) -> Made:
    """L0.2: the customer is told the result."""

    @step(sources, target, label=_("The customer was told why"), rule=rule, by=AGENTS, drops=DROPS)
    def told_why(self: Incident) -> None:
        """Nothing went wrong, as far as we can see."""

    return told_why


def customer_disputes(sources: Sources, target: States, *, rule: str) -> Made:
    """L5.3: the customer sees it otherwise."""

    @step(sources, target, label=_("The customer disputes it"), rule=rule, by=AGENTS, needs_note=True, event=True)
    def customer_disputes(self: Incident) -> None:
        """A lead decides."""

    return customer_disputes


def lead_refuses(sources: Sources, target: States, *, rule: str) -> Made:
    """L5.3: the lead does not believe it."""

    @step(sources, target, label=_("Lead: not confirmed"), rule=rule, by=LEADS, facts=Because, drops=DROPS, event=True)
    def lead_refuses(self: Incident, facts: dict[str, Any]) -> None:
        """The lead does not; the customer is told why."""

    return lead_refuses
