"""R11.2: the customer is reached the same day and asked for the cause, which is mended as its chapter says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.part import Part
from casework.situation import Situation
from casework.workflow import guard, not_, step
from logistics.kinds.review.said import Answered, Asked, Noted
from logistics.kinds.review.states import OPEN, State
from logistics.models.review import ReviewCause
from orders.errors import Malformed, Reason
from orders.persons import redact_for_order
from orders.roles import AGENTS, SYSTEM

# Which chapter mends a cause; where several may, the first is meant.
CHAPTERS: Mapping[str, tuple[str, ...]] = {
    ReviewCause.NOT_RECEIVED: ("signed_not_received", "stalled", "no_record", "doubtful"),
    ReviewCause.SLOW: ("logistics_complaint",),
    ReviewCause.MISSING: ("missing_items",),
    ReviewCause.WRONG: ("wrong_items",),
    ReviewCause.DAMAGED: ("damaged",),
    ReviewCause.USE: ("trouble_in_use",),
    ReviewCause.SERVICE: ("complaint",),
    ReviewCause.OTHER: ("complaint",),
}
NO_MONEY = Reason("no_money_for_reviews", _("Nothing is paid or given for a review; the case of its cause says what is due."), "N1")
NOT_COME = _("This time has not come yet.")


class Mending(Part):
    """From the review to its cause, and to the case that mends it."""

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """The case of the cause alone, once the cause is known; never money."""
        if kind not in self.REMEDIES:
            return [NO_MONEY]
        if self.state not in self.MENDS_IN:
            return [Reason("cause_not_asked", _("First ask the customer for the cause."), "R11.2")]
        text = _("The cause is “{cause}”; that is mended by another chapter.")
        cause = ReviewCause(self.facts.cause)
        return [] if kind in CHAPTERS[cause] else [Reason("another_chapter", str(text).format(cause=cause.label), "R11.2")]

    @guard(_("First note the review: rating, time and what it says."), rule="R11.1", otherwise=_("The review is noted already."))
    def is_noted(self: Mending, at: Situation) -> bool:
        return bool(self.facts.rating)

    @guard(_("First try to reach the customer."), rule="R11.2")
    def was_contacted(self: Mending, at: Situation) -> bool:
        return bool(at.contacts)

    @guard(_("It is answered on the platform first."), rule="R11.1", otherwise=_("It is answered already."))
    def is_answered(self: Mending, at: Situation) -> bool:
        return self.facts.answered_at is not None

    @guard(_("The case of its cause has ended."), rule="R11.2", otherwise=_("The case of its cause is open: it has the word then."))
    def its_chapter_works(self: Mending, at: Situation) -> bool:
        return bool(at.open_children)

    @step(OPEN, None, label=_("Note the review"), rule="R11.1", by=AGENTS, facts=Noted, only=[not_(is_noted)])
    def noted(self, facts: dict[str, Any]) -> None:
        """Its dates begin here."""
        self._keep_noted(facts)

    @step(OPEN, None, label=_("Correct what was noted"), rule="R11.1", by=AGENTS, facts=Noted, only=[is_noted], event=True)
    def note_corrected(self, facts: dict[str, Any]) -> None:
        """Its dates follow."""
        self._keep_noted(facts)

    @step(
        [each for each in OPEN if each != State.TO_ANSWER],
        None,
        label=_("Answered on the platform"),
        rule="R11.1",
        by=AGENTS,
        facts=Answered,
        only=[not_(is_answered)],
        event=True,
        hint=_("Polite, with the facts, without data of the customer and without any offer."),
    )
    def answered_there(self, facts: dict[str, Any]) -> None:
        """Everybody reads it below the review."""
        assert self.at is not None  # steps run with a situation
        self.facts.answered_at = self.at.now

    @step(
        State.TO_CONTACT,
        State.TO_MEND,
        label=_("The customer told the cause"),
        rule="R11.2",
        by=AGENTS,
        facts=Asked,
        when=[is_noted, was_contacted],
    )
    def cause_told(self, facts: dict[str, Any]) -> None:
        """It is mended as its chapter says."""
        self.facts.cause = facts["cause"]

    @step(
        State.TO_CONTACT,
        State.WAIT_CHANGE,
        label=_("The customer does not answer"),
        rule="R11.2",
        by=AGENTS,
        when=[is_noted, was_contacted],
        event=True,
    )
    def silent(self) -> None:
        """The review can be changed all the same."""

    @step(State.TO_MEND, State.WAIT_CHANGE, label=_("Explained; nothing to mend"), rule="R11.2", by=AGENTS, needs_note=True, event=True)
    def explained(self) -> None:
        """The note says what was explained or settled at once."""

    @step(State.TO_MEND, State.MENDING, label=_("Being mended"), rule="R11.2", by=SYSTEM, hidden=True)
    def being_mended(self) -> None:
        """The case of the cause has the word."""

    @step(State.MENDING, State.WAIT_CHANGE, label=_("The case of the cause has ended"), rule="R11.2", by=SYSTEM, hidden=True)
    def mended(self) -> None:
        """The customer may change the review, or not."""

    def _keep_noted(self, facts: dict[str, Any]) -> None:
        at = self.at
        assert at is not None  # steps run with a situation
        for name in ("posted_at", "deal_closed_at"):
            if facts[name] is not None and facts[name] > at.now:
                raise Malformed(NOT_COME, code="bad_value", field=name)
        says = redact_for_order(facts["says"], at.order)[:1000]
        self.facts.rating, self.facts.posted_at, self.facts.says = facts["rating"], facts["posted_at"], says
        self.facts.deal_closed_at = facts["deal_closed_at"]
