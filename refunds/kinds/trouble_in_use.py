"""P1 Trouble in use (产品使用问题)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.models import Case, Outcome
from casework.situation import Situation
from casework.workflow import Category, Clock, States, guard, step
from logistics.freight import Checked, Circumstances, Happened
from logistics.goods.items import ItemsField, pieces, pieces_words
from logistics.kinds import endings
from logistics.kinds.incident import Incident, override_freight
from logistics.signs import signed_once
from logistics.words import advanced_words
from orders.access import Actor
from orders.errors import Reason, Text
from orders.models import Line
from orders.persons import redact_for_order
from orders.roles import AGENTS, CLOCK
from orders.together import Reading
from refunds.models.returned import QualityFault
from refunds.models.ruled_out import CauseLookedAt, Verdict


class State(States):
    """Calm and ask, rule causes out, then explain the use or make the quality good."""

    TO_ASK = "to_ask", Category.OPEN, _("Calm the customer and ask")
    RULING_OUT = "ruling_out", Category.OPEN, _("Rule causes out one by one")
    TRYING = "trying", Category.CUSTOMER, _("Customer tries it out")
    TO_EXPLAIN = "to_explain", Category.OPEN, _("It is use: explain the steps")
    TO_SETTLE = "to_settle", Category.OPEN, _("It is quality: return, exchange or compensation")
    MENDING = "mending", Category.OPEN, _("Being made good")
    EXPLAINED = "explained", Category.DONE, _("Explained; may come back any time")
    REFUNDED = "refunded", Category.DONE, _("Returned and refunded")
    RESENT = "resent", Category.DONE, _("Exchanged")
    COMPENSATED = "compensated", Category.DONE, _("Compensated")
    NOTHING_WANTED = "nothing_wanted", Category.DONE, _("Customer wants nothing")


OPEN = tuple(each for each in State if not each.is_end)


class Trouble(Facts):
    """What does not work, of which piece, and since when."""

    items = ItemsField(label=_("Which pieces: line × pieces"))
    trouble = forms.CharField(label=_("What does not work, in the customer's words"), max_length=1000)
    since = forms.CharField(label=_("Since when, and how it is used"), max_length=300, required=False)


class LookedAt(Facts):
    """One possible cause (P1.1)."""

    cause = forms.CharField(label=_("Possible cause"), max_length=200)
    how = forms.CharField(label=_("How it was looked at"), max_length=500)
    came_of_it = forms.ChoiceField(label=_("What came of it"), choices=Verdict.choices)


class ToTry(Facts):
    """What the customer tries."""

    what = forms.CharField(label=_("What the customer tries out"), max_length=500)


class Explained(Facts):
    """How it is used rightly."""

    steps = forms.CharField(label=_("The steps, as explained"), max_length=2000, widget=forms.Textarea)


CALM = _(
    "Hello, we are sorry for the trouble. What exactly does not work, since when, and how do you use it? A photo or a short film helps; we look at it together."
)
TOLD: Mapping[str, Text] = {
    "to_ask": CALM,
    "ruling_out": _("Hello, we go through the possible causes together, one by one. Thank you for your patience."),
    "trying": _("Hello, please try it out as we have described and tell us how it went."),
    "to_explain": _(
        "Hello, we have found it: it is a question of how it is used. We explain the steps, and you may come back to us any time."
    ),
    "to_settle": _(
        "Hello, we are sorry: the goods are not as they should be ({items}). Would you like to send them back, to have them exchanged, or to keep "
        "them with a compensation? {postage}"
    ),
}


def causes(at: Situation) -> list[CauseLookedAt]:
    """The causes that were looked at, oldest first: the situation's part."""
    found: list[CauseLookedAt] = at.more["causes"]
    return found


class TroubleInUse(Incident):
    """Calm, ask, record, and rule causes out one by one. Often it is use: the steps are explained, and the customer may come back any time. Is it
    quality, it goes on as return, exchange or compensation at our cost and stands on the department's list."""

    KIND = "trouble_in_use"
    CHAPTER = "P1"
    STATES = State
    FIRST = State.TO_ASK
    OPENED_BY = AGENTS
    TRACES = False
    REMEDIES = ("return_goods", "exchange", "compensation")
    EVIDENCE = ("photo_goods", "photo_damage", "chat", "other")
    HAS_CONTACTS = True
    LIKELY = (signed_once,)
    WAITS_IN = (State.MENDING,)
    MENDS_IN = (State.TO_SETTLE,)
    CLOCKS = (
        Clock("reply", _("Calm and ask"), (State.TO_ASK,), lasts="reply_within", rule="L0.3"),
        Clock("look", _("Rule causes out"), (State.RULING_OUT,), lasts="reply_within", rule="P1.1"),
        Clock("try_out", _("Customer tries it out"), (State.TRYING,), lasts="tried_out_within", then=("no_word",), rule="P1.1"),
        Clock("explain", _("Explain the steps"), (State.TO_EXPLAIN,), lasts="reply_within", rule="P1.1"),
        Clock("settle", _("Return, exchange or compensation"), (State.TO_SETTLE,), lasts="reply_within", rule="P1.2"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Trouble in use")
        verbose_name_plural = _("Trouble in use")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The lines of the order, and the causes that were looked at."""
        rows = CauseLookedAt.objects.filter(case__in=[case.pk for case in cases]).select_related("by")
        orders = {case.order_id for case in cases}
        lines = Line.objects.filter(order__in=orders).select_related("order").order_by("order", "position")
        yield rows, lines
        return {
            case.pk: {
                "lines": [line for line in lines if line.order_id == case.order_id],
                "causes": [row for row in rows if row.case_id == case.pk],
            }
            for case in cases
        }

    def facts_shown(self) -> dict[str, Any]:
        """And the causes that were looked at."""
        rows = CauseLookedAt.objects.filter(case=self.pk)
        looked = [{"cause": row.cause, "how": row.how, "verdict": row.verdict, "at": row.at.isoformat()} for row in rows]
        return super().facts_shown() | {"items": self.facts.answers.get("items", []), "causes": looked}

    def why_here(self, at: Situation) -> str:
        """Which pieces, and how many causes were looked at."""
        looked = str(_("Causes looked at: {number}")).format(number=len(causes(at))) if causes(at) else ""
        return " · ".join(filter(None, (self._pieces(at), looked)))

    def contact_message(self, at: Situation) -> str:
        """P1.1: calm and ask; once it is known, use or quality. Nothing is promised (R1.1)."""
        return str(TOLD.get(self.state, "")).format(items=self._pieces(at), postage=advanced_words(self.facts, at.order))

    def contact_to_make(self, at: Situation) -> str:
        """P1.1: the steps are explained to somebody."""
        is_due = self.state == State.TO_EXPLAIN and not at.was_answered
        return str(_("Explain the steps to the customer, and record their answer")) if is_due else ""

    def step_after_contact(self, channel: str, outcome: str) -> str:
        """Who tries something out says how it went."""
        return "tried" if self.state == State.TRYING and outcome == Outcome.ANSWERED else ""

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """P1.2: at our cost only once it is known to be quality."""
        if self.state == State.TO_SETTLE:
            return []
        if self.state == State.MENDING:
            return [Reason("being_mended", _("It is being made good already."), "P1.2")]
        return [Reason("not_quality_yet", _("First causes are ruled out one by one, and it is known to be quality."), "P1.2")]

    def step_with_child(self, child: Case) -> str:
        """While a remedy is under way it has the word."""
        return "being_mended"

    def step_after_child(self, child: Case) -> str:
        """Made good, or another remedy is to be found."""
        return endings.after_child(child)

    # P1.1 -------------------------------------------------------------------------------------------

    @step(
        State.TO_ASK,
        State.RULING_OUT,
        label=_("Asked; it is recorded"),
        rule="P1.1",
        by=AGENTS,
        facts=Trouble,
        hint=_("Calm first: say that you are sorry and that you look at it together."),
    )
    def asked(self, facts: dict[str, Any]) -> None:
        """The pieces that give trouble; what the customer says stands in the journal."""
        assert self.at is not None  # steps run with a situation
        found = pieces(facts["items"], self.at.more["lines"])
        items = [{"line": line.pk, "quantity": quantity} for line, quantity in found]
        self.facts.answers = {**self.facts.answers, "items": items}
        self.effects.note(pieces=pieces_words(found).replace("\n", "; "))

    @step(
        [State.RULING_OUT, State.TRYING],
        None,
        label=_("Look at a cause"),
        rule="P1.1",
        by=AGENTS,
        facts=LookedAt,
        event=True,
        next_in=[State.RULING_OUT],
        hint=_("One by one: power, assembly, size, washing, an instruction that was left out."),
    )
    def cause_looked_at(self, facts: dict[str, Any]) -> None:
        """A row for each; none is overwritten."""
        at = self.at
        assert at is not None  # steps run with a situation
        cause, how = (redact_for_order(facts[name], at.order) for name in ("cause", "how"))
        row = CauseLookedAt(cause=cause[:200], how=how[:500], verdict=facts["came_of_it"], at=at.now, by_id=at.actor.user_id)
        row.case_id = self.pk
        self.effects.write(row)

    @step(State.RULING_OUT, State.TRYING, label=_("The customer tries something out"), rule="P1.1", by=AGENTS, facts=ToTry, event=True)
    def to_try(self, facts: dict[str, Any]) -> None:
        """The customer has the word."""

    @step(State.TRYING, State.RULING_OUT, label=_("The customer has tried it"), rule="P1.1", by=AGENTS)
    def tried(self) -> None:
        """What came of it is the next cause looked at."""

    @step(State.TRYING, State.RULING_OUT, label=_("No word from the customer"), rule="P1.1", by=CLOCK)
    def no_word(self) -> None:
        """Ask how it went."""

    @guard(_("No cause was found yet: look at the causes and mark the one that it is."), rule="P1.1")
    def cause_is_found(self: TroubleInUse, at: Situation) -> bool:
        return any(each.verdict == Verdict.IS_IT for each in causes(at))

    @guard(_("No cause was ruled out yet: it is often use."), rule="P1.1")
    def some_are_ruled_out(self: TroubleInUse, at: Situation) -> bool:
        return any(each.verdict == Verdict.RULED_OUT for each in causes(at))

    @step([State.RULING_OUT, State.TRYING], State.TO_EXPLAIN, label=_("It is use"), rule="P1.1", by=AGENTS, when=[cause_is_found])
    def it_is_use(self) -> None:
        """Explained patiently."""

    @guard(_("Explain it to the customer first, and record their answer."), rule="P1.1")
    def customer_has_answered(self: TroubleInUse, at: Situation) -> bool:
        return at.was_answered

    @step(
        State.TO_EXPLAIN,
        State.EXPLAINED,
        label=_("Explained; it works"),
        rule="P1.1",
        by=AGENTS,
        facts=Explained,
        when=[customer_has_answered],
        hint=_("Say that the customer may come back any time."),
    )
    def explained(self, facts: dict[str, Any]) -> None:
        """The steps stand in the journal; whoever comes back finds them."""

    @step(State.TO_EXPLAIN, State.RULING_OUT, label=_("It did not help"), rule="P1.1", by=AGENTS, needs_note=True, event=True)
    def did_not_help(self) -> None:
        """Another cause is looked for."""

    # P1.2 -------------------------------------------------------------------------------------------

    @step(
        [State.RULING_OUT, State.TRYING],
        State.TO_SETTLE,
        label=_("It is quality"),
        rule="P1.2",
        by=AGENTS,
        when=[some_are_ruled_out],
        hint=_("At our cost; it goes on the list of the department."),
    )
    def it_is_quality(self) -> None:
        """R3.1: our fault; R5.3: the department learns of it."""
        assert self.at is not None  # steps run with a situation
        self.decide_freight(Circumstances(Happened.QUALITY, Checked.CONFIRMED))
        for line, quantity in self._found(self.at):
            self.effects.write(QualityFault(case_id=self.pk, line=line, quantity=quantity, found_at=self.at.now))

    being_mended = endings.being_mended([State.TO_SETTLE], State.MENDING, rule="P1.2")
    fell_through = endings.fell_through([State.MENDING], State.TO_SETTLE, rule="P1.2")
    refunded = endings.refunded(OPEN, State.REFUNDED, rule="P1.2")
    resent = endings.resent(OPEN, State.RESENT, rule="P1.2")
    compensated = endings.compensated(OPEN, State.COMPENSATED, rule="R4.1")

    @step(
        [State.TO_ASK, State.RULING_OUT, State.TRYING, State.TO_EXPLAIN, State.TO_SETTLE],
        State.NOTHING_WANTED,
        label=_("The customer wants nothing"),
        rule="P1.2",
        by=AGENTS,
        needs_note=True,
        event=True,
    )
    def nothing_wanted(self) -> None:
        """The note says why: it works, or nobody hears of the customer any more. What was reported to the department stays there."""

    override_freight = override_freight(OPEN)

    def _found(self, at: Situation) -> list[tuple[Line, int]]:
        """The pieces that give trouble; a line that is gone from the order is left out."""
        lines = {each.pk: each for each in at.more["lines"]}
        return [(lines[each["line"]], each["quantity"]) for each in self.facts.answers.get("items", []) if each["line"] in lines]

    def _pieces(self, at: Situation) -> str:
        return pieces_words(self._found(at)).replace("\n", "; ")
