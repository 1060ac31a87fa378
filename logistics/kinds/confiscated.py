"""L11 Confiscated by security inspection (安检没收)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.facts import Facts
from casework.models import Case
from casework.situation import Situation
from casework.workflow import Category, Clock, States, guard, step
from logistics.freight import Checked, Circumstances, Happened, Party
from logistics.goods.claimed import ask_claimed, claimed
from logistics.goods.items import ItemsField, pieces, pieces_words
from logistics.inquiring import Asking
from logistics.kinds import endings
from logistics.kinds.endings import AT_THE_END, CourierSaid
from logistics.kinds.incident import GOES_ON, TURNS_BACK, After, Incident, override_freight
from logistics.kinds.mended import Mended
from logistics.messages import WE_ASK_THE_COURIER, WE_LOOK, WE_WATCH
from logistics.models.inquiry import Asked
from logistics.models.loss import Loss
from logistics.words import joined
from orders.access import Actor
from orders.errors import Malformed, Reason, Text
from orders.roles import AGENTS, CLOCK, LEADS, SYSTEM, Role
from orders.together import Reading


class State(States):
    """From the word that it was taken to what the customer gets instead."""

    TO_ASK = "to_ask", Category.OPEN, _("Ask the courier who is liable")
    ASKED = "asked", Category.COURIER, _("Courier says who is liable")
    AT_LEAD = "at_lead", Category.LEAD, _("The courier gives no answer; a lead decides")
    TO_EXPLAIN = "to_explain", Category.OPEN, _("Explain it to the customer")
    TO_MEND = "to_mend", Category.OPEN, _("Refund, other goods or a gift")
    MENDING = "mending", Category.OPEN, _("Being made good")
    RETURNING = "returning", Category.COURIER, _("On its way back to us")
    MOVES_AGAIN = "moves_again", Category.OPEN, _("Released; tell the customer")
    MOVED_ON = "moved_on", Category.DONE, _("Released and moved on")
    DELIVERED = "delivered", Category.DONE, _("Delivered whole")
    REFUNDED = "refunded", Category.DONE, _("Refunded")
    RESENT = "resent", Category.DONE, _("Sent again and arrived")
    GIFT_GIVEN = "gift_given", Category.DONE, _("Gift given")
    SETTLED = "settled", Category.DONE, _("Settled otherwise")


OPEN = tuple(each for each in State if not each.is_end)
# Who has the parcel in hand.
BY_HAND = AGENTS | {Role.WAREHOUSE}
# Nobody is known to be liable yet.
UNDECIDED = (State.TO_ASK, State.ASKED, State.AT_LEAD)


class Liable(models.TextChoices):
    """Who bears what was taken (L11.1)."""

    COURIER = "courier", _("The courier: took it in though it may not travel so, or handled it wrongly")
    SHOP = "shop", _("We: it may not be sent this way")
    NOBODY = "nobody", _("Nobody can be held to it")


CHECKED: Mapping[str, Checked] = {
    Liable.COURIER: Checked.COURIER,
    Liable.SHOP: Checked.WAREHOUSE,
    Liable.NOBODY: Checked.CONFIRMED,
}


class Verdict(Facts):
    """Who is liable, and what was taken."""

    liable = forms.ChoiceField(label=_("Who is liable"), choices=Liable.choices)
    items = ItemsField(label=_("Taken: line × pieces (empty: all of it)"), required=False)
    said = forms.CharField(label=_("Who says so, and why it was taken"), max_length=500)


class WishInstead(Facts):
    """What the customer would like, in the order in which it is offered."""

    WISHES = [("refund", _("A refund")), ("exchange", _("Other goods")), ("gift", _("A gift"))]
    wish = forms.ChoiceField(label=_("The customer would like"), choices=WISHES)


HELD = _("Hello, your parcel ({parcel}) was stopped at the courier's security inspection.")
REST_IS_HERE = _("What was not taken is back with us.")
TAKEN = _(
    "Hello, we are sorry: from your parcel ({parcel}) the courier's security inspection has taken: {items}. It cannot travel this way. Would you like us to "
    "ask for a refund for you, other goods instead, or a gift? We pass your wish on at once and tell you the result."
)
GIVEN_BACK = _(
    "Hello, we are sorry: your parcel ({parcel}) was stopped at the courier's security inspection and is back with us. It cannot travel this way. Would you "
    "like us to ask for a refund for you, other goods instead, or a gift? We pass your wish on at once and tell you the result."
)
PARTLY_BACK = _(
    "Hello, we are sorry: from your parcel ({parcel}) the courier's security inspection has taken: {items}. The rest is back with us. It cannot travel this "
    "way. Would you like us to ask for a refund for you, other goods instead, or a gift? We pass your wish on at once and tell you the result."
)
# Who pays for what is sent instead (N3).
POSTAGE: Mapping[str, Text] = {
    Party.CUSTOMER: _("The postage of what we send is yours."),
    Party.SPLIT: _("Each of us pays half of the postage of what we send."),
}
NO_POSTAGE = _("You pay no postage for what we send.")
TOLD: Mapping[str, Sequence[Text]] = {
    "to_ask": (HELD, WE_ASK_THE_COURIER),
    "asked": (HELD, WE_ASK_THE_COURIER),
    "at_lead": (HELD, WE_LOOK),
    "to_explain": (TAKEN,),
    "to_mend": (TAKEN,),
    "returning": (_("Hello, your parcel ({parcel}) is on its way back to us. We tell you once it is here."),),
    "moves_again": (_("Hello, your parcel ({parcel}) passed the inspection and is on its way again."), WE_WATCH),
}
INSTEAD: Mapping[str, Text] = {
    "refund": _("Hello, a refund for what was taken from your parcel ({parcel}) is asked for. We tell you the result."),
    "reshipment": _(
        "Hello, instead of what was taken from your parcel ({parcel}) we send you goods anew. We tell you the number once they have left."
    ),
    "gift": _("Hello, a gift for you instead of what was taken from your parcel ({parcel}) is being agreed. We tell you the result."),
}


class Confiscated(Mended, Incident):
    """First the courier: who is liable; what it owes is kept for the claim. Then the customer: refund, other goods or a gift."""

    KIND = "confiscated"
    CHAPTER = "L11"
    STATES = State
    FIRST = State.TO_ASK
    OPENED_BY = AGENTS
    IN_BULK = True
    # Of what was taken nothing comes back, so the exchange is a reshipment: the same goods another way, or others.
    REMEDIES = ("refund", "reshipment", "gift")
    EVIDENCE = ("courier_reply", "photo_waybill", "chat", "other")
    HAS_CONTACTS = True
    WAITS_IN = (State.MENDING,)
    MENDS_IN = (State.TO_MEND,)
    FIRST_SETTLED = Reason("liability_open", _("First the courier says who is liable, and the customer is told of it."), "L11.1")
    # What goes on may lack what was taken, so nothing closes by itself.
    AFTER_NODES = (
        After(TURNS_BACK, "returning", untouched="turned_back", touched="turned_back", states=(*UNDECIDED, State.MOVES_AGAIN)),
        After(GOES_ON, "moves_again", states=UNDECIDED),
    )
    CLOCKS = (
        Clock("reply", _("Ask who is liable"), (State.TO_ASK,), lasts="reply_within", rule="L0.3"),
        Clock(
            "courier_answers",
            _("Courier answers"),
            (State.ASKED,),
            lasts="courier_answers_within",
            then=("courier_is_silent",),
            rule="L11.1",
        ),
        Clock("lead_decides", _("Lead decides"), (State.AT_LEAD,), lasts="reply_within", rule="L11.1"),
        Clock("tell", _("Tell the customer"), (State.TO_EXPLAIN, State.MOVES_AGAIN), lasts="reply_within", rule="L0.3"),
        Clock("parcel_back", _("Parcel back with us"), (State.RETURNING,), lasts="returning_within", rule="L3.4"),
        Clock("mend", _("Make it good"), (State.TO_MEND,), lasts="reply_within", rule="L11.1"),
    )

    class Meta:
        proxy = True
        verbose_name = _("Confiscated")
        verbose_name_plural = _("Confiscated")

    @classmethod
    def situation_parts(cls, cases: Sequence[Case], by: Actor, now: dt.datetime) -> Reading[dict[int, dict[str, Any]]]:
        """The parcel, and the lines of the orders in it."""
        found = yield from ask_claimed(cases)
        return {pk: {"claimed": each, "parcel": each.standing} for pk, each in found.items()}

    def why_here(self, at: Situation) -> str:
        """What was taken."""
        return self._taken(at)

    def contact_message(self, at: Situation) -> str:
        """That it was stopped, what was taken, what is offered; a refund is not promised (R1.1)."""
        told = TOLD.get(self.state, ())
        if self.state == State.MENDING:
            told = [INSTEAD[each.kind] for each in at.open_children if each.kind in INSTEAD][:1]
        if self.state in (State.TO_EXPLAIN, State.TO_MEND):
            told = (self._what_became(), POSTAGE.get(self.facts.freight_payer, NO_POSTAGE))
        if self.state in UNDECIDED and self.facts.here_at is not None:
            told = (HELD, REST_IS_HERE, *told[1:])
        words = {"parcel": self.subject_label, "items": self._taken(at)}
        return joined(str(each).format(**words) for each in told)

    # L11.1, the courier ------------------------------------------------------------------------------

    @step(State.TO_ASK, State.ASKED, label=_("Courier asked who is liable"), rule="L11.1", by=AGENTS, facts=Asking)
    def liability_asked(self, facts: dict[str, Any]) -> None:
        """What was taken, by whom, and who bears it."""
        self.asked(**facts)

    @step(State.ASKED, State.TO_ASK, label=_("The courier is silent"), rule="L11.1", by=CLOCK)
    def courier_is_silent(self) -> None:
        """No answer in time: ask again."""

    @step(
        [State.TO_ASK, State.ASKED], State.AT_LEAD, label=_("The courier gives no answer; to the lead"), rule="L11.1", by=AGENTS, event=True
    )
    def to_the_lead(self) -> None:
        """Nobody gets a word out of it."""
        self.effects.send("notice", to="leads", about="courier_is_silent")

    @step(
        [State.TO_ASK, State.ASKED],
        State.TO_EXPLAIN,
        label=_("It is known who is liable"),
        rule="L11.1",
        by=AGENTS,
        facts=Verdict,
        event=True,
        hint=_("The courier's own word, or the inspection's paper."),
    )
    def liability_told(self, facts: dict[str, Any]) -> None:
        """What the courier owes is kept until it is claimed (L13.1)."""
        self.asked(Asked.COURIER, answer=facts["said"])
        self._decide(facts)

    @step(
        State.AT_LEAD,
        State.TO_EXPLAIN,
        label=_("Decide who is liable"),
        rule="L11.1",
        by=LEADS,
        facts=Verdict,
        needs_note=True,
        hint=_("The courier that says nothing may owe it all the same; your note is the reason."),
    )
    def lead_decides(self, facts: dict[str, Any]) -> None:
        """A lead's word in place of the courier's."""
        self._decide(facts)

    @guard(_("It is here already."), rule="L11.1")
    def is_not_here(self: Confiscated, at: Situation) -> bool:
        return self.facts.here_at is None

    @step(
        UNDECIDED, State.MOVES_AGAIN, label=_("It was released"), rule="L11.1", by=AGENTS, facts=CourierSaid, only=[is_not_here], event=True
    )
    def released(self, facts: dict[str, Any]) -> None:
        """Nothing was taken; it goes on."""
        self.asked(Asked.COURIER, answer=facts["said"])

    # L11.1, the customer -----------------------------------------------------------------------------

    @step(State.TO_EXPLAIN, State.TO_MEND, label=_("Explained to the customer"), rule="L11.1", by=AGENTS, facts=WishInstead)
    def explained(self, facts: dict[str, Any]) -> None:
        """What the customer would like stands in the journal; nothing is promised."""

    being_mended = endings.being_mended([State.TO_MEND], State.MENDING, rule="L11.1")
    fell_through = endings.fell_through([State.MENDING], State.TO_MEND, rule="L11.1")
    refunded = endings.refunded(OPEN, State.REFUNDED, rule="L11.1")
    resent = endings.resent(OPEN, State.RESENT, rule="L11.1")

    gift_given = endings.gift_given(OPEN, State.GIFT_GIVEN, rule="L11.1")

    @step(State.TO_MEND, State.SETTLED, label=_("Settled otherwise"), rule="L11.1", by=LEADS, needs_note=True, drops=AT_THE_END, event=True)
    def settled_otherwise(self) -> None:
        """The customer wants none of it, or was paid elsewhere."""

    # The parcel --------------------------------------------------------------------------------------

    @step(
        [*UNDECIDED, State.MOVES_AGAIN],
        State.RETURNING,
        label=_("It goes back to us"),
        rule="L11.1",
        by=AGENTS | {SYSTEM},
        only=[is_not_here],
        event=True,
    )
    def turned_back(self) -> None:
        """The inspection gives it back to the sender."""

    @step(
        [*UNDECIDED, State.RETURNING],
        State.TO_EXPLAIN,
        label=_("The parcel is back, nothing is missing"),
        rule="L11.1",
        by=BY_HAND,
        only=[is_not_here],
        drops=AT_THE_END,
        event=True,
        next_in=[State.RETURNING],
        hint=_("Look into it: what is missing has to be borne by somebody."),
    )
    def came_back(self) -> None:
        """Nothing was taken, so the courier owes nothing; that it could not travel so is not the customer's to pay."""
        self.parcel_is_back()
        self.decide_freight(Circumstances(Happened.CONFISCATED, Checked.CONFIRMED))

    @step(
        State.RETURNING,
        State.TO_ASK,
        label=_("The parcel is back, something is missing"),
        rule="L11.1",
        by=BY_HAND,
        event=True,
        next_in=[State.RETURNING],
    )
    def came_back_in_part(self) -> None:
        """Who is liable for what is missing the courier says first."""
        self._rest_is_here()

    @step(UNDECIDED, None, label=_("The parcel is back, something is missing"), rule="L11.1", by=BY_HAND, only=[is_not_here], event=True)
    def is_back_in_part(self) -> None:
        """The courier still has to say who is liable."""
        self._rest_is_here()

    told_it_moves = endings.told_it_moves([State.MOVES_AGAIN], State.MOVED_ON)
    stuck_again = endings.stuck_again([State.MOVES_AGAIN], State.TO_ASK)
    # The rest of a parcel arrives without what was taken: only a released one ends with its delivery, of others the owner is told.
    delivered = endings.delivered([State.MOVES_AGAIN], State.DELIVERED)
    customer_has_it = endings.customer_has_it([*UNDECIDED, State.MOVES_AGAIN], State.DELIVERED, only=[endings.is_not_back])
    override_freight = override_freight(OPEN)

    def _decide(self, facts: dict[str, Any]) -> None:
        """Keep what was taken, who bears it, and what the courier owes for it: the price of the pieces."""
        at = self.at
        assert at is not None  # steps run with a situation
        lines = claimed(at).lines
        if self.facts.here_at is not None and not facts["items"]:
            raise Malformed(_("Name what was taken: the rest is here."), code="items_required", field="items")
        found = pieces(facts["items"], lines) if facts["items"] else [(line, line.quantity) for line in lines]
        self.facts.items = [{"line": line.pk, "quantity": quantity} for line, quantity in found]
        self.facts.lost_at = at.now
        self.effects.note(pieces=pieces_words(found).replace("\n", "; "))
        self.decide_freight(Circumstances(Happened.CONFISCATED, CHECKED[facts["liable"]]))
        if facts["liable"] == Liable.COURIER:
            self.courier_owes(Loss.Cause.CONFISCATED, claimed(at).price(self.facts.items), "L13.1")

    def _rest_is_here(self) -> None:
        assert self.at is not None  # steps run with a situation
        self.facts.here_at = self.at.now
        self.parcel_is_back()

    def _what_became(self) -> Text:
        if not self.facts.items:
            return GIVEN_BACK
        return PARTLY_BACK if self.facts.here_at is not None else TAKEN

    def _taken(self, at: Situation) -> str:
        return pieces_words(claimed(at).pieces(self.facts.items)).replace("\n", "; ")
