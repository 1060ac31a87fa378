"""R11 Reviews (中差评): contact the same day, mend the cause, answer within a day; change within 30 days, report malice within 15 (N1: no money)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.effects import TaskAsked
from casework.facts import Facts, InstantField
from casework.models import Case, EvidenceKind
from casework.situation import Situation
from casework.workflow import Category, Clock, States, guard, not_, step
from logistics.models.review import Malice, Rating, ReviewCause, ReviewFacts
from logistics.words import for_the_shop
from orders.errors import Malformed, Reason, Text
from orders.persons import redact_for_order
from orders.roles import AGENTS, CLOCK, SYSTEM

REPORT = "report_review"
# So long before its last day the customer is asked once more.
REMINDED_BEFORE = dt.timedelta(days=3)
DAY = dt.timedelta(days=1)


class State(States):
    """From the review to what became of it."""

    TO_CONTACT = "to_contact", Category.OPEN, _("Reach the customer today and ask the cause")
    TO_MEND = "to_mend", Category.OPEN, _("Mend the cause as its chapter says")
    MENDING = "mending", Category.OPEN, _("Its chapter has the word")
    CHANGED_MENDING = "changed_mending", Category.OPEN, _("Changed already; its chapter has the word")
    WAIT_CHANGE = "wait_change", Category.CUSTOMER, _("The customer may change it")
    TO_ASK = "to_ask", Category.OPEN, _("Ask once more; the last days run")
    TO_ANSWER = "to_answer", Category.OPEN, _("It stays; answer it on the platform")
    TO_REPORT = "to_report", Category.OPEN, _("Report it on the platform")
    REPORTED = "reported", Category.OPEN, _("Reported; look for the platform's answer")
    CHANGED = "changed", Category.DONE, _("Changed by the customer")
    UNCHANGED = "unchanged", Category.DONE, _("It stays; answered")
    REMOVED = "removed", Category.DONE, _("Removed by the platform")


OPEN = tuple(each for each in State if not each.is_end)
WAITING = (State.WAIT_CHANGE, State.TO_ASK)
WORKED = (State.TO_CONTACT, State.TO_MEND, State.WAIT_CHANGE, State.TO_ASK)
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
NOT_COME = _("This time has not come yet.")
NO_MONEY = Reason("no_money_for_reviews", _("Nothing is paid or given for a review; the case of its cause says what is due."), "N1")

HELLO = _(
    "Hello, we read your review of order {order} and are sorry that something went wrong. May we ask what happened, so that we can put it right?"
)
ON_IT = _("Hello, thank you for telling us. We are looking after it and tell you what comes of it.")
MAY_CHANGE = _(
    "Hello, we hope that your order {order} is in order now. If you see it otherwise than before, you can change your review once until {until}."
)


class Noted(Facts):
    """The review as it stands on the platform."""

    rating = forms.ChoiceField(label=_("Rating"), choices=[("", _("Choose")), *Rating.choices])
    posted_at = InstantField(label=_("Posted at"))
    says = forms.CharField(label=_("What it says"), max_length=1000)
    deal_closed_at = InstantField(label=_("Deal closed at (where the order does not know it)"), required=False)


class Asked(Facts):
    """Why the review was given."""

    cause = forms.ChoiceField(label=_("Cause"), choices=[("", _("Choose")), *ReviewCause.choices])
    said = forms.CharField(label=_("What the customer says"), max_length=500)


class Answered(Facts):
    """What stands below the review now."""

    answer = forms.CharField(label=_("Answer on the platform"), max_length=500)


class Changed(Facts):
    """When the customer changed it."""

    changed_at = InstantField(label=_("Changed at (empty: just now)"), required=False)


class Reported(Facts):
    """For what it is reported."""

    malice = forms.ChoiceField(label=_("Reported for"), choices=[("", _("Choose")), *Malice.choices])


def last_day(begin: dt.datetime | None, days: int) -> dt.datetime | None:
    """The end of the last day, in shop time, of so many days after an instant; the day itself does not count."""
    if begin is None:
        return None
    day = begin.astimezone(SHOP_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    return (day + (days + 1) * DAY).astimezone(dt.UTC)


def change_until(case: Review, at: Situation) -> dt.datetime | None:
    """Until when the customer may change it (R11.1)."""
    return last_day(case.facts.posted_at, at.policy("review_change_within"))


def report_until(case: Review, at: Situation) -> dt.datetime | None:
    """Until when it may be reported (R11.1); None while nobody knows when the deal closed."""
    closed_at = case.facts.deal_closed_at or (at.order.finished_at if at.order is not None else None)
    return last_day(closed_at, at.policy("review_report_within"))


def same_day(case: Review, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """The customer is contacted the same day (R11.2)."""
    return last_day(start, 0)


def answer_due(case: Review, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """An answer comes within 24 h, once (R11.1)."""
    return None if case.facts.answered_at else at.after(start, at.policy("reply_within"))


def ask_again_at(case: Review, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """A reminder before the last day, once."""
    until = change_until(case, at)
    return until - REMINDED_BEFORE if until is not None and case.facts.asked_again_at is None else None


class Review(Case):
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
    WAITS_IN = (State.MENDING, State.CHANGED_MENDING)
    MENDS_IN = (State.TO_MEND,)
    CLOCKS = (
        Clock("contact", _("Reach the customer"), (State.TO_CONTACT,), due=same_day, rule="R11.2"),
        Clock("answer", _("Answer on the platform"), OPEN, due=answer_due, rule="R11.1"),
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
            (State.TO_REPORT,),
            due=lambda case, at, start: report_until(case, at),
            rule="R11.1",
            platform=True,
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
            str(_("to be changed until {until}")).format(until=_shown(change)) if change else "",
            str(_("to be reported until {until}")).format(until=_shown(report)) if report else "",
            _("answered on the platform") if facts.answered_at else _("not answered on the platform yet"),
        ]
        return " · ".join(str(each) for each in words if each)

    def contact_message(self, at: Situation) -> str:
        """The cause is asked for, then what can be done about the review. Nothing is offered for it (N1)."""
        until = change_until(self, at)
        texts: dict[str, Text] = {State.TO_CONTACT: HELLO, State.TO_MEND: ON_IT, State.MENDING: ON_IT}
        text = texts.get(self.state, MAY_CHANGE if self.state in WAITING and until else "")
        return str(text).format(order=self.subject_label, until=_shown(until))

    def contact_to_make(self, at: Situation) -> str:
        """The customer is reached the same day, once the review is noted (R11.2)."""
        is_to_reach = self.state == State.TO_CONTACT and self.facts.rating and not at.contacts
        return str(State.TO_CONTACT.label) if is_to_reach else ""

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """The case of the cause alone, once the cause is known; never money."""
        if kind not in self.REMEDIES:
            return [NO_MONEY]
        if self.state not in self.MENDS_IN:
            return [Reason("cause_not_asked", _("First ask the customer for the cause."), "R11.2")]
        text = _("The cause is “{cause}”; that is mended by another chapter.")
        cause = ReviewCause(self.facts.cause)
        return [] if kind in CHAPTERS[cause] else [Reason("another_chapter", str(text).format(cause=cause.label), "R11.2")]

    def step_with_child(self, child: Case) -> str:
        """While the chapter works it has the word."""
        return "being_mended"

    def step_after_child(self, child: Case) -> str:
        """However it ended: what was due is settled there. Changed meanwhile, nothing is left."""
        return "mended_and_changed" if self.state == State.CHANGED_MENDING else "mended"

    # R11.2 ------------------------------------------------------------------------------------------

    @guard(_("First note the review: rating, time and what it says."), rule="R11.1", otherwise=_("The review is noted already."))
    def is_noted(self: Review, at: Situation) -> bool:
        return bool(self.facts.rating)

    @guard(_("First try to reach the customer."), rule="R11.2")
    def was_contacted(self: Review, at: Situation) -> bool:
        return bool(at.contacts)

    @guard(_("It is answered on the platform first."), rule="R11.1", otherwise=_("It is answered already."))
    def is_answered(self: Review, at: Situation) -> bool:
        return self.facts.answered_at is not None

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

    # R11.1 ------------------------------------------------------------------------------------------

    @guard(_("A review is changed once only."), rule="R11.1")
    def was_not_changed(self: Review, at: Situation) -> bool:
        return self.facts.changed_at is None

    @step(
        [*WORKED, State.TO_ANSWER, State.TO_REPORT, State.REPORTED],
        State.CHANGED,
        label=_("The customer changed it"),
        rule="R11.1",
        by=AGENTS,
        facts=Changed,
        when=[is_noted, was_not_changed],
        event=True,
        drops=[REPORT],
    )
    def changed(self, facts: dict[str, Any]) -> None:
        """Once, by the customer alone."""
        self._keep_changed(facts)

    @step(
        State.MENDING,
        State.CHANGED_MENDING,
        label=_("The customer changed it while it is being mended"),
        rule="R11.1",
        by=AGENTS,
        facts=Changed,
        when=[was_not_changed],
        event=True,
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
        when=[is_answered],
        needs_note=True,
        event=True,
    )
    def stays(self) -> None:
        """The customer said so."""

    @step(WAITING, State.UNCHANGED, label=_("It can be changed no more"), rule="R11.1", by=CLOCK, when=[is_answered])
    def time_is_over(self) -> None:
        """The thirty days are over."""

    @step(WAITING, State.TO_ANSWER, label=_("It can be changed no more; answer it"), rule="R11.1", by=CLOCK, when=[not_(is_answered)])
    def time_is_over_unanswered(self) -> None:
        """It stands for everybody to read, and nobody of ours has said a word below it."""

    @step(State.TO_ANSWER, State.UNCHANGED, label=_("Answered on the platform; it stays"), rule="R11.1", by=AGENTS, facts=Answered)
    def answered_at_last(self, facts: dict[str, Any]) -> None:
        """Late, and better than never."""
        assert self.at is not None  # steps run with a situation
        self.facts.answered_at = self.at.now

    # R11.3 ------------------------------------------------------------------------------------------

    @guard(_("First put the evidence on the case: the chat or the platform's page."), rule="R11.3")
    def evidence_is_there(self: Review, at: Situation) -> bool:
        return bool({EvidenceKind.CHAT, EvidenceKind.PLATFORM} & at.evidence_kinds)

    @guard(
        _("A review can be reported within {days} days after the deal closed; that was until {until}."),
        rule="R11.1",
        says=lambda case, at: {"days": at.policy("review_report_within"), "until": _shown(report_until(case, at))},
    )
    def may_still_be_reported(self: Review, at: Situation) -> bool:
        until = report_until(self, at)
        return until is None or at.now <= until

    @guard(_("It was reported already."), rule="R11.1")
    def was_not_reported(self: Review, at: Situation) -> bool:
        return self.facts.reported_at is None

    @step(
        WORKED,
        State.TO_REPORT,
        label=_("Malicious: report it"),
        rule="R11.3",
        by=AGENTS,
        facts=Reported,
        when=[is_noted, was_not_reported, evidence_is_there, may_still_be_reported],
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
    def report_is_done(self: Review, at: Situation) -> bool:
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
        event=True,
        drops=[REPORT],
    )
    def not_reported(self) -> None:
        """The note says why."""
        self.facts.malice = ""

    @step(State.REPORTED, State.REMOVED, label=_("The platform removed it"), rule="R11.1", by=AGENTS, event=True, next_in=[State.REPORTED])
    def removed(self) -> None:
        """Nothing is left to answer."""

    @step(State.REPORTED, State.WAIT_CHANGE, label=_("The platform lets it stand"), rule="R11.1", by=AGENTS, event=True)
    def report_refused(self) -> None:
        """It can be changed still, or stays with its answer."""

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
            said = str(text).format(days=at.policy("review_change_within"), until=_shown(until))
            raise Malformed(said, code="changed_too_late", field="changed_at")
        self.facts.changed_at = changed_at

    def _keep_noted(self, facts: dict[str, Any]) -> None:
        at = self.at
        assert at is not None  # steps run with a situation
        for name in ("posted_at", "deal_closed_at"):
            if facts[name] is not None and facts[name] > at.now:
                raise Malformed(NOT_COME, code="bad_value", field=name)
        says = redact_for_order(facts["says"], at.order)[:1000]
        self.facts.rating, self.facts.posted_at, self.facts.says = facts["rating"], facts["posted_at"], says
        self.facts.deal_closed_at = facts["deal_closed_at"]


def _shown(until: dt.datetime | None) -> str:
    """The last day itself, in shop time."""
    return f"{(until - dt.timedelta.resolution).astimezone(SHOP_TIME):%m-%d}" if until is not None else ""
