"""Which steps a case offers to whom, and why not. One answer for buttons, API and the door itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case
from casework.situation import Situation
from casework.workflow import Step
from orders.access import Actor
from orders.errors import NotAllowed, NotFound, Reason, StepRefused
from orders.roles import CLOCK, Role, labels_of

TOKEN = "token_may_not_decide"
TOKEN_TEXT = _("A token never decides about money; log in for it.")


@dataclass(frozen=True)
class Offer:
    """A step of a case for somebody: allowed, or refused with every reason."""

    step: Step
    reasons: list[Reason]
    starts_here: bool

    @property
    def allowed(self) -> bool:
        """Whether the step can be taken now."""
        return not self.reasons

    def as_dict(self) -> dict[str, Any]:
        """The step as the API shows it."""
        return {
            "name": self.step.name,
            "label": str(self.step.label),
            "allowed": self.allowed,
            "reasons": [each.as_dict() for each in self.reasons],
            "fields": self.step.facts.described(),
            "rule": self.step.rule,
            "note_required": self.step.needs_note,
        }


def offers(case: Case, at: Situation, by: Actor) -> list[Offer]:
    """All steps that people take on this case, in handbook order, with reasons where refused."""
    people = set(Role.values)
    return [
        Offer(each, why_not(case, each, at, by), case.state in each.source)
        for each in type(case).steps()
        if not each.hidden and each.by & people and all(only.holds(case, at) for only in each.only)
    ]


def why_not(case: Case, step: Step, at: Situation, by: Actor) -> list[Reason]:
    """Every reason why `by` cannot take the step now; empty when it can be taken."""
    reasons = [*_state_reasons(case, step), *_right_reasons(case, step, by)]
    if reasons:
        return reasons
    return reasons_of_rules(case, step, at)


def reasons_of_rules(case: Case, step: Step, at: Situation) -> list[Reason]:
    """Every guard that refuses, and what stands open when the step would close the case. State and right are seen to already."""
    return [each.reason(case, at) for each in step.guards if not each.holds(case, at)] + _closing_reasons(step, at)


def refuse_unless_allowed(case: Case, step: Step, at: Situation, by: Actor) -> None:
    """Raise NotFound, NotAllowed or StepRefused when the step cannot be taken."""
    if by.is_person and not by.role_in(case.shop_id):
        raise NotFound
    rights = _right_reasons(case, step, by)
    if rights:
        raise _about(NotAllowed(rights[0].text, code=rights[0].code, reasons=rights), case, step)
    reasons = why_not(case, step, at, by)
    if reasons:
        raise _about(StepRefused(reasons=reasons), case, step)


def _about(error: Any, case: Case, step: Step) -> Any:
    error.about = {"shop_id": case.shop_id, "case_id": case.pk, "step": step.name, "state": case.state}
    return error


def _state_reasons(case: Case, step: Step) -> list[Reason]:
    if case.state in step.source:
        return []
    text = _("The case is at “{state}” now; this step is not part of that.")
    return [Reason("wrong_state", str(text).format(state=case.state_label))]


def _right_reasons(case: Case, step: Step, by: Actor) -> list[Reason]:
    if by.role_in(case.shop_id) not in step.by:
        return [Reason("role", _whose(step), "R1.1" if step.decides_money else "")]
    if step.decides_money and not by.has_session:
        return [Reason(TOKEN, TOKEN_TEXT, "R1.1")]
    return []


def _whose(step: Step) -> str:
    roles = labels_of(step.by)
    if not roles:
        words = _("A deadline does this by itself.") if CLOCK in step.by else _("The programme does this by itself.")
        return str(words)
    return str(_("This is for: {roles}.")).format(roles=roles)


def _closing_reasons(step: Step, at: Situation) -> list[Reason]:
    """A case cannot close over an open task (S7.1) or an open child (DESIGN 2)."""
    reasons = []
    tasks = [each for each in at.open_tasks if each.kind not in step.drops]
    if step.closes and tasks:
        text = _("Not done yet: {tasks}.")
        reasons.append(Reason("open_tasks", str(text).format(tasks=str(_(", ")).join(each.title for each in tasks)), "S7.1"))
    if step.closes and at.open_children:
        text = _("Still open: {children}.")
        reasons.append(Reason("open_children", str(text).format(children=", ".join(each.number for each in at.open_children))))
    return reasons
