"""L4 No tracking record (单号无物流记录)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.situation import Situation
from casework.workflow import Category, Clock, Queue, States, step
from logistics.freight import Checked, Circumstances, Happened
from logistics.kinds import endings
from logistics.kinds.endings import CourierSaid
from logistics.kinds.incident import GOES_ON, TURNS_BACK, After, Incident, override_freight
from logistics.kinds.mended import Mended
from logistics.messages import no_record_message
from logistics.models.incident import Whereabouts
from logistics.models.inquiry import Asked
from logistics.models.loss import Loss
from logistics.models.parcel import Parcel, Stage
from logistics.shipping import keep_parcel
from logistics.signs import has_no_record, nothing_told_yet
from logistics.standing import standing
from logistics.task_kinds import COURIER_CHANGED, DID_IT_LEAVE, SHIP_NOW, NewNumber
from logistics.words import finding_words
from orders.errors import Malformed, Reason
from orders.roles import AGENTS, CLOCK, SYSTEM


class State(States):
    """From a number that shows nothing to one that does, or to a parcel that is made good."""

    TO_CHECK = "to_check", Category.OPEN, _("Number and time to be checked")
    AT_PRINT = "at_print", Category.OPEN, Queue.WAREHOUSE, _("Print clerk asked: courier changed?")
    NEW_NUMBER = "new_number", Category.OPEN, _("Give the customer the new number")
    TO_ASK = "to_ask", Category.OPEN, _("Ask the courier for a pick-up record")
    ASKED = "asked", Category.COURIER, _("Courier looks for a pick-up record")
    AT_WAREHOUSE = "at_warehouse", Category.OPEN, Queue.WAREHOUSE, _("Warehouse asked whether it left")
    TO_SHIP = "to_ship", Category.OPEN, Queue.WAREHOUSE, _("Still here; to be shipped now")
    SHIPPED = "shipped", Category.COURIER, _("Shipped now; waiting for a record")
    TRACED = "traced", Category.COURIER, _("Courier finds out where it is")
    TO_CONFIRM = "to_confirm", Category.OPEN, _("Courier must say: goes on or lost")
    MOVES_AGAIN = "moves_again", Category.OPEN, _("It goes on; tell the customer")
    LOST = "lost", Category.OPEN, _("Lost; explain it to the customer")
    TO_MEND = "to_mend", Category.OPEN, _("Resend or refund")
    MENDING = "mending", Category.OPEN, _("Being made good")
    NOT_AWAITED = "not_awaited", Category.DONE, _("Order finished on the platform")
    MOVED_ON = "moved_on", Category.DONE, _("Moved on")
    DELIVERED = "delivered", Category.DONE, _("Delivered")
    BACK = "back", Category.DONE, _("Back with us")
    RENUMBERED = "renumbered", Category.DONE, _("The customer has the right number")
    RESENT = "resent", Category.DONE, _("Sent again and arrived")
    REFUNDED = "refunded", Category.DONE, _("Refunded")
    GONE_ON = "gone_on", Category.DONE, _("Goes on as a returned parcel")


OPEN = tuple(each for each in State if not each.is_end)
# Until a record tells that it goes on, or the customer has another number.
SHOWS_NOTHING = tuple(each for each in OPEN if each not in (State.MOVES_AGAIN, State.NEW_NUMBER))
# Nothing is made good yet: what comes back goes on by its own chapter.
BEFORE_MENDING = tuple(each for each in OPEN if each not in (State.TO_MEND, State.MENDING))
TRACING = (State.SHIPPED, State.TRACED, State.TO_CONFIRM)


class Numbers(Facts):
    """The number that the customer has, when it is another than the order's."""

    given = forms.CharField(label=_("Number that the customer has, if another"), max_length=64, required=False)


class NoRecord(Mended, Incident):
    """Find the right number and time; ask the print clerk whether the courier was changed. Not changed: ask the courier for a
    pick-up record; none: the warehouse says whether it left; one without data: the courier finds out whether it goes on or is lost."""

    KIND = "no_record"
    CHAPTER = "L4"
    STATES = State
    FIRST = State.TO_CHECK
    OPENED_BY = AGENTS
    IN_BULK = True
    REMEDIES = ("reshipment", "refund")
    EVIDENCE = ("courier_reply", "chat", "other")
    HAS_CONTACTS = True
    LIKELY = (has_no_record, nothing_told_yet)
    WAITS_IN = (State.MENDING,)
    MENDS_IN = (State.TO_MEND,)
    FIRST_SETTLED = Reason("loss_not_confirmed", _("First the loss is confirmed, and the customer is told of it."), "L4.2")
    AFTER_NODES = (
        After(TURNS_BACK, "returning", untouched="goes_on_as_returned", touched="goes_on_as_returned"),
        After(GOES_ON, "moves_again", untouched="moved_by_itself", touched="moves_again", states=SHOWS_NOTHING),
    )
    CLOCKS = (
        Clock("reply", _("Check number and time"), (State.TO_CHECK,), lasts="reply_within", rule="L0.3"),
        Clock("tell", _("Tell the customer"), (State.NEW_NUMBER, State.MOVES_AGAIN, State.LOST), lasts="reply_within", rule="L0.3"),
        Clock("ask_courier", _("Ask for a pick-up record"), (State.TO_ASK,), lasts="reply_within", rule="L4.2"),
        Clock(
            "courier_answers",
            _("Courier answers"),
            (State.ASKED,),
            lasts="courier_answers_within",
            then=("courier_is_silent",),
            rule="L4.2",
        ),
        Clock("first_record", _("A first record"), (State.SHIPPED,), lasts="courier_trace", then=("nothing_came",), rule="L4.2"),
        Clock("courier_trace", _("Courier finds out"), (State.TRACED,), lasts="courier_trace", then=("nothing_came",), rule="L4.2"),
        Clock("confirm", _("Goes on or lost"), (State.TO_CONFIRM,), lasts="reply_within", rule="L4.2"),
        Clock("mend", _("Resend or refund"), (State.TO_MEND,), lasts="reply_within", rule="L4.2"),
    )

    class Meta:
        proxy = True
        verbose_name = _("No tracking record")
        verbose_name_plural = _("No tracking record")

    def why_here(self, at: Situation) -> str:
        """What was found, or the new number that is to be told."""
        if self.state == State.NEW_NUMBER:
            return str(_("New number: {number}")).format(number=self.facts.new_number)
        return finding_words(self.facts)

    def contact_message(self, at: Situation) -> str:
        """L4.3: the usual innocent causes; later the new number (L4.1), that it goes on, or the loss."""
        return no_record_message(self, self.facts, standing(at), at.open_children)

    def step_after_task(self, task: str, answer: str) -> str:
        """What print clerk and warehouse answer moves the case on."""
        changed = {"changed": "courier_was_changed", "not_changed": "courier_was_not_changed"}
        return changed.get(answer, "") if task == COURIER_CHANGED.name else endings.after_warehouse(task, answer)

    # L4.1 -------------------------------------------------------------------------------------------

    @step(
        State.TO_CHECK,
        State.AT_PRINT,
        label=_("Number and time are right; ask the print clerk"),
        rule="L4.1",
        by=AGENTS,
        facts=Numbers,
        hint=_("Was the courier changed, for example because out of area?"),
    )
    def ask_the_print_clerk(self, facts: dict[str, Any]) -> None:
        """The number is the order's; the print clerk knows whether another courier took it."""
        self.effects.ask(COURIER_CHANGED.asked(self.subject_label, rule="L4.1"))

    @step(
        State.TO_CHECK,
        State.RENUMBERED,
        label=_("The customer had a wrong number; now has the right one"),
        rule="L4.3",
        by=AGENTS,
        facts=Numbers,
        event=True,
        hint=_("Looked up by date and buyer id."),
    )
    def wrong_number_mended(self, facts: dict[str, Any]) -> None:
        """An innocent cause: nothing is wrong with the parcel."""

    @step(State.AT_PRINT, State.NEW_NUMBER, label=_("The courier was changed"), rule="L4.1", by=SYSTEM, facts=NewNumber, hidden=True)
    def courier_was_changed(self, facts: dict[str, Any]) -> None:
        """The parcel travels under another number, which the customer is given; the old one is void."""
        assert self.at is not None  # steps run with a situation
        found, at = standing(self.at), self.at.now
        if found.parcel is not None and found.parcel.waybill == facts["waybill"]:
            raise Malformed(_("This is the old number."), code="same_number", field="waybill")
        self.facts.new_number = facts["waybill"]
        orders = [each.pk for each in found.orders]
        self.effects.do(lambda: keep_parcel(self.shop_id, facts["courier"], facts["waybill"], orders=orders, at=at))
        self.effects.update(Parcel, self.facts.parcel_id, stage=Stage.VOIDED, stage_since=at, voided_at=at)

    @step(State.AT_PRINT, State.TO_ASK, label=_("The courier was not changed"), rule="L4.1", by=SYSTEM, hidden=True)
    def courier_was_not_changed(self) -> None:
        """Then the courier should know of it."""

    @step(State.NEW_NUMBER, State.RENUMBERED, label=_("The customer has the new number"), rule="L4.1", by=AGENTS)
    def new_number_told(self) -> None:
        """With the number and its state told, the case has done its work."""

    # L4.2 -------------------------------------------------------------------------------------------

    @step([State.TO_ASK, State.TO_CONFIRM], State.ASKED, label=_("Courier asked for a pick-up record"), rule="L4.2", by=AGENTS)
    def pickup_record_asked(self) -> None:
        """Was it ever scanned?"""
        self.asked(Asked.COURIER)

    @step(State.ASKED, State.TO_ASK, label=_("The courier is silent"), rule="L4.2", by=CLOCK)
    def courier_is_silent(self) -> None:
        """No answer in time: ask again."""

    @step(
        [State.TO_ASK, State.ASKED],
        State.AT_WAREHOUSE,
        label=_("There is no pick-up record"),
        rule="L4.2",
        by=AGENTS,
        facts=CourierSaid,
        event=True,
    )
    def no_pickup_record(self, facts: dict[str, Any]) -> None:
        """Never scanned: the warehouse says whether it left."""
        self.asked(Asked.COURIER, answer=facts["said"])
        self.effects.ask(DID_IT_LEAVE.asked(self.subject_label, rule="L4.2"))

    @step(
        [State.TO_ASK, State.ASKED],
        State.TRACED,
        label=_("There is a pick-up record"),
        rule="L4.2",
        by=AGENTS,
        facts=CourierSaid,
        event=True,
    )
    def pickup_record_exists(self, facts: dict[str, Any]) -> None:
        """Scanned, but no data: the courier finds out within the time limit."""
        self.asked(Asked.COURIER, answer=facts["said"])

    @step(State.AT_WAREHOUSE, State.TRACED, label=_("It left us"), rule="L4.2", by=SYSTEM, hidden=True)
    def it_left(self) -> None:
        """It left without a scan: the courier finds out where it is."""
        self.facts.whereabouts = Whereabouts.LEFT

    @step(State.AT_WAREHOUSE, State.TO_SHIP, label=_("It is still here"), rule="L4.2", by=SYSTEM, hidden=True)
    def it_is_still_here(self) -> None:
        """The warehouse ships it now."""
        self.facts.whereabouts = Whereabouts.STILL_HERE
        self.effects.ask(SHIP_NOW.asked(self.subject_label, rule="L4.2"))

    @step([State.AT_WAREHOUSE, State.TO_SHIP], State.LOST, label=_("It cannot be found"), rule="L4.2", by=SYSTEM, hidden=True)
    def it_cannot_be_found(self) -> None:
        """Lost with us: no courier owes anything."""
        assert self.at is not None  # steps run with a situation
        self.facts.whereabouts, self.facts.lost_at = Whereabouts.NOT_FOUND, self.at.now
        self.courier_owes_nothing(Loss.Cause.LOST)
        self.decide_freight(Circumstances(Happened.LOST, Checked.WAREHOUSE))

    @step(State.TO_SHIP, State.SHIPPED, label=_("Shipped now"), rule="L4.2", by=SYSTEM, hidden=True)
    def shipped_now(self) -> None:
        """It is on its way; a first record is to follow."""

    @step([State.SHIPPED, State.TRACED], State.TO_CONFIRM, label=_("Still no record"), rule="L4.2", by=CLOCK)
    def nothing_came(self) -> None:
        """The time limit is over: the courier must say whether it goes on or is lost."""

    @step(TRACING, State.MOVES_AGAIN, label=_("The courier says: it goes on"), rule="L4.2", by=AGENTS, facts=CourierSaid, event=True)
    def courier_says_moving(self, facts: dict[str, Any]) -> None:
        """The customer is told so."""
        self.asked(Asked.COURIER, answer=facts["said"])

    courier_says_lost = endings.courier_says_lost([State.ASKED, *TRACING], State.LOST, rule="L4.2", next_in=[State.TO_CONFIRM])
    loss_explained = endings.loss_explained([State.LOST], State.TO_MEND, rule="L4.2")
    being_mended = endings.being_mended([State.TO_MEND], State.MENDING, rule="L4.2")
    fell_through = endings.fell_through([State.MENDING], State.TO_MEND, rule="L4.2")
    resent = endings.resent(OPEN, State.RESENT, rule="L4.2")
    refunded = endings.refunded(OPEN, State.REFUNDED, rule="L4.2")

    # L3.3 -------------------------------------------------------------------------------------------

    moved_by_itself = endings.moved_by_itself(OPEN, State.MOVED_ON)
    order_finished = endings.order_finished(OPEN, State.NOT_AWAITED)
    moves_again = endings.moves_again([each for each in OPEN if each != State.MOVES_AGAIN], State.MOVES_AGAIN)
    told_it_moves = endings.told_it_moves([State.MOVES_AGAIN], State.MOVED_ON)
    delivered = endings.delivered(OPEN, State.DELIVERED)
    customer_has_it = endings.customer_has_it(OPEN, State.DELIVERED, only=[endings.is_not_back])
    came_back = endings.came_back(BEFORE_MENDING, State.BACK, goes_on=BEFORE_MENDING)
    goes_on_as_returned = endings.goes_on_as_returned(BEFORE_MENDING, State.GONE_ON, endings.nobody_knows_why)
    override_freight = override_freight(OPEN)
