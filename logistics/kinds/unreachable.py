"""L6 The customer cannot be reached (联系不上)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.facts import Facts, InstantField
from casework.models import Channel, Outcome
from casework.situation import Situation
from casework.wording import words_to_reach
from casework.workflow import Category, Clock, States, guard, not_, step
from logistics.freight import Circumstances, Happened, Party
from logistics.handing_over import hand_over
from logistics.kinds.endings import goes_on_as_returned
from logistics.kinds.incident import TURNS_BACK, After, Incident, override_freight
from logistics.messages import UNREACHABLE
from logistics.models.incident import SentBackFor
from logistics.task_kinds import EXTEND
from logistics.words import postage_words
from orders.errors import Malformed, Reason
from orders.roles import AGENTS, CLOCK, LEADS, STAFF, Role

ONE_DAY = dt.timedelta(days=1)


class State(States):
    """From the courier's call for help to the parcel's fate."""

    TO_CONTACT = "to_contact", Category.OPEN, _("To be contacted")
    TRYING = "trying", Category.CUSTOMER, _("Trying to reach the customer")
    ANSWERED = "answered", Category.OPEN, _("Customer answered")
    RULE_NOT_KEPT = "rule_not_kept", Category.LEAD, _("Contact rule not kept")
    RETURNING = "returning", Category.COURIER, _("On its way back to us")
    DELIVERED = "delivered", Category.DONE, _("Delivered")
    SETTLED = "settled", Category.DONE, _("Settled with the customer")
    BACK = "back", Category.DONE, _("Back with us")
    GONE_ON = "gone_on", Category.DONE, _("Goes on as a returned parcel")


# The parcel may still be delivered, so nothing is made good yet.
NOT_RETURNING = Reason("not_returning_yet", _("The parcel is not on its way back yet; a refund comes once it is (L10.1)."), "L6.3")
OPEN = tuple(each for each in State if not each.is_end)
BEFORE_RETURN = tuple(each for each in OPEN if each != State.RETURNING)


class Answer(Facts):
    """What the customer answered."""

    answer = forms.CharField(label=_("What the customer said"), max_length=500, required=False)


class Agreed(Facts):
    """What was agreed and passed to the courier."""

    agreed = forms.CharField(label=_("What was agreed and passed on"), max_length=500)


class ReturnTime(Facts):
    """When the courier will send the parcel back."""

    returns_at = InstantField(label=_("The courier sends it back at"))


def channels_missing(case: Unreachable, at: Situation) -> list[Channel]:
    """The channels without an attempt in the window. One without an address counts as tried."""
    tried = at.channels_tried(until=at.fired.due_at if at.fired else None)
    return [each for each in Channel if each not in tried]


def days_missing(case: Unreachable, at: Situation) -> int:
    """Days of the window without an attempt, when the shop reads the rule as "every day"."""
    begin = case.facts.first_attempt_at
    if not at.policy("contact_each_day") or begin is None:
        return 0
    end = at.fired.due_at if at.fired else at.now
    # A window that the courier cut short has fewer days; one that the lead prolonged has no more than the rule asks.
    days = max(1, min(at.policy("contact_window").length, end - begin) // ONE_DAY)
    return days - len({max(0, min((each.at - begin) // ONE_DAY, days - 1)) for each in at.contacts if each.at <= end})


def window_end(case: Unreachable, at: Situation, start: dt.datetime) -> dt.datetime:
    """72 h after the first attempt, earlier when the courier returns it earlier, later by a day that a lead granted."""
    usual = case.facts.extended_until or at.after(case.facts.first_attempt_at or start, at.policy("contact_window"))
    return min(usual, case.facts.courier_returns_at or usual)


class Unreachable(Incident):
    """Try chat, phone and e-mail for three days. Any answer puts the case back on its way.
    Silence sends the parcel home at the customer's cost, unless we did not try everything ourselves."""

    KIND = "unreachable"
    CHAPTER = "L6"
    IN_BULK = True
    STATES = State
    FIRST = State.TO_CONTACT
    OPENED_BY = AGENTS
    EVIDENCE = ("chat", "courier_reply", "other")
    REMEDIES = ("refund",)
    HAS_CONTACTS = True
    TRIES_IN = (State.TO_CONTACT, State.TRYING)
    AFTER_NODES = (
        After(TURNS_BACK, "returning", untouched="goes_on_as_returned", touched="goes_on_as_returned", states=(State.RETURNING,)),
        After(TURNS_BACK, "returning", states=BEFORE_RETURN),
    )
    CLOCKS = (
        Clock(
            "first_attempt",
            _("First attempt"),
            (State.TO_CONTACT,),
            lasts="first_attempt_within",
            then=("first_attempt_missed",),
            rule="L6.1",
        ),
        Clock("contact_window", _("All channels tried"), (State.TRYING,), due=window_end, then=("give_up", "escalate"), rule="L6.3"),
        Clock("reply", _("Pass the answer on"), (State.ANSWERED,), lasts="reply_within", rule="L0.3"),
        Clock("lead_decides", _("Lead decides"), (State.RULE_NOT_KEPT,), lasts="reply_within", rule="L6.4"),
        Clock("parcel_back", _("Parcel back with us"), (State.RETURNING,), lasts="returning_within", rule="L3.4"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Customer unreachable")
        verbose_name_plural = _("Customers unreachable")

    @guard(
        _("These channels have not been tried yet: {channels}."),
        rule="L6.1",
        otherwise=_("Every channel was tried in time."),
        says=lambda case, at: {"channels": str(_(", ")).join(str(each.label) for each in channels_missing(case, at)) or "-"},
    )
    def contact_rule_was_kept(self: Unreachable, at: Situation) -> bool:
        # Three times "no address" is no silence: without one true attempt nothing is charged.
        truly = at.was_tried(until=at.fired.due_at if at.fired else None)
        return truly and not channels_missing(self, at) and not days_missing(self, at)

    @guard(_("A lead has granted one more day; the courier's time does not cut it short."), rule="L6.4")
    def no_day_was_granted(self: Unreachable, at: Situation) -> bool:
        return self.facts.extended_until is None

    def why_no_child(self, kind: str, at: Situation) -> list[Reason]:
        """L6.3: treated as returned to us, and so refunded, only once it travels back."""
        return [] if self.state == State.RETURNING else [NOT_RETURNING]

    def contact_to_make(self, at: Situation) -> str:
        """While the window may open or runs, a channel that was not tried is the next thing to do (L6.1)."""
        missing = channels_missing(self, at) if self.state in self.TRIES_IN else []
        return words_to_reach(missing)

    def why_here(self, at: Situation) -> str:
        """The lead reads which channels are missing (L6.4)."""
        is_asked = self.state == State.RULE_NOT_KEPT and channels_missing(self, at)
        return str(self.contact_rule_was_kept.reason(self, at).text) if is_asked else ""

    def contact_message(self, at: Situation) -> str:
        """L6.1: the courier returns the parcel after the window, and who pays then (N3). Nothing of that once it is not so (L6.2, L6.4)."""
        if self.state in UNREACHABLE:
            return str(UNREACHABLE[self.state]).format(parcel=self.subject_label, postage=postage_words(self.facts.freight_payer))
        end = window_end(self, at, at.now).astimezone(SHOP_TIME)
        text = _(
            "Hello, the courier could not reach you about your parcel ({parcel}). Please answer by {end:%Y-%m-%d %H:%M} and confirm "
            "recipient, phone and address. Without an answer the courier returns the parcel, and {postage}."
        )
        postage = postage_words(self.facts.freight_payer or Party.CUSTOMER)
        return str(text).format(parcel=self.subject_label, end=end, postage=postage)

    def step_after_contact(self, channel: str, outcome: str) -> str:
        """An answer goes on with L6.2; the first true attempt opens the window (L6.1)."""
        if outcome == Outcome.ANSWERED:
            return "customer_answered"
        is_tried = outcome in (Outcome.NO_ANSWER, Outcome.SENT)
        return "first_attempt_made" if self.state == State.TO_CONTACT and is_tried else ""

    def step_after_evidence(self, kind: str, at: Situation) -> str:
        """A customer who sends a picture has answered (L6.2)."""
        return "customer_answered" if at.actor.is_customer else ""

    @step(State.TO_CONTACT, State.TRYING, label=_("First attempt made"), rule="L6.1", by=AGENTS, hidden=True)
    def first_attempt_made(self) -> None:
        """The first attempt, on any channel, opens the window of three days."""
        assert self.at is not None
        self.facts.first_attempt_at = self.at.now

    @step(
        [State.TO_CONTACT, State.TRYING, State.RULE_NOT_KEPT],
        State.ANSWERED,
        label=_("The customer answered"),
        rule="L6.2",
        by=AGENTS,
        facts=Answer,
        hint=_("Stops the clock; the case goes on."),
        event=True,
    )
    def customer_answered(self, facts: dict[str, Any]) -> None:
        """Any answer within the window stops the clock."""

    @step(
        [State.TO_CONTACT, State.TRYING],
        None,
        label=_("The courier names a return time"),
        rule="L6.1",
        by=AGENTS,
        facts=ReturnTime,
        when=[no_day_was_granted],
        event=True,
    )
    def courier_names_return(self, facts: dict[str, Any]) -> None:
        """An earlier return time named by the courier ends the window earlier."""
        assert self.at is not None
        if facts["returns_at"] <= self.at.now:
            raise Malformed(_("Name a time that is still to come."), code="past", field="returns_at")
        self.facts.courier_returns_at = facts["returns_at"]

    @step(State.TO_CONTACT, State.RULE_NOT_KEPT, label=_("First attempt missed"), rule="L6.1", by=CLOCK)
    def first_attempt_missed(self) -> None:
        """No attempt on the first working day: the lead decides, nothing is charged."""
        self.effects.send("notice", to="leads", about="rule_not_kept")

    @step(State.TRYING, State.RETURNING, label=_("Give up"), rule="L6.3", by=CLOCK, when=[contact_rule_was_kept])
    def give_up(self) -> None:
        """Silence, every channel tried: the parcel comes back, the postage is the customer's."""
        self.decide_freight(Circumstances(Happened.UNREACHABLE, contact_rule_kept=True))

    @step(State.TRYING, State.RULE_NOT_KEPT, label=_("To the lead"), rule="L6.4", by=CLOCK, when=[not_(contact_rule_was_kept)])
    def escalate(self) -> None:
        """Silence, but a channel was not tried: nothing is charged, the lead decides."""
        self.effects.send("notice", to="leads", about="rule_not_kept")

    @step(
        State.RULE_NOT_KEPT, State.TRYING, label=_("Grant one more day"), rule="L6.4", by=LEADS, hint=_("The clock runs for 24 hours more.")
    )
    def grant_one_more_day(self) -> None:
        """The lead lets the missing channels be tried for one more day."""
        assert self.at is not None
        self.facts.first_attempt_at = self.facts.first_attempt_at or self.at.now
        self.facts.extended_until = self.at.now + ONE_DAY
        # What the courier had said is over; what it says from now on counts again.
        self.facts.courier_returns_at = None

    @step(State.RULE_NOT_KEPT, State.RETURNING, label=_("Return at our cost"), rule="L6.4", by=LEADS, hint=_("The postage is the shop's."))
    def return_at_our_cost(self) -> None:
        """The lead takes the postage on the shop and lets the parcel come back."""
        self.decide_freight(Circumstances(Happened.UNREACHABLE, contact_rule_kept=False), anew=True)

    @step(State.ANSWERED, State.SETTLED, label=_("Passed on to the courier"), rule="L6.2", by=AGENTS, facts=Agreed)
    def passed_on(self, facts: dict[str, Any]) -> None:
        """What was agreed with the customer is with the courier; the case has done its work."""

    @step(
        OPEN,
        State.DELIVERED,
        label=_("Delivered after all"),
        rule="L6.2",
        by=STAFF | {"system"},
        drops=[EXTEND],
        hint=_("Delivery stops the clock as an answer does."),
        event=True,
    )
    def delivered(self) -> None:
        """The parcel reached the customer; no freight is owed."""
        self.parcel_is_delivered()
        self.nothing_is_owed()

    @step(State.RETURNING, State.BACK, label=_("The parcel is back"), rule="L6.3", by=AGENTS | {Role.WAREHOUSE}, event=True, final=True)
    def parcel_back(self) -> None:
        """The warehouse has it in hand; the chapter of returned parcels goes on with it (L10)."""
        assert self.at is not None
        self.parcel_is_back()
        hand_over(self, self.at, because=SentBackFor.NOT_REACHED, here_at=self.at.now)

    goes_on_as_returned = goes_on_as_returned([State.RETURNING], State.GONE_ON, lambda case: SentBackFor.NOT_REACHED)

    override_freight = override_freight(OPEN)
