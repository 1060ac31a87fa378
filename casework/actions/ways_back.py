"""Whether the last step of a case can be taken back, or a closed case opened again, by whom, and why not. One answer for page, API and deed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework import outside
from casework.models import Case, Journal
from casework.situation import Situation
from casework.undoing import undo_over
from casework.wording import step_label
from casework.workflow import Step
from orders.access import Actor
from orders.errors import Reason
from orders.roles import LEADS
from orders.together import Reading, answer, side_by_side

STEP_BACK, REOPEN = "step_back", "reopen"
# So far back an entry is looked for.
NEWEST = 100

NOTHING = Reason("nothing_to_take_back", _("There is no step that could be taken back."))
NOT_YOURS = Reason("not_taker", _("Only who took the step takes it back, or a lead."))
MONEY = Reason("money_decided", _("What was decided about money is never taken back."), "R1.1")
WITNESSED = Reason("four_eyes", _("Who asked for it or agreed to it stays on record: this is not taken back."), "R1.1")
CLOSED_BY = Reason("parent_told", _("The case that it belongs to goes on from its end."))
STAYS_CLOSED = Reason("stays_closed", _("Such a case stays closed: what went with it is settled. Ask for it anew."))
MADE_GOOD = Reason("made_good", _("It ended with money or goods; what is new is a new case."))
NOT_CLOSED = Reason("not_closed", _("The case is open."))
PARENT_CLOSED = Reason("parent_closed", _("The case that it belongs to is closed."))
ROLE = "role"


@dataclass(frozen=True)
class WayBack:
    """A way back as somebody sees it: of which entry of the journal, until when (for who took the step), and every reason against it."""

    entry: Journal | None
    reasons: list[Reason]
    label: str = ""
    until: dt.datetime | None = None

    @property
    def allowed(self) -> bool:
        """Whether it can be done now."""
        return not self.reasons

    def as_dict(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "allowed": self.allowed,
            "reasons": [each.as_dict() for each in self.reasons],
            "step": self.entry.step if self.entry else None,
            "until": self.until,
        }


def newest(case: Case) -> Any:
    """The last entries of the case's journal in the order in which they were written, newest first."""
    return Journal.objects.filter(case=case).order_by("-pk")[:NEWEST]


# A step back ----------------------------------------------------------------------------------------


def step_back_of(case: Case, at: Situation, by: Actor, entries: Sequence[Journal]) -> WayBack:
    """The last step, whether it was the actor's, and what happened outside since."""
    return answer(ask_step_back(case, at, by, entries, others_like(case)))


def ask_step_back(case: Case, at: Situation, by: Actor, entries: Sequence[Journal], others: Sequence[Case]) -> Reading[WayBack]:
    """The same, to be read with others; `others` as others_like has them."""
    entry, minutes = _last(entries), at.policy("undo_within")
    if entry is None or entry.step == "open":
        return WayBack(None, [NOTHING])
    step = _step(case, entry)
    if step is None:
        return WayBack(None, [outside.reason_of(case, entry)])
    until = entry.at + dt.timedelta(minutes=minutes)
    label = step_label(type(case), entry.step)
    late = _in_time(case, entry, at, by)
    reasons = late or (yield from _why_not_back(case, entry, step, by)) or another_open(others)
    return WayBack(entry, reasons, label, until)


def _last(entries: Sequence[Journal]) -> Journal | None:
    """The newest entry that counts, without the steps that were taken back already."""
    taken_back = {each.facts.get("entry") for each in entries if each.step == STEP_BACK}
    counts = (each for each in entries if each.step != STEP_BACK and each.pk not in taken_back and not outside.is_harmless(each))
    return next(counts, None)


def _step(case: Case, entry: Journal | None) -> Step | None:
    return next((each for each in type(case).steps() if entry is not None and each.name == entry.step), None)


def _in_time(case: Case, entry: Journal, at: Situation, by: Actor) -> list[Reason]:
    if by.role_in(case.shop_id) in LEADS:
        return []
    if entry.actor_id is None or entry.actor_id != by.user_id:
        return [NOT_YOURS]
    late = undo_over(entry.at, at.policy("undo_within"), at.now)
    return [late] if late is not None else []


def _why_not_back(case: Case, entry: Journal, step: Step, by: Actor) -> Reading[list[Reason]]:
    """What happened outside with it or since."""
    if step.decides_money:
        return [MONEY]
    if entry.from_state not in type(case).STATES.values:
        return [NOTHING]
    if entry.actor_id is None or "deed" in entry.facts or not (entry.before and "clocks" in entry.before):
        return [outside.reason_of(case, entry)]
    if set(type(case).WITNESSED) & set(entry.before["facts"]) or (entry.actor_id != by.user_id and _is_witness(case, by)):
        return [WITNESSED]
    left = entry.after or {}
    beyond = left.get("beyond", []) or ([] if case.stands_as_said(entry) else list(left.get("revised", {})))
    found = [outside.beyond(beyond)] if beyond else []
    if step.closes and case.parent_id:
        found.append(CLOSED_BY)
    # What a new one would look at is not walked round by the old one.
    if step.closes and (step.final or not type(case).REOPENS):
        found.append(STAYS_CLOSED)
    since = yield from side_by_side(*(check(case, entry) for check in outside.CHECKS))
    return found + [each for each in since if each is not None]


def _is_witness(case: Case, by: Actor) -> bool:
    """Whether somebody is on record as one who asked or agreed: what another one has said to that is not theirs to take back."""
    known = [getattr(case.facts, name) for name in type(case).WITNESSED]
    return any(by.user_id in each if isinstance(each, list) else by.user_id == each for each in known)


# Open again -----------------------------------------------------------------------------------------


def reopening_of(case: Case, by: Actor, entries: Sequence[Journal], others: Sequence[Case]) -> WayBack:
    """The entry that closed it, and why it stays closed; `others` as others_like has them."""
    if case.is_open:
        return WayBack(None, [NOT_CLOSED])
    entry = next((each for each in entries if each.to_state == case.state != each.from_state), None)
    reasons = [] if by.role_in(case.shop_id) in type(case).OPENED_BY | LEADS else [Reason(ROLE, _("Your role does not allow this."))]
    return WayBack(entry, reasons or _why_not_open(case, entry, others))


def _why_not_open(case: Case, entry: Journal | None, others: Sequence[Case]) -> list[Reason]:
    step = _step(case, entry)
    if not type(case).REOPENS or entry is None or entry.from_state not in type(case).STATES.values:
        return [STAYS_CLOSED]
    if (step is not None and step.final) or entry.facts.get("deed") == "child_closed":
        return [MADE_GOOD]
    if case.parent is not None and not case.parent.is_open and not case.parent.GATHERS:
        return [PARENT_CLOSED]
    return another_open(others)


def others_like(case: Case) -> Any:
    """The open case of the same kind about the same thing as a closed one; an open case is the one."""
    rows = Case.objects.none() if case.is_open else Case.objects.open().filter(kind=case.kind, subject=case.subject)
    return rows.exclude(pk=case.pk)[:1]


def another_open(others: Sequence[Case]) -> list[Reason]:
    """Two at once there are not."""
    text = _("There is already such a case: {number}.")
    return [Reason("already_open", str(text).format(number=each.number)) for each in others]
