"""The steps of the case page: the next one, the others, and why some are refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.actions.offers import Offer
from casework.facts import Facts
from casework.left_over import LeftOver, fields_of_step, left_over
from casework.lists.queues import what_next
from casework.photos.checklist import Line
from casework.reading import CaseView
from casework.registry import PANELS, STEP_PAGES
from casework.views.answers import answers_for, fields_of_answer
from casework.views.case_waits import waits_for
from casework.views.typed import Typed
from orders.errors import DeskError
from orders.roles import AGENTS, STAFF

KEYS = 9


@dataclass(frozen=True)
class StepForm:
    """A step as it is drawn. `url` leads to a page of its own when the step needs one."""

    offer: Offer
    form: Facts
    url: str
    key: str
    note: str = ""
    error: DeskError | None = None
    # The pictures that it waits for, there or missing.
    wanted: tuple[Line, ...] = ()

    @property
    def label(self) -> str:
        """The words of the button."""
        return str(self.offer.step.label)

    @property
    def name(self) -> str:
        """The name of the step."""
        return self.offer.step.name


def step_forms(view: CaseView, typed: Typed | None) -> dict[str, Any]:
    """The next step, the others that start here, and those of other states.

    While a contact attempt is wanted or a task is open that is what comes next, and the steps are all others; so
    they are while the case lies in a queue that this person's role does not work. Deeds stand before events.
    """
    role = view.at.actor.role_in(view.case.shop_id)
    upcoming = what_next(view, role)
    first = upcoming.offer
    others = sorted((each for each in view.here if each is not first), key=lambda each: not each.step.comes_next_in(view.case.state))
    allowed = [each for each in others if each.allowed]
    keys = {each.step.name: str(number) for number, each in enumerate(allowed[:KEYS], 1)}
    drawn = [_drawn(view, each, keys.get(each.step.name, ""), typed) for each in others]
    names = {each.name for each in drawn} | ({first.step.name} if first else set()) | _forms_of(view, role)
    return {
        "contact_wanted": upcoming.contact,
        "next_remedy": upcoming.remedy,
        "next_task": upcoming.task,
        "next_answers": answers_for(upcoming.task, role, typed) if upcoming.task else [],
        "why_here": view.case.why_here(view.at) if view.case.is_open else "",
        "waits_for": waits_for(view, role),
        "next": _drawn(view, first, "main", typed) if first else None,
        "others": sorted(drawn, key=lambda each: not each.offer.allowed),
        "elsewhere": [each for each in view.offers if not each.starts_here],
        # The case moved on while somebody wrote: their words are not thrown away with the form.
        "orphan": _orphan(view, typed, names),
    }


def _drawn(view: CaseView, offer: Offer, key: str, typed: Typed | None) -> StepForm:
    case, page = view.case, STEP_PAGES.get((view.case.kind, offer.step.name))
    wanted = tuple(each for each in view.checklist if offer.step in each.steps)
    mine = typed if typed is not None and typed.form == offer.step.name else None
    form = offer.step.facts(mine.data if mine else None, auto_id=f"{offer.step.name}_%s")
    return StepForm(offer, form, page(case) if page else "", key, mine.value("note") if mine else "", mine.error if mine else None, wanted)


def _forms_of(view: CaseView, role: str) -> set[str]:
    """The forms beside the steps that this person sees on the page."""
    forms = {"reveal"} if view.case.is_open or not view.reopening.allowed else {"reveal", "reopen"}
    if view.case.is_open and role in STAFF:
        forms.add("note")
    if view.case.is_open and role in AGENTS:
        forms |= {"contact"} if view.case.HAS_CONTACTS else set()
        forms |= {"reply", *(panel.form for panel in PANELS)}
    return forms


def _orphan(view: CaseView, typed: Typed | None, names: set[str]) -> list[LeftOver]:
    """What stood in a form that is no longer on the page."""
    if typed is None or typed.form in names:
        return []
    fields = fields_of_answer(view.tasks, typed) or fields_of_step(view.case, typed.form)
    return left_over(fields, {name: typed.value(name) for name in typed.data if name in fields or name not in NO_TEXTS})


# Of laying aside and watching.
BESIDE = ("seen", "until", "until_own", "waits_for", "on")
# Hidden fields, and choices of what is no step; everything else somebody wrote.
NO_TEXTS = frozenset(
    {"csrfmiddlewaretoken", "version", "once", "task", "channel", "outcome", "kind", "to", "kinds", "plea", "script", "promise", *BESIDE}
)
