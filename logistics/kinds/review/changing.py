"""R11.1: changed once within thirty days, or it stays with its answer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.part import Part
from casework.situation import Situation
from casework.workflow import guard, not_, step
from logistics.kinds.review.dates import change_until, shown_day
from logistics.kinds.review.mending import NOT_COME, Mending
from logistics.kinds.review.said import Answered, Changed
from logistics.kinds.review.states import REPORT, REPORTABLE, WAITING, WORKED, State
from orders.errors import Malformed
from orders.roles import AGENTS, CLOCK, SYSTEM


class Changing(Part):
    """By the customer alone; we ask, and offer nothing."""

    @guard(_("A review is changed once only."), rule="R11.1")
    def was_not_changed(self: Changing, at: Situation) -> bool:
        return self.facts.changed_at is None

    @step(
        [*WORKED, State.TO_ANSWER, State.TO_REPORT, State.REPORTED],
        State.CHANGED,
        label=_("The customer changed it"),
        rule="R11.1",
        by=AGENTS,
        facts=Changed,
        only=[not_(Mending.its_chapter_works)],
        when=[Mending.is_noted, was_not_changed],
        event=True,
        drops=[REPORT],
    )
    def changed(self, facts: dict[str, Any]) -> None:
        """Once, by the customer alone."""
        self._keep_changed(facts)

    @step(
        [*REPORTABLE, State.TO_ANSWER, State.TO_REPORT, State.REPORTED],
        State.CHANGED_MENDING,
        label=_("The customer changed it while it is being mended"),
        rule="R11.1",
        by=AGENTS,
        facts=Changed,
        only=[Mending.its_chapter_works],
        when=[Mending.is_noted, was_not_changed],
        event=True,
        drops=[REPORT],
    )
    def changed_meanwhile(self, facts: dict[str, Any]) -> None:
        """What is due follows from the cause; its case goes on."""
        self._keep_changed(facts)

    @step(State.CHANGED_MENDING, State.CHANGED, label=_("Mended, and changed before"), rule="R11.1", by=AGENTS | {SYSTEM})
    def mended_and_changed(self) -> None:
        """Taken by the end of the case of the cause; by hand where something else was still to be done then."""

    @step(State.WAIT_CHANGE, State.TO_ASK, label=_("The last days run"), rule="R11.1", by=CLOCK)
    def ask_once_more(self) -> None:
        """A reminder for us."""
        assert self.at is not None  # steps run with a situation
        self.facts.asked_again_at = self.at.now

    @step(State.TO_ASK, State.WAIT_CHANGE, label=_("Asked once more"), rule="R11.1", by=AGENTS, hint=_("Without any offer (N1)."))
    def asked_once_more(self) -> None:
        """The customer decides."""

    @step(
        WAITING,
        State.UNCHANGED,
        label=_("It stays as it is"),
        rule="R11.1",
        by=AGENTS,
        when=[Mending.is_answered],
        needs_note=True,
        event=True,
    )
    def stays(self) -> None:
        """The customer said so."""

    @step(WAITING, State.UNCHANGED, label=_("It can be changed no more"), rule="R11.1", by=CLOCK, when=[Mending.is_answered])
    def time_is_over(self) -> None:
        """The thirty days are over."""

    @step(
        WAITING, State.TO_ANSWER, label=_("It can be changed no more; answer it"), rule="R11.1", by=CLOCK, when=[not_(Mending.is_answered)]
    )
    def time_is_over_unanswered(self) -> None:
        """It stands for everybody to read, and nobody of ours has said a word below it."""

    @step(State.TO_ANSWER, State.UNCHANGED, label=_("Answered on the platform; it stays"), rule="R11.1", by=AGENTS, facts=Answered)
    def answered_at_last(self, facts: dict[str, Any]) -> None:
        """Late, and better than never."""
        assert self.at is not None  # steps run with a situation
        self.facts.answered_at = self.at.now

    def _keep_changed(self, facts: dict[str, Any]) -> None:
        """Within the thirty days, whenever it is told. Raises Malformed naming `changed_at`."""
        at = self.at
        assert at is not None  # steps run with a situation
        changed_at, until = facts["changed_at"] or at.now, change_until(self, at)
        if changed_at > at.now:
            raise Malformed(NOT_COME, code="bad_value", field="changed_at")
        if self.facts.posted_at and changed_at < self.facts.posted_at:
            raise Malformed(_("It was not even written then."), code="bad_value", field="changed_at")
        if until is not None and changed_at > until:
            text = _("A review can be changed within {days} days; that was until {until}. When was it changed?")
            said = str(text).format(days=at.policy("review_change_within"), until=shown_day(until))
            raise Malformed(said, code="changed_too_late", field="changed_at")
        self.facts.changed_at = changed_at
