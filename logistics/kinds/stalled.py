"""L3 Tracking not updating (物流长时间未更新)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.calendars import SHOP_TIME
from casework.facts import Facts, InstantField
from casework.situation import Situation
from casework.workflow import Category, Clock, Queue, States, guard, step
from logistics.freight import Checked, Circumstances, Happened
from logistics.kinds import endings
from logistics.kinds.endings import CourierSaid
from logistics.kinds.incident import TURNS_BACK, After, Incident, override_freight
from logistics.kinds.mended import Mended
from logistics.messages import stalled_message
from logistics.models.incident import Whereabouts
from logistics.models.inquiry import Asked
from logistics.models.loss import Loss
from logistics.models.norm import FindingKind
from logistics.signs import is_on_its_way, stands_still
from logistics.standing import standing
from logistics.task_kinds import DID_IT_LEAVE, SHIP_NOW
from logistics.words import finding_words, joined
from orders.errors import Reason
from orders.roles import AGENTS, CLOCK, LEADS, SYSTEM


class State(States):
    """From a parcel that stands still to one that moves, arrives, or is made good."""

    TO_CHECK = "to_check", Category.OPEN, _("To be checked")
    AT_WAREHOUSE = "at_warehouse", Category.OPEN, Queue.WAREHOUSE, _("Warehouse asked whether it left")
    TO_SHIP = "to_ship", Category.OPEN, Queue.WAREHOUSE, _("Still here; to be shipped now")
    URGED = "urged", Category.COURIER, _("Courier urged")
    WATCHED = "watched", Category.COURIER, _("Within the normal time")
    SAID_MOVING = "said_moving", Category.COURIER, _("Said to be on its way")
    TO_CONFIRM = "to_confirm", Category.OPEN, _("Courier must say: lost or moving")
    MOVES_AGAIN = "moves_again", Category.OPEN, _("Moving again; tell the customer")
    LOST = "lost", Category.OPEN, _("Lost; explain it to the customer")
    TO_MEND = "to_mend", Category.OPEN, _("Resend or refund")
    MENDING = "mending", Category.OPEN, _("Being made good")
    NOT_AWAITED = "not_awaited", Category.DONE, _("Order finished on the platform")
    MOVED_ON = "moved_on", Category.DONE, _("Moved on")
    DELIVERED = "delivered", Category.DONE, _("Delivered")
    BACK = "back", Category.DONE, _("Back with us")
    RESENT = "resent", Category.DONE, _("Sent again and arrived")
    REFUNDED = "refunded", Category.DONE, _("Refunded")
    GONE_ON = "gone_on", Category.DONE, _("Goes on as a returned parcel")


OPEN = tuple(each for each in State if not each.is_end)
# Nothing is made good yet: what comes back goes on by its own chapter.
BEFORE_MENDING = tuple(each for each in OPEN if each not in (State.TO_MEND, State.MENDING))
# What the courier says counts from the moment it was asked.
ASKED = (State.URGED, State.WATCHED, State.SAID_MOVING, State.TO_CONFIRM)


class Urged(Facts):
    """What the courier promised when it was urged."""

    said = forms.CharField(label=_("What the courier promised"), max_length=500, required=False)
    promised_until = InstantField(label=_("Promised until"), required=False)


def normal_end(case: Stalled, at: Situation, start: dt.datetime) -> dt.datetime | None:
    """When the normal time of delivery for this courier and region is over (L3.2)."""
    return standing(at).normal_until


class Stalled(Mended, Incident):
    """Look at shipping time, destination and courier; explain, and urge the courier. Beyond the normal time the courier
    confirms lost or moving. Lost: explain, then resend or refund; what the courier owes is kept until it is claimed."""

    KIND = "stalled"
    CHAPTER = "L3"
    STATES = State
    FIRST = State.TO_CHECK
    OPENED_BY = AGENTS
    IN_BULK = True
    REMEDIES = ("reshipment", "refund")
    EVIDENCE = ("courier_reply", "chat", "other")
    HAS_CONTACTS = True
    LIKELY = (stands_still, is_on_its_way)
    WAITS_IN = (State.MENDING,)
    MENDS_IN = (State.TO_MEND,)
    FIRST_SETTLED = Reason("loss_not_confirmed", _("First the courier confirms the loss, and the customer is told of it."), "L3.2")
    AFTER_NODES = (After(TURNS_BACK, "returning", untouched="goes_on_as_returned", touched="goes_on_as_returned"),)
    CLOCKS = (
        Clock("reply", _("Explain and urge"), (State.TO_CHECK,), lasts="reply_within", rule="L0.3"),
        Clock(
            "courier_answers",
            _("Courier answers"),
            (State.URGED,),
            lasts="courier_answers_within",
            then=("courier_is_silent",),
            rule="L3.2",
        ),
        Clock("normal_time", _("Normal time of delivery"), (State.WATCHED,), due=normal_end, then=("normal_time_is_over",), rule="L3.2"),
        Clock("it_moves", _("A new node"), (State.SAID_MOVING,), lasts="courier_trace", then=("it_did_not_move",), rule="L3.2"),
        Clock("confirm", _("Lost or moving"), (State.TO_CONFIRM,), lasts="reply_within", rule="L3.2"),
        Clock("tell", _("Tell the customer"), (State.MOVES_AGAIN, State.LOST), lasts="reply_within", rule="L0.3"),
        Clock("mend", _("Resend or refund"), (State.TO_MEND,), lasts="reply_within", rule="L3.2"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Tracking not updating")
        verbose_name_plural = _("Tracking not updating")

    def why_here(self, at: Situation) -> str:
        """What was found, and whether the normal time of delivery is over (L3.1, L3.2)."""
        parcel = standing(at).parcel
        is_remote = parcel is not None and parcel.region is not None and parcel.region.is_remote
        remote = str(_("A remote region: deliveries take longer, say so.")) if is_remote and self.state == State.TO_CHECK else ""
        return joined((finding_words(self.facts), self._normal_words(at), remote))

    def contact_message(self, at: Situation) -> str:
        """L3.1: where the parcel stands and what we do; once it is lost or moves, that (L0.2: no promise)."""
        return stalled_message(self, self.facts, standing(at), at.now, at.open_children)

    def step_after_task(self, task: str, answer: str) -> str:
        """What the warehouse answers moves the case on."""
        return endings.after_warehouse(task, answer)

    def _normal_words(self, at: Situation) -> str:
        until = standing(at).normal_until
        if until is None:
            return ""
        to_come = _("Normal until {until:%m-%d %H:%M} at the latest.") if standing(at).is_latest else _("Normal until {until:%m-%d %H:%M}.")
        text = to_come if at.now < until else _("The normal time was over on {until:%m-%d %H:%M}.")
        return str(text).format(until=until.astimezone(SHOP_TIME))

    # L3.1 -------------------------------------------------------------------------------------------

    @guard(_("The courier has picked it up, or the warehouse was asked already."), rule="L3.1")
    def may_still_be_here(self: Stalled, at: Situation) -> bool:
        parcel = standing(at).parcel
        return not self.facts.whereabouts and parcel is not None and parcel.picked_up_at is None

    @guard(_("Nobody has picked it up yet: ask the warehouse first whether it left us."), rule="L3.1")
    def is_with_the_courier(self: Stalled, at: Situation) -> bool:
        parcel = standing(at).parcel
        picked_up = parcel is not None and parcel.picked_up_at is not None
        return self.facts.finding != FindingKind.NOT_PICKED_UP or picked_up or bool(self.facts.whereabouts)

    @guard(
        _("{why} The courier must say: lost or moving."),
        rule="L3.2",
        says=lambda case, at: {"why": case._normal_words(at) or _("Nobody knows when its delivery began.")},
    )
    def is_within_normal_time(self: Stalled, at: Situation) -> bool:
        until = standing(at).normal_until
        return until is not None and at.now < until

    @guard(_("The normal time of delivery is not over yet."), rule="L3.2")
    def is_beyond_normal_time(self: Stalled, at: Situation) -> bool:
        until = standing(at).normal_until
        return until is not None and at.now >= until

    @step(
        State.TO_CHECK,
        State.AT_WAREHOUSE,
        label=_("Ask the warehouse whether it left"),
        rule="L3.1",
        by=AGENTS,
        when=[may_still_be_here],
        hint=_("Nobody has picked it up yet."),
    )
    def ask_the_warehouse(self) -> None:
        """Printed but not picked up: does it lie with us still?"""
        self.effects.ask(DID_IT_LEAVE.asked(self.subject_label, rule="L3.1"))

    @step(State.AT_WAREHOUSE, State.TO_CHECK, label=_("It left us"), rule="L3.1", by=SYSTEM, hidden=True)
    def it_left(self) -> None:
        """The courier has it; it is urged next."""
        self.facts.whereabouts = Whereabouts.LEFT

    @step(State.AT_WAREHOUSE, State.TO_SHIP, label=_("It is still here"), rule="L3.1", by=SYSTEM, hidden=True)
    def it_is_still_here(self) -> None:
        """The warehouse ships it now."""
        self.facts.whereabouts = Whereabouts.STILL_HERE
        self.effects.ask(SHIP_NOW.asked(self.subject_label, rule="L3.1"))

    @step([State.AT_WAREHOUSE, State.TO_SHIP], State.LOST, label=_("It cannot be found"), rule="L3.1", by=SYSTEM, hidden=True)
    def it_cannot_be_found(self) -> None:
        """Lost with us: no courier owes anything."""
        self.courier_owes_nothing(Loss.Cause.LOST)
        assert self.at is not None  # steps run with a situation
        self.facts.whereabouts, self.facts.lost_at = Whereabouts.NOT_FOUND, self.at.now
        self.courier_owes_nothing(Loss.Cause.LOST)
        self.decide_freight(Circumstances(Happened.LOST, Checked.WAREHOUSE))

    @step(State.TO_SHIP, State.SAID_MOVING, label=_("Shipped now"), rule="L3.1", by=SYSTEM, hidden=True)
    def shipped_now(self) -> None:
        """It is on its way; a node is to follow."""

    @step(
        [State.TO_CHECK, State.TO_CONFIRM],
        State.URGED,
        label=_("Explained, and the courier urged"),
        rule="L3.1",
        by=AGENTS,
        facts=Urged,
        when=[is_with_the_courier],
    )
    def explained_and_urged(self, facts: dict[str, Any]) -> None:
        """The customer knows how it stands, the courier was asked to hurry."""
        self.asked(Asked.COURIER, promise=facts["said"], promised_until=facts["promised_until"])

    @step(
        [State.TO_CHECK, State.URGED, State.TO_CONFIRM],
        State.WATCHED,
        label=_("Explained; within the normal time"),
        rule="L3.1",
        by=AGENTS,
        when=[is_with_the_courier, is_within_normal_time],
        event=True,
    )
    def wait_on(self) -> None:
        """Long ways take their time; the case comes back by itself when the normal time is over."""

    # L3.2 -------------------------------------------------------------------------------------------

    @step(State.URGED, State.TO_CONFIRM, label=_("The courier is silent"), rule="L3.2", by=CLOCK)
    def courier_is_silent(self) -> None:
        """No answer in time: the case is with its owner again."""

    @step(State.WATCHED, State.TO_CONFIRM, label=_("The normal time is over"), rule="L3.2", by=CLOCK)
    def normal_time_is_over(self) -> None:
        """From now on the courier must say: lost or moving."""

    @step(
        ASKED,
        State.SAID_MOVING,
        label=_("The courier says: moving"),
        rule="L3.2",
        by=AGENTS,
        facts=CourierSaid,
        event=True,
        next_in=[State.TO_CONFIRM],
    )
    def courier_says_moving(self, facts: dict[str, Any]) -> None:
        """Believed until the time for a new node is over."""
        self.asked(Asked.COURIER, answer=facts["said"])

    @step(State.SAID_MOVING, State.TO_CONFIRM, label=_("It did not move"), rule="L3.2", by=CLOCK)
    def it_did_not_move(self) -> None:
        """No new node in time: the courier must say again."""

    courier_says_lost = endings.courier_says_lost(ASKED, State.LOST, rule="L3.2", next_in=[State.TO_CONFIRM])

    @step(
        State.TO_CONFIRM,
        State.LOST,
        label=_("Treat it as lost"),
        rule="L3.2",
        by=LEADS,
        when=[is_beyond_normal_time],
        needs_note=True,
        event=True,
        hint=_("The courier gives no answer; a lead decides."),
    )
    def taken_as_lost(self) -> None:
        """The courier that says nothing owes the price all the same."""
        endings.lose(self)

    loss_explained = endings.loss_explained([State.LOST], State.TO_MEND, rule="L3.2")
    being_mended = endings.being_mended([State.TO_MEND], State.MENDING, rule="L3.2")
    fell_through = endings.fell_through([State.MENDING], State.TO_MEND, rule="L3.2")
    resent = endings.resent([*OPEN], State.RESENT, rule="L3.2")
    refunded = endings.refunded([*OPEN], State.REFUNDED, rule="L3.2")

    # L3.3 -------------------------------------------------------------------------------------------

    moved_by_itself = endings.moved_by_itself(OPEN, State.MOVED_ON)
    order_finished = endings.order_finished(OPEN, State.NOT_AWAITED)
    moves_again = endings.moves_again([each for each in OPEN if each != State.MOVES_AGAIN], State.MOVES_AGAIN)
    told_it_moves = endings.told_it_moves([State.MOVES_AGAIN], State.MOVED_ON)

    @step(
        State.MOVES_AGAIN,
        State.TO_CHECK,
        label=_("It stands still again"),
        rule="L3.3",
        by=AGENTS | {SYSTEM},
        event=True,
    )
    def stands_still_again(self) -> None:
        """It moved and stopped before the customer was told."""

    delivered = endings.delivered(OPEN, State.DELIVERED)
    customer_has_it = endings.customer_has_it(OPEN, State.DELIVERED, only=[endings.is_not_back])
    came_back = endings.came_back(BEFORE_MENDING, State.BACK, goes_on=BEFORE_MENDING)
    goes_on_as_returned = endings.goes_on_as_returned(BEFORE_MENDING, State.GONE_ON, endings.nobody_knows_why)
    override_freight = override_freight(OPEN)
