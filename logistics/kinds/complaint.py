"""S3.2 Complaints (投诉): the cause first, an answer within a day, the department that caused it, and a record that closes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.effects import TaskAsked
from casework.facts import Facts
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Category, Clock, Guard, States, guard, not_, step
from logistics.freight import Checked, Circumstances, Happened
from logistics.kinds.incident import Incident, override_freight
from logistics.kinds.mended import Mended
from logistics.words import for_the_shop
from orders.errors import Malformed, Reason, Text
from orders.persons import redact_for_order
from orders.roles import AGENTS, LEADS, SYSTEM

TELL_DEPARTMENT = "tell_department"


class State(States):
    """From what the customer complains of to the record of it."""

    TO_SETTLE = "to_settle", Category.OPEN, _("Settle the cause")
    WITH_LEAD = "with_lead", Category.LEAD, _("Serious; a lead settles the cause")
    TO_ANSWER = "to_answer", Category.OPEN, _("Answer the customer")
    TO_MEND = "to_mend", Category.OPEN, _("Make it good")
    MENDING = "mending", Category.OPEN, _("Being made good")
    TO_RECORD = "to_record", Category.OPEN, _("Write the complaint record")
    RECORDED = "recorded", Category.DONE, _("Recorded")


OPEN = tuple(each for each in State if not each.is_end)
# Where an agent works on it, and it may turn out to be serious.
WORKED = tuple(each for each in OPEN if each != State.WITH_LEAD)
# Until the customer has an answer.
UNANSWERED = (State.TO_SETTLE, State.WITH_LEAD, State.TO_ANSWER)


class Cause(models.TextChoices):
    """What it comes down to. Each has its way (S3.2)."""

    OURS = "ours", _("Ours: bad service")
    HANDLING = "handling", _("Ours: badly packed or shipped")
    USE = "use", _("Use")
    QUALITY = "quality", _("Quality")
    NOT_OURS = "not_ours", _("Not ours")


WAYS: Mapping[str, Text] = {
    Cause.OURS: _("Apologise and make it good."),
    Cause.HANDLING: _("Apologise and make it good."),
    Cause.USE: _("Explain and apologise."),
    Cause.QUALITY: _("Return or exchange."),
    Cause.NOT_OURS: _("Explain."),
}
# What is caused by one of our departments, and for which there is something to make good; with what it is to the rules of freight.
CAUSED_HERE: Mapping[str, Happened] = {
    Cause.OURS: Happened.SERVICE,
    Cause.HANDLING: Happened.PACKING,
    Cause.QUALITY: Happened.QUALITY,
}
QUALITY_IS = Reason("quality_is_returned", _("It is quality: return or exchange."), "S3.2")

HELLO = _("Hello, we are sorry about what happened with your order {order}. We look into it and answer you within a day.")
ANSWERS: Mapping[str, Text] = {
    Cause.OURS: _("Hello, we have looked into your complaint about order {order}: the mistake is ours, and we apologise. We put it right."),
    Cause.HANDLING: _(
        "Hello, we have looked into your complaint about order {order}: the mistake is ours, and we apologise. We put it right."
    ),
    Cause.USE: _(
        "Hello, we have looked into your complaint about order {order}. We are sorry for the trouble; let us show you how it is used."
    ),
    Cause.QUALITY: _(
        "Hello, we have looked into your complaint about order {order}: the goods are not as they should be, and we apologise. "
        "Would you like to return or to exchange them? The postage is ours."
    ),
    Cause.NOT_OURS: _("Hello, we have looked into your complaint about order {order} and would like to explain what happened."),
}


class Settled(Facts):
    """The cause, what was found, and which department caused it where one of ours did."""

    cause = forms.ChoiceField(label=_("Cause"), choices=Cause.choices)
    finding = forms.CharField(label=_("What was found"), max_length=500)
    department = forms.CharField(label=_("Department that caused it"), max_length=60, required=False)


class Told(Facts):
    """What the customer was told."""

    told = forms.CharField(label=_("What the customer was told"), max_length=1000)


class Record(Facts):
    """The complaint record: why it came to this, and what keeps it from coming again."""

    analysis = forms.CharField(label=_("Why it came to this"), max_length=1000)
    measure = forms.CharField(label=_("What keeps it from happening again"), max_length=500)


def complaint_of(facts: Any) -> dict[str, str]:
    """Cause, finding, department and record, as far as they are known."""
    found: dict[str, str] = facts.answers.get("complaint", {})
    return found


def stood_in(case: Any) -> str:
    """Where the complaint stood when it went to a lead."""
    found: str = case.facts.answers.get("stood_in", State.TO_SETTLE)
    return found


def came_from(state: State) -> Guard:
    """That it stood there when it went to a lead, and no remedy is under way."""

    def test(case: Any, at: Situation) -> bool:
        return stood_in(case) == state and not at.open_children

    test.__name__ = f"came_from_{state}"
    return guard(_("It goes back to where it stood."), rule="S3.2")(test)


class Complaint(Mended, Incident):
    """The cause is settled first, and the customer answered within a day: ours is made good, use explained with an apology, quality returned or
    exchanged, what is not ours explained. The department that caused it is told, serious ones go to a lead at once, and a record closes it."""

    KIND = "complaint"
    CHAPTER = "S3.2"
    STATES = State
    FIRST = State.TO_SETTLE
    OPENED_BY = AGENTS
    TRACES = False
    REMEDIES = ("return_goods", "exchange", "reshipment", "compensation", "gift", "refund")
    EVIDENCE = ("chat", "platform", "photo_goods", "photo_damage", "other")
    HAS_CONTACTS = True
    WAITS_IN = (State.MENDING,)
    MENDS_IN = (State.TO_MEND,)
    FIRST_SETTLED = Reason("cause_not_settled", _("First the cause is settled and the customer answered."), "S3.2")
    CLOCKS = (
        Clock("reply", _("Answer the customer"), UNANSWERED, lasts="reply_within", rule="S3.2"),
        Clock("mend", _("Make it good"), (State.TO_MEND,), lasts="reply_within", rule="S3.2"),
        Clock("record", _("Complaint record"), (State.TO_RECORD,), lasts="complaint_recorded_within", rule="S3.2"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Complaint")
        verbose_name_plural = _("Complaints")

    def facts_shown(self) -> dict[str, Any]:
        """And cause, finding, department and record."""
        return super().facts_shown() | {"complaint": complaint_of(self.facts)}

    def why_here(self, at: Situation) -> str:
        """The cause with its way, and the department that caused it."""
        known = complaint_of(self.facts)
        if "cause" not in known:
            return ""
        cause = Cause(known["cause"])
        return " · ".join(str(each) for each in (cause.label, WAYS[cause], known.get("department")) if each)

    def contact_message(self, at: Situation) -> str:
        """That we look into it, then the answer that the cause asks for. No money is promised (R1.1)."""
        text = ANSWERS.get(complaint_of(self.facts).get("cause", ""), HELLO)
        return str(text).format(order=self.subject_label)

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """A remedy once the customer has the answer; for quality none but return and exchange."""
        reasons = super().why_no_child(kind, at)
        is_quality = complaint_of(self.facts).get("cause") == Cause.QUALITY
        return reasons or ([QUALITY_IS] if is_quality and kind not in ("return_goods", "exchange") else [])

    def step_after_child(self, child: Case) -> str:
        """Made good, the record is left; else another remedy is to be found. What a lead has stays there until they hand it back."""
        name = "made_good" if child.state in type(child).MADE_GOOD else "fell_through"
        return f"{name}_with_lead" if self.state == State.WITH_LEAD else name

    # The cause ----------------------------------------------------------------------------------------

    @guard(_("A remedy is under way: it has the word."), rule="S3.2", otherwise=_("A remedy is under way: it has the word first."))
    def remedy_is_open(self: Complaint, at: Situation) -> bool:
        return bool(at.open_children)

    @step(
        WORKED,
        State.WITH_LEAD,
        label=_("Serious: to a lead at once"),
        rule="S3.2",
        by=AGENTS,
        needs_note=True,
        event=True,
        hint=_("Injury, a threat to go public or to an authority, many customers at once. The leads are told by mail."),
    )
    def serious(self) -> None:
        """Who decides hears of it at once; the customer's day runs on, and the department is told all the same."""
        self._stands_in(self.state)
        self.effects.send("notice", to="leads", about="serious_complaint")

    @step(
        State.WITH_LEAD,
        State.TO_SETTLE,
        label=_("Back to the agent"),
        rule="S3.2",
        by=LEADS,
        needs_note=True,
        event=True,
        only=[came_from(State.TO_SETTLE)],
    )
    def hand_back(self) -> None:
        """The note says how it is to be handled."""

    @step(
        State.WITH_LEAD,
        State.TO_ANSWER,
        label=_("Back to the agent"),
        rule="S3.2",
        by=LEADS,
        needs_note=True,
        event=True,
        only=[came_from(State.TO_ANSWER)],
    )
    def hand_back_to_answer(self) -> None:
        """The cause stands; the note says how the customer is answered."""

    @step(
        State.WITH_LEAD,
        State.TO_MEND,
        label=_("Back to the agent"),
        rule="S3.2",
        by=LEADS,
        needs_note=True,
        event=True,
        only=[came_from(State.TO_MEND)],
    )
    def hand_back_to_mend(self) -> None:
        """The note says how it is made good."""

    @step(
        State.WITH_LEAD,
        State.MENDING,
        label=_("Back to the agent"),
        rule="S3.2",
        by=LEADS,
        needs_note=True,
        event=True,
        only=[remedy_is_open],
    )
    def hand_back_while_mended(self) -> None:
        """The remedy has the word again."""

    @step(
        State.WITH_LEAD,
        State.TO_RECORD,
        label=_("Back to the agent"),
        rule="S3.2",
        by=LEADS,
        needs_note=True,
        event=True,
        only=[came_from(State.TO_RECORD)],
    )
    def hand_back_to_record(self) -> None:
        """The note says what is to stand in the record."""

    @step(State.TO_SETTLE, State.TO_ANSWER, label=_("Settle the cause"), rule="S3.2", by=AGENTS, facts=Settled)
    def cause_settled(self, facts: dict[str, Any]) -> None:
        """Before anything is answered."""
        self._settle(facts)

    @step(
        State.WITH_LEAD,
        State.TO_ANSWER,
        label=_("A lead settles the cause"),
        rule="S3.2",
        by=LEADS,
        facts=Settled,
        when=[not_(remedy_is_open)],
    )
    def lead_settles(self, facts: dict[str, Any]) -> None:
        """The same, by a lead alone. Where the lead finds what was found before, the department's task stands."""
        self._settle(facts, is_settled=stood_in(self) != State.TO_SETTLE)

    # The answer, and what follows of it -----------------------------------------------------------------

    @guard(_("The cause is {cause}: {way}"), rule="S3.2", says=lambda case, at: _cause_words(case))
    def is_to_be_made_good(self: Complaint, at: Situation) -> bool:
        return complaint_of(self.facts).get("cause") in CAUSED_HERE

    @guard(_("The cause is {cause}: {way}"), rule="S3.2", says=lambda case, at: _cause_words(case))
    def is_explained(self: Complaint, at: Situation) -> bool:
        return complaint_of(self.facts).get("cause") in (Cause.USE, Cause.NOT_OURS)

    @step(
        State.TO_ANSWER,
        State.TO_MEND,
        label=_("Answered: we make it good"),
        rule="S3.2",
        by=AGENTS,
        facts=Told,
        only=[is_to_be_made_good],
        hint=_("Apologise; money only once it is approved."),
    )
    def answered(self, facts: dict[str, Any]) -> None:
        """What the customer was told stands in the journal."""

    @step(State.TO_ANSWER, State.TO_RECORD, label=_("Explained to the customer"), rule="S3.2", by=AGENTS, facts=Told, only=[is_explained])
    def explained(self, facts: dict[str, Any]) -> None:
        """Nothing is to be made good."""

    @step(
        State.TO_MEND,
        State.TO_RECORD,
        label=_("The customer wants nothing more"),
        rule="S3.2",
        by=AGENTS,
        needs_note=True,
        event=True,
        hint=_("The apology was enough, or something was agreed that needs no case."),
    )
    def nothing_wanted(self) -> None:
        """The note says what was agreed."""

    @step(
        [State.TO_ANSWER, State.TO_MEND],
        State.TO_SETTLE,
        label=_("The cause is another one"),
        rule="S3.2",
        by=AGENTS,
        needs_note=True,
        event=True,
        drops=[TELL_DEPARTMENT],
    )
    def settle_anew(self) -> None:
        """What was found since says otherwise; nobody is told of the old cause."""
        self.nothing_is_owed()

    @step([State.TO_MEND], State.MENDING, label=_("Being made good"), rule="S3.2", by=SYSTEM, hidden=True)
    def being_mended(self) -> None:
        """The remedy has the word."""

    @step([State.MENDING], State.TO_MEND, label=_("The remedy fell through"), rule="S3.2", by=SYSTEM, hidden=True)
    def fell_through(self) -> None:
        """Another remedy is to be found."""

    @step([State.MENDING], State.TO_RECORD, label=_("Made good"), rule="S3.2", by=SYSTEM, hidden=True)
    def made_good(self) -> None:
        """The record is left."""

    @step([State.WITH_LEAD], None, label=_("The remedy fell through"), rule="S3.2", by=SYSTEM, hidden=True)
    def fell_through_with_lead(self) -> None:
        """Handed back, another remedy is to be found."""
        self._stands_in(State.TO_MEND)

    @step([State.WITH_LEAD], None, label=_("Made good"), rule="S3.2", by=SYSTEM, hidden=True)
    def made_good_with_lead(self) -> None:
        """Handed back, the record is left."""
        self._stands_in(State.TO_RECORD)

    @step(
        State.TO_RECORD,
        State.RECORDED,
        label=_("Complaint record"),
        rule="S3.2",
        by=AGENTS,
        facts=Record,
        hint=_("It closes the complaint once the department was told."),
    )
    def recorded(self, facts: dict[str, Any]) -> None:
        """Analysed, with what keeps it from coming again."""
        self._keep(analysis=facts["analysis"], measure=facts["measure"])

    override_freight = override_freight(OPEN)

    def _stands_in(self, state: str) -> None:
        """Where it goes on once the lead hands it back."""
        self.facts.answers = {**self.facts.answers, "stood_in": str(state)}

    def _settle(self, facts: dict[str, Any], *, is_settled: bool = False) -> None:
        """Keep cause, finding and department; decide who is at fault; have the department told (R5.3). `is_settled`: it was settled before."""
        is_caused_here = facts["cause"] in CAUSED_HERE
        if is_caused_here and not facts["department"]:
            raise Malformed(_("Say which department caused it."), code="department_required", field="department")
        if facts["department"] and not is_caused_here:
            raise Malformed(_("None of our departments caused this."), code="no_department", field="department")
        before = complaint_of(self.facts)
        self._keep(**facts)
        if is_settled and complaint_of(self.facts) == before:
            return
        if is_settled:
            self.nothing_is_owed()
            self.effects.drop(TELL_DEPARTMENT)
        if not is_caused_here:
            return
        self.decide_freight(Circumstances(CAUSED_HERE[facts["cause"]], Checked.CONFIRMED))
        known = complaint_of(self.facts)
        title = for_the_shop(_("Tell the department: {department}"), department=known["department"])
        text = for_the_shop(
            _("Complaint {number} about order {order}. Cause: {cause}. Found: {finding}"),
            number=self.number,
            order=self.subject_label,
            cause=Cause(known["cause"]).label,
            finding=known["finding"],
        )
        self.effects.ask(TaskAsked(TELL_DEPARTMENT, text, title[:200], "S3.2"))

    def _keep(self, **said: str) -> None:
        order = self.at.order if self.at is not None else None
        kept = {name: redact_for_order(value, order) for name, value in said.items()}
        self.facts.answers = {**self.facts.answers, "complaint": complaint_of(self.facts) | kept}


def _cause_words(case: Complaint) -> dict[str, Any]:
    cause = complaint_of(case.facts).get("cause")
    return {"cause": Cause(cause).label, "way": WAYS[Cause(cause)]} if cause else {"cause": _("not settled yet"), "way": ""}
