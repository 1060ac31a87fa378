"""L2 Doubtful item (疑难件, post office: 未妥投)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.situation import Situation
from casework.workflow import Category, Clock, States, guard, step
from logistics.inquiring import Asking
from logistics.kinds import endings
from logistics.kinds.endings import CourierSaid
from logistics.kinds.incident import GOES_ON, TURNS_BACK, After, Incident, override_freight
from logistics.kinds.mended import Mended
from logistics.messages import LOST, MENDING, WE_ASK_THE_COURIER, WE_WATCH, wish_known
from logistics.models.incident import DoubtCause, SentBackFor
from logistics.models.inquiry import Asked
from logistics.signs import is_doubtful
from logistics.words import joined
from orders.errors import Reason, Text
from orders.roles import AGENTS, CLOCK


class State(States):
    """From a parcel that is stuck to one that goes on, comes back, or is paid for."""

    TO_ASK = "to_ask", Category.OPEN, _("Ask the courier how it stands")
    ASKED = "asked", Category.COURIER, _("Courier says how it stands")
    TO_SETTLE = "to_settle", Category.OPEN, _("Settle what happens with it")
    REDELIVERY = "redelivery", Category.COURIER, _("Courier delivers it again")
    RETURNING = "returning", Category.COURIER, _("On its way back to us")
    MOVES_AGAIN = "moves_again", Category.OPEN, _("Moving again; tell the customer")
    LOST = "lost", Category.OPEN, _("The courier pays; explain it to the customer")
    TO_MEND = "to_mend", Category.OPEN, _("Resend or refund")
    MENDING = "mending", Category.OPEN, _("Being made good")
    MOVED_ON = "moved_on", Category.DONE, _("Moved on")
    DELIVERED = "delivered", Category.DONE, _("Delivered")
    BACK = "back", Category.DONE, _("Back with us")
    GONE_ON = "gone_on", Category.DONE, _("Goes on as a returned parcel")
    RESENT = "resent", Category.DONE, _("Sent again and arrived")
    REFUNDED = "refunded", Category.DONE, _("Refunded")


OPEN = tuple(each for each in State if not each.is_end)
# Where an answer of the courier settles something.
STUCK = (State.TO_ASK, State.ASKED, State.TO_SETTLE)
# Why it comes back, as far as the cause says it (L10.1).
SENT_BACK_FOR = {
    DoubtCause.REFUSED: SentBackFor.REFUSED,
    DoubtCause.ADDRESS_WRONG: SentBackFor.ADDRESS_WRONG,
    DoubtCause.PHONE_WRONG: SentBackFor.NOT_REACHED,
}
# The way on or back is settled; that it moves is what was agreed.
UNDER_WAY = (State.MOVES_AGAIN, State.REDELIVERY, State.RETURNING)
# Nothing is made good yet: what comes back goes on by its own chapter.
BEFORE_MENDING = (*STUCK, *UNDER_WAY, State.LOST)
NOT_UNDER_WAY = tuple(each for each in OPEN if each not in UNDER_WAY)


class AskedWhy(Asking):
    """Why it is stuck, as far as it is known, and whom we asked."""

    cause = forms.ChoiceField(label=_("Why it is stuck"), choices=DoubtCause.choices)
    field_order = ("cause", "whom", "way", "promise", "promised_until")


class HowItStands(Facts):
    """The courier's word on its present state."""

    cause = forms.ChoiceField(label=_("Why it is stuck"), choices=DoubtCause.choices)
    said = forms.CharField(label=_("What the courier says, and who"), max_length=500)


def sent_back_for(case: Incident) -> str:
    """Why it comes back, "" while the cause does not say it."""
    return SENT_BACK_FOR.get(case.facts.cause, "")


TOLD: Mapping[str, Sequence[Text]] = {
    "to_ask": (_("Hello, your parcel ({parcel}) is held up on its way."), WE_ASK_THE_COURIER),
    "asked": (_("Hello, your parcel ({parcel}) is held up on its way."), WE_ASK_THE_COURIER),
    "redelivery": (_("Hello, the courier delivers your parcel ({parcel}) again."), WE_WATCH),
    "returning": (_("Hello, your parcel ({parcel}) is on its way back to us. We tell you once it is here."),),
    "moves_again": (_("Hello, your parcel ({parcel}) is on its way again."), WE_WATCH),
    "lost": (LOST,),
    "to_mend": (LOST,),
}
# What is asked of the customer, by the cause.
TO_SETTLE: Mapping[str, Text] = {
    DoubtCause.PHONE_WRONG: _(
        "Hello, the courier cannot reach you about your parcel ({parcel}) by the phone number on the order. Please confirm your phone number."
    ),
    DoubtCause.ADDRESS_WRONG: _(
        "Hello, the address on your parcel ({parcel}) is wrong or incomplete, so the courier cannot deliver it. Please confirm your address."
    ),
    DoubtCause.REFUSED: _(
        "Hello, the courier says that your parcel ({parcel}) was refused. Is that so, or would you like it delivered again?"
    ),
}
HELD_UP = _("Hello, your parcel ({parcel}) is held up with the courier. We are settling how it goes on and tell you the result.")


class Doubtful(Mended, Incident):
    """It reached a hub or its destination and is stuck there. The courier says how it stands: it pays, address or phone are corrected, it is
    delivered again, or it comes back to us (L10)."""

    KIND = "doubtful"
    CHAPTER = "L2"
    STATES = State
    FIRST = State.TO_ASK
    OPENED_BY = AGENTS
    IN_BULK = True
    REMEDIES = ("reshipment", "refund")
    EVIDENCE = ("courier_reply", "chat", "other")
    HAS_CONTACTS = True
    LIKELY = (is_doubtful,)
    WAITS_IN = (State.MENDING,)
    MENDS_IN = (State.TO_MEND,)
    FIRST_SETTLED = Reason("loss_not_confirmed", _("First the courier says that it pays, and the customer is told of it."), "L2.2")
    AFTER_NODES = (
        After(TURNS_BACK, "returning", untouched="goes_on_as_returned", touched="goes_on_as_returned"),
        After(GOES_ON, "moves_again", untouched="moved_by_itself", touched="moves_again", states=NOT_UNDER_WAY),
    )
    CLOCKS = (
        Clock("reply", _("Ask the courier how it stands"), (State.TO_ASK,), lasts="reply_within", rule="L0.3"),
        Clock(
            "courier_answers",
            _("Courier answers"),
            (State.ASKED,),
            lasts="courier_answers_within",
            then=("courier_is_silent",),
            rule="L2.2",
        ),
        Clock("settle", _("Settle it"), (State.TO_SETTLE,), lasts="reply_within", rule="L2.2"),
        Clock("redelivery", _("Delivered again"), (State.REDELIVERY,), lasts="courier_trace", then=("not_delivered",), rule="L2.2"),
        Clock("parcel_back", _("Parcel back with us"), (State.RETURNING,), lasts="returning_within", rule="L3.4"),
        Clock("tell", _("Tell the customer"), (State.MOVES_AGAIN, State.LOST), lasts="reply_within", rule="L0.3"),
        Clock("mend", _("Resend or refund"), (State.TO_MEND,), lasts="reply_within", rule="L2.2"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Doubtful item")
        verbose_name_plural = _("Doubtful items")

    def facts_shown(self) -> dict[str, Any]:
        """And why it is stuck."""
        return super().facts_shown() | {"cause": self.facts.cause}

    def why_here(self, at: Situation) -> str:
        """Why it is stuck, as far as it is known."""
        return str(DoubtCause(self.facts.cause).label) if self.facts.cause else ""

    def contact_message(self, at: Situation) -> str:
        """How it stands; what only the customer can say is asked of them (L0.2: no promise)."""
        under_way = [MENDING[each.kind] for each in at.open_children if each.kind in MENDING][:1]
        told = (
            under_way
            or wish_known(self, self.facts)
            or TOLD.get(self.state, ())
            or ([TO_SETTLE.get(self.facts.cause, HELD_UP)] if self.state == State.TO_SETTLE else ())
        )
        return joined(str(each).format(parcel=self.subject_label) for each in told)

    # L2.1 -------------------------------------------------------------------------------------------

    @step(
        State.TO_ASK,
        State.ASKED,
        label=_("Courier asked how it stands"),
        rule="L2.1",
        by=AGENTS,
        facts=AskedWhy,
        hint=_("With the cause as far as tracking or the customer tells it."),
    )
    def courier_asked(self, facts: dict[str, Any]) -> None:
        """The courier has a day for its answer."""
        self.facts.cause = facts["cause"]
        self.asked(**{name: value for name, value in facts.items() if name != "cause"})

    @step(State.ASKED, State.TO_ASK, label=_("The courier is silent"), rule="L2.2", by=CLOCK)
    def courier_is_silent(self) -> None:
        """No answer in time: ask again."""

    # L2.2 -------------------------------------------------------------------------------------------

    @step(
        [State.TO_ASK, State.ASKED],
        State.TO_SETTLE,
        label=_("The courier says how it stands"),
        rule="L2.2",
        by=AGENTS,
        facts=HowItStands,
        event=True,
    )
    def state_told(self, facts: dict[str, Any]) -> None:
        """With its cause, by which it is settled."""
        self.facts.cause = facts["cause"]
        self.asked(Asked.COURIER, answer=facts["said"])

    @guard(_("The customer has not been reached: record their answer first."), rule="L2.2")
    def customer_answered(self: Doubtful, at: Situation) -> bool:
        return at.was_answered

    @step(
        [State.ASKED, State.TO_SETTLE],
        State.REDELIVERY,
        label=_("Address corrected with the courier"),
        rule="L2.2",
        by=AGENTS,
        facts=Asking,
        when=[customer_answered],
        hint=_("As the customer says it; the address itself is given to the courier, not written here."),
    )
    def address_corrected(self, facts: dict[str, Any]) -> None:
        """The courier delivers it to the right address."""
        self.asked(**facts)

    @step(
        [State.ASKED, State.TO_SETTLE],
        State.REDELIVERY,
        label=_("Phone corrected with the courier"),
        rule="L2.2",
        by=AGENTS,
        facts=Asking,
        when=[customer_answered],
        hint=_("As the customer says it; the number itself is given to the courier, not written here."),
    )
    def phone_corrected(self, facts: dict[str, Any]) -> None:
        """The courier reaches the customer and delivers it."""
        self.asked(**facts)

    @step([State.ASKED, State.TO_SETTLE], State.REDELIVERY, label=_("The courier delivers it again"), rule="L2.2", by=AGENTS, facts=Asking)
    def redelivery_agreed(self, facts: dict[str, Any]) -> None:
        """Nothing was wrong with address and phone."""
        self.asked(**facts)

    @step(State.REDELIVERY, State.TO_ASK, label=_("Not delivered in time"), rule="L2.2", by=AGENTS | {CLOCK}, event=True)
    def not_delivered(self) -> None:
        """The courier's time is over, or somebody knows earlier: ask again how it stands."""

    @step(
        [*STUCK, State.REDELIVERY, State.MOVES_AGAIN],
        State.RETURNING,
        label=_("It goes back to us"),
        rule="L2.2",
        by=AGENTS,
        event=True,
    )
    def turned_back(self) -> None:
        """The courier says so; until tracking tells, it is awaited here."""

    goes_on_as_returned = endings.goes_on_as_returned(BEFORE_MENDING, State.GONE_ON, sent_back_for)

    @step(STUCK, State.LOST, label=_("The courier pays"), rule="L2.2", by=AGENTS, facts=CourierSaid, event=True, next_in=[State.TO_SETTLE])
    def courier_pays(self, facts: dict[str, Any]) -> None:
        """Waybill or parcel are lost with the courier: it owes the full price, kept until it is claimed (L13.1)."""
        self.asked(Asked.COURIER, answer=facts["said"])
        endings.lose(self)

    loss_explained = endings.loss_explained([State.LOST], State.TO_MEND, rule="L2.2")
    being_mended = endings.being_mended([State.TO_MEND], State.MENDING, rule="L2.2")
    fell_through = endings.fell_through([State.MENDING], State.TO_MEND, rule="L2.2")
    resent = endings.resent(OPEN, State.RESENT, rule="L2.2")
    refunded = endings.refunded(OPEN, State.REFUNDED, rule="L2.2")

    # L3.3 -------------------------------------------------------------------------------------------

    moved_by_itself = endings.moved_by_itself(OPEN, State.MOVED_ON)
    moves_again = endings.moves_again(NOT_UNDER_WAY, State.MOVES_AGAIN)
    told_it_moves = endings.told_it_moves([State.MOVES_AGAIN], State.MOVED_ON)
    stuck_again = endings.stuck_again([State.MOVES_AGAIN], State.TO_ASK)
    delivered = endings.delivered(OPEN, State.DELIVERED)
    customer_has_it = endings.customer_has_it(OPEN, State.DELIVERED, only=[endings.is_not_back])
    came_back = endings.came_back(BEFORE_MENDING, State.BACK, goes_on=BEFORE_MENDING, because=sent_back_for)
    override_freight = override_freight(OPEN)
