"""R11.3: malice is reported with its evidence, within fifteen days after the deal closed (R11.1)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.effects import TaskAsked
from casework.models import EvidenceKind
from casework.part import Part
from casework.situation import Situation
from casework.workflow import guard, not_, step
from logistics.kinds.review.dates import report_until, shown_day
from logistics.kinds.review.mending import Mending
from logistics.kinds.review.said import Reported
from logistics.kinds.review.states import REPORT, REPORTABLE, State
from logistics.models.review import Malice
from logistics.words import for_the_shop
from orders.roles import AGENTS, CLOCK, SYSTEM


class Reporting(Part):
    """The platform gets the exact text (S7.1), and says what becomes of it."""

    @guard(_("First put the evidence on the case: the chat or the platform's page."), rule="R11.3")
    def evidence_is_there(self: Reporting, at: Situation) -> bool:
        return bool({EvidenceKind.CHAT, EvidenceKind.PLATFORM} & at.evidence_kinds)

    @guard(
        _("A review can be reported within {days} days after the deal closed; that was until {until}."),
        rule="R11.1",
        says=lambda case, at: {"days": at.policy("review_report_within"), "until": shown_day(report_until(case, at))},
    )
    def may_still_be_reported(self: Reporting, at: Situation) -> bool:
        until = report_until(self, at)
        return until is None or at.now <= until

    @guard(_("It was reported already."), rule="R11.1")
    def was_not_reported(self: Reporting, at: Situation) -> bool:
        return self.facts.reported_at is None

    @step(
        REPORTABLE,
        State.TO_REPORT,
        label=_("Malicious: report it"),
        rule="R11.3",
        by=AGENTS,
        facts=Reported,
        when=[Mending.is_noted, was_not_reported, evidence_is_there, may_still_be_reported],
        event=True,
        hint=_("A competitor's purchase, a threat or unreasonable demand, asking for money; nothing else."),
    )
    def malicious(self, facts: dict[str, Any]) -> None:
        """The platform gets the exact text with the evidence (S7.1)."""
        assert self.at is not None  # steps run with a situation
        self.facts.malice = facts["malice"]
        text = for_the_shop(
            _("Report of a review. Order {order}. Reason: {reason}. The review: {says} Evidence: {number} pictures, attached."),
            order=self.subject_label,
            reason=Malice(facts["malice"]).label,
            says=self.facts.says,
            number=len(self.at.evidence),
        )
        self.effects.ask(TaskAsked(REPORT, text, for_the_shop(_("Report the review on the platform")), "R11.1"))

    @guard(_("First report it on the platform and mark the task as done."), rule="S7.1")
    def report_is_done(self: Reporting, at: Situation) -> bool:
        return all(each.kind != REPORT for each in at.open_tasks)

    @step(State.TO_REPORT, State.REPORTED, label=_("Reported"), rule="R11.1", by=AGENTS, when=[report_is_done])
    def reported(self) -> None:
        """The platform looks at it."""
        assert self.at is not None  # steps run with a situation
        self.facts.reported_at = self.at.now

    @step(
        State.TO_REPORT,
        State.WAIT_CHANGE,
        label=_("Not reported after all"),
        rule="R11.3",
        by=AGENTS,
        needs_note=True,
        only=[not_(Mending.its_chapter_works)],
        event=True,
        drops=[REPORT],
    )
    def not_reported(self) -> None:
        """The note says why."""
        self.facts.malice = ""

    @step(
        State.TO_REPORT,
        State.MENDING,
        label=_("Not reported; it is mended"),
        rule="R11.3",
        by=AGENTS,
        needs_note=True,
        only=[Mending.its_chapter_works],
        event=True,
        drops=[REPORT],
    )
    def not_reported_while_mended(self) -> None:
        """The case of its cause has the word again."""
        self.facts.malice = ""

    @step([*REPORTABLE, State.TO_REPORT], None, label=_("It can be reported no more"), rule="R11.1", by=CLOCK)
    def report_time_is_over(self) -> None:
        """The fifteen days are over. What was to be reported and was not is late (clock `report_late`)."""

    @step(
        State.REPORTED,
        State.REMOVED,
        label=_("The platform removed it"),
        rule="R11.1",
        by=AGENTS,
        only=[not_(Mending.its_chapter_works)],
        event=True,
        next_in=[State.REPORTED],
    )
    def removed(self) -> None:
        """Nothing is left to answer."""

    @step(
        State.REPORTED,
        State.REMOVED_MENDING,
        label=_("The platform removed it while it is being mended"),
        rule="R11.1",
        by=AGENTS,
        only=[Mending.its_chapter_works],
        event=True,
        next_in=[State.REPORTED],
    )
    def removed_meanwhile(self) -> None:
        """What is due follows from the cause; its case goes on."""

    @step(State.REMOVED_MENDING, State.REMOVED, label=_("Mended, and removed before"), rule="R11.1", by=AGENTS | {SYSTEM})
    def mended_and_removed(self) -> None:
        """Taken by the end of the case of the cause; by hand where something else was still to be done then."""

    @step(
        State.REPORTED,
        State.WAIT_CHANGE,
        label=_("The platform lets it stand"),
        rule="R11.1",
        by=AGENTS,
        only=[not_(Mending.its_chapter_works)],
        event=True,
    )
    def report_refused(self) -> None:
        """It can be changed still, or stays with its answer."""

    @step(
        State.REPORTED,
        State.MENDING,
        label=_("The platform lets it stand; it is mended"),
        rule="R11.1",
        by=AGENTS,
        only=[Mending.its_chapter_works],
        event=True,
    )
    def report_refused_while_mended(self) -> None:
        """The case of its cause has the word again."""
