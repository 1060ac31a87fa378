"""R11 Reviews (中差评): contact the same day, mend the cause, answer within a day; change within 30 days, report malice within 15 (N1: no money).

Its steps stand in mending.py, changing.py and reporting.py.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from casework.models import Case, EvidenceKind
from casework.situation import Situation
from casework.workflow import Clock
from logistics.kinds.review.changing import Changing
from logistics.kinds.review.dates import answer_due, ask_again_at, change_until, report_due, report_until, same_day, shown_day
from logistics.kinds.review.mending import CHAPTERS, Mending
from logistics.kinds.review.messages import HELLO, MAY_CHANGE, ON_IT
from logistics.kinds.review.reporting import Reporting
from logistics.kinds.review.states import GONE, OPEN, REPORTABLE, WAITING, State
from logistics.models.review import Rating, ReviewCause, ReviewFacts
from orders.errors import Text
from orders.roles import AGENTS

# It stands on the platform for everybody to read.
STANDS = tuple(each for each in OPEN if each != State.REMOVED_MENDING)


class Review(Mending, Changing, Reporting, Case):
    """A poor or middling review: the customer is contacted the same day and asked for the cause, which is mended as its chapter says. Malice is reported
    with its evidence. What is due to the customer follows from the cause alone, whatever becomes of the review."""

    KIND = "review"
    CHAPTER = "R11"
    STATES = State
    FIRST = State.TO_CONTACT
    FACTS = ReviewFacts
    OPENED_BY = AGENTS
    REMEDIES = tuple(dict.fromkeys(kind for kinds in CHAPTERS.values() for kind in kinds))
    EVIDENCE = (EvidenceKind.PLATFORM, EvidenceKind.CHAT, EvidenceKind.OTHER)
    HAS_CONTACTS = True
    WAITS_IN = (State.MENDING, *GONE)
    MENDS_IN = (State.TO_MEND,)
    CLOCKS = (
        Clock("contact", _("Reach the customer"), (State.TO_CONTACT,), due=same_day, rule="R11.2"),
        Clock("answer", _("Answer on the platform"), STANDS, due=answer_due, rule="R11.1"),
        Clock("mend", _("Mend the cause"), (State.TO_MEND,), lasts="reply_within", rule="R11.2"),
        Clock("ask_again", _("Ask once more"), (State.WAIT_CHANGE,), due=ask_again_at, then=("ask_once_more",), rule="R11.1"),
        Clock(
            "change",
            _("It can be changed until"),
            WAITING,
            due=lambda case, at, start: change_until(case, at),
            then=("time_is_over", "time_is_over_unanswered"),
            rule="R11.1",
            platform=True,
        ),
        Clock(
            "report",
            _("It can be reported until"),
            (*REPORTABLE, State.TO_REPORT),
            due=report_due,
            then=("report_time_is_over",),
            rule="R11.1",
            platform=True,
        ),
        Clock(
            "report_late",
            _("Report it on the platform"),
            (State.TO_REPORT,),
            due=lambda case, at, start: report_until(case, at),
            rule="R11.1",
        ),
        Clock(
            "platform_answers", _("The platform answers the report"), (State.REPORTED,), lasts="review_report_answered_within", rule="R11.1"
        ),
    )

    class Meta:
        proxy = True
        verbose_name = _("Review")
        verbose_name_plural = _("Reviews")

    def facts_shown(self) -> dict[str, Any]:
        """What is known of the review."""
        names = ("rating", "says", "cause", "malice", "posted_at", "deal_closed_at", "answered_at", "reported_at", "changed_at")
        values = {name: getattr(self.facts, name) for name in names}
        return {name: value.isoformat() if isinstance(value, dt.datetime) else value for name, value in values.items()}

    def why_here(self, at: Situation) -> str:
        """Rating and cause, until when it can be changed and reported, and whether it is answered."""
        facts, change, report = self.facts, change_until(self, at), report_until(self, at)
        words = [
            Rating(facts.rating).label if facts.rating else "",
            ReviewCause(facts.cause).label if facts.cause else "",
            str(_("to be changed until {until}")).format(until=shown_day(change)) if change else "",
            str(_("to be reported until {until}")).format(until=shown_day(report)) if report else "",
            _("answered on the platform") if facts.answered_at else _("not answered on the platform yet"),
        ]
        return " · ".join(str(each) for each in words if each)

    def contact_message(self, at: Situation) -> str:
        """The cause is asked for, then what can be done about the review. Nothing is offered for it (N1)."""
        until = change_until(self, at)
        texts: dict[str, Text] = {State.TO_CONTACT: HELLO, State.TO_MEND: ON_IT, State.MENDING: ON_IT}
        text = texts.get(self.state, MAY_CHANGE if self.state in WAITING and until else "")
        return str(text).format(order=self.subject_label, until=shown_day(until))

    def contact_to_make(self, at: Situation) -> str:
        """The customer is reached the same day, once the review is noted (R11.2)."""
        is_to_reach = self.state == State.TO_CONTACT and self.facts.rating and not at.contacts
        return str(State.TO_CONTACT.label) if is_to_reach else ""

    def step_with_child(self, child: Case) -> str:
        """While the chapter works it has the word."""
        return "being_mended"

    def step_after_child(self, child: Case) -> str:
        """However it ended: what was due is settled there. Changed or removed meanwhile, nothing is left."""
        gone: dict[str, str] = {State.CHANGED_MENDING: "mended_and_changed", State.REMOVED_MENDING: "mended_and_removed"}
        return gone.get(self.state, "mended")
